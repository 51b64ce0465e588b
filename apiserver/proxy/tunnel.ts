import { type IncomingMessage, type OutgoingHttpHeaders, STATUS_CODES } from 'node:http'
import { type Duplex, pipeline } from 'node:stream'
import { unavailable } from '../../api/errors.ts'
import type { RawUpgrade } from '../websocket/serve-upgrades.ts'
import { type ProxiedPath, requestHeaders, responseHeaders } from './headers.ts'
import { openUpstream } from './open-upstream.ts'
import type { Target } from './target.ts'

const statusLine = ({ statusCode = 502, statusMessage }: IncomingMessage): string =>
  `HTTP/1.1 ${statusCode} ${statusMessage || STATUS_CODES[statusCode]}\r\n`

/** The head of an answer that goes on in another protocol: as it came. */
const switchedHead = (answer: IncomingMessage): string => {
  const { rawHeaders } = answer
  const lines = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${rawHeaders[i + 1]}\r\n`] : []))
  return `${statusLine(answer)}${lines.join('')}\r\n`
}

/** The head of an answer that stays with HTTP, as the last one of the connection. */
const lastHead = (answer: IncomingMessage, headers: OutgoingHttpHeaders): string => {
  const lines = Object.entries({ ...headers, connection: 'close' }).flatMap(([name, value]) =>
    [value ?? []].flat().map(each => `${name}: ${each}\r\n`),
  )
  return `${statusLine(answer)}${lines.join('')}\r\n`
}

/** Ends with whichever end closes first. */
const join = (client: Duplex, upstream: Duplex): void => {
  client.pipe(upstream).pipe(client)
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    one.on('error', () => other.destroy())
    one.once('close', () => other.destroy())
  }
}

/**
 * Leads a request for another protocol, such as WebSocket, to the target: from its answer on both sides speak with
 * each other, in whatever they have agreed on. Resolves then; rejects with ServiceUnavailable when there is no answer.
 */
export const tunnel = (
  { incoming, socket, head, take }: RawUpgrade,
  target: Target,
  path: ProxiedPath,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const { connection, upgrade } = incoming.headers
    const headers = { ...requestHeaders(incoming, path), connection, upgrade }
    const upstream = openUpstream(incoming, target, path.rest, headers)
    const leave = () => upstream.destroy()
    socket.once('close', leave)
    upstream.once('upgrade', (answer, other: Duplex, first) => {
      take()
      socket.off('close', leave)
      socket.write(switchedHead(answer))
      socket.write(first)
      other.write(head)
      join(socket, other)
      resolve()
    })
    upstream.once('response', answer => {
      take()
      socket.write(lastHead(answer, responseHeaders(answer, incoming, target, path.prefix)))
      pipeline(answer, socket, () => {})
      resolve()
    })
    upstream.on('error', cause => {
      reject(unavailable(`error trying to reach service: ${cause.message}`, cause))
    })
    upstream.end()
  })
