import * as http from 'node:http'
import * as https from 'node:https'
import { buffer } from 'node:stream/consumers'
import type { Codec, Messages } from './codec.ts'
import { pipeline } from './pipeline.ts'
import { recordDecoder } from './recordio.ts'

/** Another master leads: ask `leader`, the whole URL. */
export class NotLeading extends Error {
  override readonly name = 'NotLeading'
  readonly leader: URL
  constructor(leader: URL) {
    super(`${leader.host} leads`)
    this.leader = leader
  }
}

/** The other side cannot answer now (no leader, recovering, gone away): try again later. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
}

/** The credentials are missing or wrong. */
export class Unauthorized extends Error {
  override readonly name = 'Unauthorized'
}

/** The call itself is wrong: the same one will be refused again. The message is the other side's. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused'
}

/** Where calls of the v1 API go, and how they are written. */
export interface Endpoint<C extends keyof Messages> {
  /** For instance `http://master:5050/api/v1/scheduler`. */
  readonly url: URL
  readonly codec: Codec
  readonly callType: C
  /** For instance Authorization. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface EventStream<E> {
  /** To be sent as the Mesos-Stream-Id header of every later call; agents give none to executors. */
  readonly streamId: string | undefined
  /**
   * Ends when the other side ends the stream. Throws Unavailable on a lost connection, MalformedRecord,
   * MalformedMessage, or the reason of the signal. Leaving the loop closes the connection.
   */
  readonly events: AsyncIterable<E>
}

/** The longest event that is believed; an OFFERS event of thousands of agents stays far below. */
const maxRecordBytes = 64 * 1024 * 1024

const request = (
  url: URL,
  options: http.RequestOptions,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<http.IncomingMessage> =>
  new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? https.request : http.request
    send(url, { ...options, method: 'POST', signal })
      .once('response', resolve)
      .on('error', cause => reject(signal.aborted ? signal.reason : lost(url, cause)))
      .end(body)
  })

const lost = (url: URL, cause: unknown): Unavailable =>
  new Unavailable(`no connection with ${url.host}`, { cause })

/** The error that an answer other than 200 and 202 stands for. */
const errorOf = (url: URL, status: number, location: string | undefined, bytes: Buffer): Error => {
  // Mesos leaves the scheme out: `//host:port/path`.
  if (status === 307 && location) return new NotLeading(new URL(location, url))
  const body = bytes.toString().trim().slice(0, 1000)
  const message = `${url.host} answers ${status}${body ? `: ${body}` : ''}`
  if (status === 401 || status === 403) return new Unauthorized(message)
  if (status >= 500) return new Unavailable(message)
  return new CallRefused(message)
}

const bodyOf = (url: URL, response: http.IncomingMessage, signal: AbortSignal): Promise<Buffer> =>
  buffer(response).catch(cause => {
    throw signal.aborted ? signal.reason : lost(url, cause)
  })

const refusalOf = async (url: URL, response: http.IncomingMessage, signal: AbortSignal): Promise<Error> =>
  errorOf(url, response.statusCode ?? 0, response.headers.location, await bodyOf(url, response, signal))

const callHeaders = <C extends keyof Messages>({ codec, headers }: Endpoint<C>) => ({
  ...headers,
  'content-type': codec.contentType,
  accept: codec.contentType,
})

/**
 * Sends `call` (a SUBSCRIBE) and reads the events that answer it, on a connection of its own. It may stay silent for
 * ever: watch the heartbeats, and abort. Throws NotLeading, Unavailable, Unauthorized, CallRefused.
 */
export const openStream = async <C extends keyof Messages, E extends keyof Messages>(
  endpoint: Endpoint<C>,
  call: Messages[C],
  eventType: E,
  signal: AbortSignal,
): Promise<EventStream<Messages[E]>> => {
  const { url, codec, callType } = endpoint
  const body = codec.encode(callType, call)
  const headers = { ...callHeaders(endpoint), 'content-length': body.length }
  const response = await request(url, { headers, agent: false }, body, signal)
  if (response.statusCode !== 200) throw await refusalOf(url, response, signal)
  const streamId = response.headers['mesos-stream-id']
  return {
    streamId: typeof streamId === 'string' ? streamId : undefined,
    events: readEvents(response, url, bytes => codec.decode(eventType, bytes), signal),
  }
}

/**
 * Sends `call` and reads the message that answers it, on a connection of its own. Throws NotLeading, Unavailable,
 * Unauthorized, CallRefused, MalformedMessage, or the reason of the signal.
 */
export const ask = async <C extends keyof Messages, A extends keyof Messages>(
  endpoint: Endpoint<C>,
  call: Messages[C],
  answerType: A,
  signal: AbortSignal,
): Promise<Messages[A]> => {
  const { url, codec, callType } = endpoint
  const body = codec.encode(callType, call)
  const headers = { ...callHeaders(endpoint), 'content-length': body.length }
  const response = await request(url, { headers, agent: false }, body, signal)
  if (response.statusCode !== 200) throw await refusalOf(url, response, signal)
  return codec.decode(answerType, await bodyOf(url, response, signal))
}

async function* readEvents<E>(
  response: http.IncomingMessage,
  url: URL,
  decode: (bytes: Uint8Array) => E,
  signal: AbortSignal,
): AsyncGenerator<E> {
  const decoder = recordDecoder({ maxBytes: maxRecordBytes })
  for await (const chunk of chunksOf(response, url, signal)) {
    for (const record of decoder.push(chunk)) yield decode(record)
  }
  decoder.end()
}

/** Only the connection's errors are its loss; what the reader of the chunks throws is its own. */
async function* chunksOf(
  response: http.IncomingMessage,
  url: URL,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const chunks = response[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await chunks.next().catch(cause => {
        throw signal.aborted ? signal.reason : lost(url, cause)
      })
      if (next.done) return
      yield next.value
    }
  } finally {
    response.destroy()
  }
}

export interface CallSender<C extends keyof Messages> {
  /**
   * Resolves when the call is accepted (202). Throws NotLeading, Unavailable, Unauthorized, CallRefused, or the
   * reason of the signal; after Unavailable the call may have been handled or not.
   */
  send(call: Messages[C]): Promise<void>
}

/**
 * Sends calls on one connection, until `signal` closes it. None waits for the answers to those before it: Mesos
 * handles the calls of a connection in their order.
 */
export const callSender = <C extends keyof Messages>(
  endpoint: Endpoint<C>,
  signal: AbortSignal,
): CallSender<C> => {
  const { url, codec, callType } = endpoint
  const { send } = pipeline(url, signal)
  const head = requestHead(url, callHeaders(endpoint))
  return {
    async send(call) {
      const body = codec.encode(callType, call)
      const bytes = Buffer.concat([
        Buffer.from(`${head}content-length: ${body.length}\r\n\r\n`, 'latin1'),
        body,
      ])
      const answer = await send(bytes).catch(cause => {
        throw signal.aborted ? signal.reason : lost(url, cause)
      })
      if (answer.status !== 202 && answer.status !== 200) {
        throw errorOf(url, answer.status, answer.headers.get('location'), answer.body)
      }
    },
  }
}

/** All of a request's head that is the same for every call. */
const requestHead = ({ host, pathname, search }: URL, headers: Readonly<Record<string, string>>): string => {
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST ${pathname}${search} HTTP/1.1\r\n${lines.join('')}`
}
