import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import { badRequest, type FieldError, invalid, tooLarge, unsupportedMediaType } from '../../api/errors.ts'
import { notSupported } from '../../api/field-error.ts'
import { countFields } from '../../api/nesting.ts'
import { readProtobuf } from '../../api/protobuf/read.ts'
import type { UpgradeBindings } from '../websocket/serve-upgrades.ts'
import { type Faults, parseJson } from './json.ts'
import type { Media } from './negotiate.ts'
import { parseYaml } from './yaml.ts'

/**
 * Node's own request and response travel with each request; they are missing in `app.request` of a test. A request
 * for another protocol, such as WebSocket, has `upgrade` and `rawUpgrade` instead. `readOnly` is one that came where
 * nothing may be changed.
 */
export type Env = { Bindings: Partial<HttpBindings & UpgradeBindings> & { readonly readOnly?: boolean } }
export type Request = Context<Env>

type TextMedia = Exclude<Media, 'protobuf'>

/** Bytes of a request's body at the most. */
const bodyLimit = 3 * 1024 * 1024

/** The type of the body; JSON when the client does not say, as curl without a header would mean it. */
const mediaOf = (contentType: string | undefined): Media => {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  if (!type || type === 'application/json' || type === '*/*') return 'json'
  if (type === 'application/yaml' || type === 'application/x-yaml' || type === 'text/yaml') return 'yaml'
  if (type === 'application/vnd.kubernetes.protobuf') return 'protobuf'
  throw unsupportedMediaType()
}

const readAll = (incoming: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const onData = (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size > bodyLimit) settle(() => reject(tooLarge(`limit is ${bodyLimit}`)))
    }
    const onEnd = () =>
      settle(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
    const onError = (error: Error) => settle(() => reject(badRequest('the body ended early', error)))
    const onClose = () => onError(new Error('the connection was closed'))
    const settle = (act: () => void) => {
      incoming.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose)
      act()
    }
    incoming.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose)
  })

export const readBody = async (c: Request): Promise<Buffer> => {
  if (Number(c.req.header('content-length') ?? 0) > bodyLimit) throw tooLarge(`limit is ${bodyLimit}`)
  const { incoming } = c.env ?? {}
  if (incoming) return readAll(incoming)
  const body = Buffer.from(await c.req.arrayBuffer())
  if (body.length > bodyLimit) throw tooLarge(`limit is ${bodyLimit}`)
  return body
}

const parse = (text: string, media: TextMedia, faults: Faults | undefined): unknown =>
  media === 'json' ? parseJson(text, faults) : parseYaml(text, faults)

/** What Go's decoder says: clients know its words. */
const parseError = (media: TextMedia, error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error)
  const ended = /end of JSON input|Unterminated string/.test(message)
  return `couldn't get version/kind; ${media} parse error: ${ended ? 'unexpected end of JSON input' : message}`
}

/** Objects with these fields of another type than text are no objects of the API. */
const checkTypeMeta = (data: unknown, what: string): void => {
  if (typeof data !== 'object' || data === null) return
  for (const field of ['kind', 'apiVersion']) {
    const value = (data as Readonly<Record<string, unknown>>)[field] ?? ''
    if (typeof value === 'string') continue
    const shown = JSON.stringify(value)
    throw badRequest(
      `the object provided is unrecognized (must be of type ${what}): ${field} must be text, not ${shown}`,
    )
  }
}

/**
 * The parsed body; `what` names the kind that it should hold. `faults` takes what may be let pass of it: fields that
 * it has more than once.
 */
export const readData = async (c: Request, what: string, faults?: Faults): Promise<unknown> => {
  const media = mediaOf(c.req.header('content-type'))
  const body = await readBody(c)
  return media === 'protobuf' ? parseProtobuf(body, what) : parseData(body.toString(), media, what, faults)
}

const parseProtobuf = (body: Buffer, what: string): unknown => {
  try {
    const read = readProtobuf(body)
    countFields(read)
    return read
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${what}): ${error instanceof Error ? error.message : error}`,
      error,
    )
  }
}

/** The parsed body, whatever its type is said to be: the server of 2014 looked at it, and `curl -d` says a wrong one. */
export const readUntypedData = async (c: Request, what: string): Promise<unknown> => {
  const text = (await readBody(c)).toString()
  return parseData(text, /^\s*[{[]/.test(text) ? 'json' : 'yaml', what)
}

const parseData = (text: string, media: TextMedia, what: string, faults?: Faults): unknown => {
  let data: unknown
  try {
    data = parse(text, media, faults)
  } catch (error) {
    const start = text.length > 100 ? `${text.slice(0, 100)}...` : text
    throw badRequest(
      `the object provided is unrecognized (must be of type ${what}): ${parseError(media, error)} (${start})`,
      error,
    )
  }
  checkTypeMeta(data, what)
  return data
}

/** The parsed body of a request that need not have one. */
export const readOptionalData = async (c: Request, what: string): Promise<unknown> => {
  const { incoming } = c.env ?? {}
  const none = incoming
    ? incoming.headers['content-length'] === undefined && incoming.headers['transfer-encoding'] === undefined
    : c.req.raw.body === null
  return none || c.req.header('content-length') === '0' ? undefined : readData(c, what)
}

/** `?name=1`, `?name=true`, and `?name` alone. */
export const readFlag = (c: Request, name: string): boolean => {
  const value = c.req.query(name)
  return value !== undefined && value !== '0' && value.toLowerCase() !== 'false'
}

/** A query parameter that is a whole number, not negative. */
export const readNumber = (c: Request, name: string): number | undefined => {
  const text = c.req.query(name)
  if (!text) return undefined
  if (!/^\d{1,15}$/.test(text)) {
    throw badRequest(
      `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax: ${name} must be a whole number`,
    )
  }
  return Number(text)
}

/** Whether to write; `options` names the kind of options that the verb has, for the message. */
export const readDryRun = (c: Request, options: `${string}Options`, body?: unknown): boolean => {
  const inBody = (body as { dryRun?: unknown } | undefined)?.dryRun
  const values = [...(c.req.queries('dryRun') ?? []), ...(Array.isArray(inBody) ? inBody.map(String) : [])]
  if (values.every(value => value === 'All')) return values.length > 0
  const error: FieldError = notSupported('dryRun', values, ['All'])
  throw invalid({ group: 'meta.k8s.io', kind: options }, '', [error])
}
