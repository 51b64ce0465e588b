/** An answer that is no HTTP/1.1, or is longer than is believed; nothing after it can be trusted. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer'
}

/** What a server has answered to one request. Names of headers are in lower case. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

interface Read<T> {
  readonly value: T
  /** Where what was read ends. */
  readonly end: number
}

/** Answers to calls are empty, or a line of text that says what is wrong. */
const maxBytes = 1024 * 1024

const crlf = '\r\n'

const parseHead = (text: string): Omit<HttpAnswer, 'body'> => {
  const [first = '', ...lines] = text.split(crlf)
  const [, status] = /^HTTP\/1\.[01] (\d{3})( |$)/.exec(first) ?? []
  if (status === undefined) throw new MalformedAnswer(`not an HTTP answer: ${JSON.stringify(first)}`)
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return { status: Number(status), headers }
}

/** The index behind the next `mark`; undefined when it has not come yet. */
const behind = (bytes: Buffer, mark: string, from: number): number | undefined => {
  const at = bytes.indexOf(mark, from)
  return at < 0 ? undefined : at + mark.length
}

const sized = (bytes: Buffer, from: number, size: number): Read<Buffer> | undefined => {
  const end = from + size
  return end > bytes.length ? undefined : { value: bytes.subarray(from, end), end }
}

/** Chunks up to the empty one, and the trailer behind it. */
const chunked = (bytes: Buffer, from: number): Read<Buffer> | undefined => {
  const parts: Buffer[] = []
  for (let at = from; ; ) {
    const data = behind(bytes, crlf, at)
    if (data === undefined) return undefined
    const [digits = ''] = /^[0-9a-f]+/i.exec(bytes.toString('latin1', at, data)) ?? []
    if (digits === '') throw new MalformedAnswer('a chunk without a size')
    const size = Number.parseInt(digits, 16)
    if (size === 0) {
      // The trailer is lines up to an empty one; mostly there is none.
      const end = behind(bytes, crlf + crlf, data - crlf.length)
      return end === undefined ? undefined : { value: Buffer.concat(parts), end }
    }
    const chunk = sized(bytes, data, size)
    if (!chunk) return undefined
    parts.push(chunk.value)
    at = chunk.end + crlf.length
  }
}

const readBody = (
  { status, headers }: Omit<HttpAnswer, 'body'>,
  bytes: Buffer,
  from: number,
  closed: boolean,
): Read<Buffer> | undefined => {
  if (status < 200 || status === 204 || status === 304) return sized(bytes, from, 0)
  if (headers.get('transfer-encoding')?.toLowerCase().endsWith('chunked')) return chunked(bytes, from)
  const length = headers.get('content-length')
  if (length === undefined) return closed ? sized(bytes, from, bytes.length - from) : undefined
  if (!/^\d+$/.test(length)) throw new MalformedAnswer(`a content length of ${JSON.stringify(length)}`)
  return sized(bytes, from, Number(length))
}

/**
 * The answer that `bytes` begin with (after those that only announce one), and where it ends; undefined while it is
 * not complete. `closed`: nothing more will come. Throws MalformedAnswer.
 */
export const readAnswer = (bytes: Buffer, closed: boolean): Read<HttpAnswer> | undefined => {
  for (let at = 0; ; ) {
    const start = behind(bytes, crlf + crlf, at)
    const head = start === undefined ? undefined : parseHead(bytes.toString('latin1', at, start - 4))
    const body = start === undefined || !head ? undefined : readBody(head, bytes, start, closed)
    if (!head || !body) {
      if (bytes.length - at > maxBytes) throw new MalformedAnswer(`an answer of more than ${maxBytes} bytes`)
      return undefined
    }
    if (head.status >= 200) return { value: { ...head, body: body.value }, end: body.end }
    at = body.end
  }
}
