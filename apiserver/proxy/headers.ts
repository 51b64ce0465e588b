import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { authorityOf, type Target } from './target.ts'

/** Headers that are about one connection only (RFC 9110, 7.6.1). */
const hopByHop: readonly string[] = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

const kept = (headers: IncomingHttpHeaders, dropped: (name: string) => boolean): OutgoingHttpHeaders => {
  const named = (headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map(name => name.trim())
  const out = [...hopByHop, ...named]
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !out.includes(name) && !dropped(name)))
}

/** The request's path on this server: what is before the proxied one, and that with its query. */
export interface ProxiedPath {
  /** Without a slash at its end. */
  readonly prefix: string
  /** Begins with a slash. */
  readonly rest: string
}

/** Cuts a request's URL as it was sent behind `depth` parts; `rest` is '' when nothing, not even a slash, follows. */
export const cutPath = (url: string, depth: number): { prefix: string; rest: string; query: string } => {
  // A client that takes us for a proxy of another kind names scheme and host.
  const [, path = '', query = ''] = /^(?:https?:\/\/[^/?]*)?([^?]*)(\?.*)?$/is.exec(url) ?? []
  const parts = path.split('/')
  const rest = parts.slice(depth)
  return { prefix: parts.slice(0, depth).join('/'), rest: rest.map(part => `/${part}`).join(''), query }
}

/** What the upstream server is told: the client's headers, but for its credentials, which are for this server. */
export const requestHeaders = (
  incoming: IncomingMessage,
  { prefix, rest }: ProxiedPath,
): OutgoingHttpHeaders => {
  const { headers, socket } = incoming
  const before = headers['x-forwarded-for']
  const from = socket.remoteAddress ?? ''
  return {
    ...kept(headers, name => name === 'authorization' || name === 'expect'),
    'x-forwarded-for': before ? `${before}, ${from}` : from,
    'x-forwarded-proto': 'encrypted' in socket ? 'https' : 'http',
    'x-forwarded-uri': `${prefix}${rest.split('?', 1)[0]}`,
    ...(headers.host && { 'x-forwarded-host': headers.host }),
    // Node would send the body of a GET without any framing.
    ...(headers['transfer-encoding'] && { 'transfer-encoding': 'chunked' }),
  }
}

/** A redirect within the upstream server is one below the proxied path. */
const relocated = (location: string, incoming: IncomingMessage, target: Target, prefix: string): string => {
  const own = [authorityOf(target), incoming.headers.host]
  const [, host, path = ''] = /^(?:https?:)?\/\/([^/?#]*)(.*)$/is.exec(location) ?? [
    undefined,
    undefined,
    location,
  ]
  if (host !== undefined && !own.includes(host)) return location
  const absolute = host === undefined ? path : path || '/'
  if (!absolute.startsWith('/') || absolute.startsWith(`${prefix}/`)) return location
  return `${prefix}${absolute}`
}

/** What the client is told. Who may read an answer from elsewhere is for this server to say. */
export const responseHeaders = (
  answer: IncomingMessage,
  incoming: IncomingMessage,
  target: Target,
  prefix: string,
): OutgoingHttpHeaders => {
  const { location } = answer.headers
  return {
    ...kept(answer.headers, name => name.startsWith('access-control-')),
    ...(location !== undefined && { location: relocated(location, incoming, target, prefix) }),
  }
}
