import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Hono } from 'hono'
import { specialAddress } from '../../api/validation/special-address.ts'
import type { Metrics } from '../metrics.ts'
import { forward } from '../proxy/forward.ts'
import { cutPath } from '../proxy/headers.ts'
import { nodeTarget, podTarget, type Resolve, serviceTarget } from '../proxy/resolve.ts'
import { checkTarget } from '../proxy/target.ts'
import { tunnel } from '../proxy/tunnel.ts'
import { readOnlyRefusal } from '../read-only.ts'
import type { Handler } from './handler.ts'
import { measured } from './measured.ts'
import { sendError } from './reply.ts'
import type { Env, Request } from './request.ts'
import type { WatchServing } from './watch.ts'

/** Leads a request to what `resolve` finds for the object that the path names; `depth` parts of the path are ours. */
export const serveProxy = async (
  c: Request,
  { registry }: WatchServing,
  resolve: Resolve,
  { namespace, id, depth }: { readonly namespace: string; readonly id: string; readonly depth: number },
): Promise<Response> => {
  const { outgoing, rawUpgrade, readOnly } = c.env ?? {}
  if (readOnly) throw readOnlyRefusal()
  const incoming = c.env?.incoming ?? rawUpgrade?.incoming
  if (!incoming) throw new TypeError('a proxied request needs a connection')
  const { prefix, rest, query } = cutPath(incoming.url ?? '', depth)
  // Relative links of what is behind the proxy work from there on.
  if (!rest && !rawUpgrade) return c.body(null, 301, { Location: `${prefix}/${query}` })
  const path = { prefix, rest: (rest || '/') + query }
  const { remoteAddress } = incoming.socket
  const fromLoopback = remoteAddress !== undefined && specialAddress(remoteAddress) === 'loopback'
  const target = checkTarget(await resolve(registry, namespace, id), fromLoopback)
  if (rawUpgrade) await tunnel(rawUpgrade, target, path)
  else if (outgoing) await forward(incoming, outgoing, target, path)
  return RESPONSE_ALREADY_SENT
}

const proxied: readonly (readonly [path: string, resource: string, resolve: Resolve])[] = [
  ['/api/v1/namespaces/:namespace/services/:name/proxy', 'services', serviceTarget],
  ['/api/v1/namespaces/:namespace/pods/:name/proxy', 'pods', podTarget],
  ['/api/v1/nodes/:name/proxy', 'nodes', nodeTarget],
]

/** Ways through this server to services, pods and nodes. */
export const routeProxy = (app: Hono<Env>, serving: WatchServing, metrics: Metrics): void => {
  const failed = (c: Request, error: unknown): Response => sendError(c, error, serving.logger)
  for (const [path, resource, resolve] of proxied) {
    const depth = path.split('/').length
    const proxy: Handler = c =>
      serveProxy(c, serving, resolve, {
        namespace: c.req.param('namespace') ?? '',
        id: c.req.param('name') ?? '',
        depth,
      })
    const handler = measured(metrics, 'connect', `${resource}/proxy`, proxy, failed)
    app.all(path, handler)
    app.all(`${path}/*`, handler)
  }
}
