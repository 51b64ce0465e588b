import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http'
import { request as httpsRequest } from 'node:https'
import { systemClock } from '../../util/clock.ts'
import type { Target } from './target.ts'

/** How long an upstream server may take to accept a connection, milliseconds. */
const dialPatience = 10_000

/** Begins a request to the upstream server; it is destroyed when nobody accepts it in time. */
export const openUpstream = (
  { method = 'GET' }: IncomingMessage,
  { scheme, host, port }: Target,
  path: string,
  headers: OutgoingHttpHeaders,
): ClientRequest => {
  const options = { method, host, port, path, headers, agent: false, setHost: false }
  // As kube-apiserver: what runs in pods has certificates that nobody has signed.
  const upstream =
    scheme === 'https' ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options)
  const cancel = systemClock.after(dialPatience, () =>
    upstream.destroy(
      new Error(`${host}:${port} does not accept a connection within ${dialPatience / 1000} s`),
    ),
  )
  upstream.once('socket', socket => {
    socket.once('connect', cancel)
    socket.once('close', cancel)
  })
  return upstream
}
