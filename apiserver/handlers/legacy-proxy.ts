import { nodeTarget, podTarget, type Resolve, serviceTarget } from '../proxy/resolve.ts'
import { authorityOf } from '../proxy/target.ts'
import type { Handler } from './handler.ts'
import { serveProxy } from './proxy.ts'
import type { Request } from './request.ts'
import type { WatchServing } from './watch.ts'

const resolves: Readonly<Record<string, Resolve>> = {
  services: serviceTarget,
  minions: nodeTarget,
  nodes: nodeTarget,
  pods: podTarget,
}

export interface LegacyProxyHandlers {
  readonly resource: string
  readonly proxy: Handler
  /** Tells where the client itself may go. */
  readonly redirect: Handler
}

/** Parts of a path up to what is proxied. */
const depth = '/api/v1beta1/proxy/services/ID'.split('/').length

/** `/proxy/{services|minions|nodes|pods}/ID/...` and `/redirect/{...}/ID`. */
export const legacyProxyHandlers = (serving: WatchServing): readonly LegacyProxyHandlers[] =>
  Object.entries(resolves).map(([resource, resolve]) => {
    const askedIn = (c: Request) => ({
      namespace: c.req.query('namespace') || 'default',
      id: c.req.param('name') ?? '',
      depth,
    })
    return {
      resource,
      proxy: c => serveProxy(c, serving, resolve, askedIn(c)),
      async redirect(c) {
        const { namespace, id } = askedIn(c)
        // Without a scheme: in 2014 nobody knew what listens there.
        const Location = authorityOf(await resolve(serving.registry, namespace, id))
        return c.body(null, 307, { Location })
      },
    }
  })
