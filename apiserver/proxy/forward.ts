import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { unavailable } from '../../api/errors.ts'
import { type ProxiedPath, requestHeaders, responseHeaders } from './headers.ts'
import { openUpstream } from './open-upstream.ts'
import type { Target } from './target.ts'

/**
 * Leads a request to the target, and its answer back, both as they come. Resolves when the answer has begun; from
 * then on an upstream server that breaks off breaks the client's connection. A client that goes away ends it all.
 * Rejects with ServiceUnavailable when there is no answer, and somebody to be told of it.
 */
export const forward = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: Target,
  path: ProxiedPath,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = requestHeaders(incoming, path)
    const upstream = openUpstream(incoming, target, path.rest, headers)
    const leave = () => {
      upstream.destroy()
      resolve()
    }
    outgoing.once('close', leave)
    upstream.once('response', answer => {
      outgoing.writeHead(answer.statusCode ?? 502, responseHeaders(answer, incoming, target, path.prefix))
      // An answer may be long in coming: that it has begun is news by itself.
      outgoing.flushHeaders()
      pipeline(answer, outgoing, error => error && outgoing.destroy())
      resolve()
    })
    upstream.on('error', cause => {
      reject(unavailable(`error trying to reach service: ${cause.message}`, cause))
    })
    // Not a pipeline: an upstream server may answer and leave before it has read all, and its answer still counts.
    incoming.pipe(upstream)
  })
