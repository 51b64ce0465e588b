import { Hono } from 'hono'
import { TrieRouter } from 'hono/router/trie-router'
import { getPath } from 'hono/utils/url'
import type { Registry as Register } from 'prom-client'
import { noResource } from '../api/errors.ts'
import type { Kind } from '../api/kind.ts'
import type { Store } from '../store/store.ts'
import { routeDiscovery } from './handlers/discovery.ts'
import { routeHealth } from './handlers/health.ts'
import { routeLegacy } from './handlers/legacy.ts'
import { routeLogs } from './handlers/logs.ts'
import { routeOpenApi } from './handlers/openapi.ts'
import { routeProxy } from './handlers/proxy.ts'
import { send, sendDocument, sendError } from './handlers/reply.ts'
import type { Env, Request } from './handlers/request.ts'
import { reviews, routeReviews } from './handlers/reviews.ts'
import { routeKinds } from './handlers/routes.ts'
import type { WatchServing } from './handlers/watch.ts'
import type { Metrics } from './metrics.ts'

export interface AppParts extends WatchServing {
  readonly kinds: readonly Kind[]
  readonly store: Store
  readonly metrics: Metrics
  readonly register: Register
  /** What `/logs/` shows. */
  readonly logDir: string | undefined
  /** Asked about paths that there are not: something that is there by now may answer. */
  elsewhere(c: Request): Promise<Response | undefined>
}

/** A slash at the end of the API's own paths says nothing; at the end of a way through it is the other side's. */
const pathOf = (request: globalThis.Request): string => {
  const path = getPath(request)
  const own =
    path.endsWith('/') && /^\/(?:apis?|version)\//.test(path) && !/\/(?:proxy|redirect)\//.test(path)
  return own ? path.slice(0, -1) : path
}

/** All paths, built from the table of kinds. */
export const createApp = ({
  kinds,
  store,
  metrics,
  register,
  logDir,
  elsewhere,
  ...serving
}: AppParts): Hono<Env> => {
  // Hono's default makes one regular expression of all paths: with hundreds of them that is 10 MB and a slow first answer.
  const app = new Hono<Env>({ router: new TrieRouter(), getPath: pathOf })
  app.onError((error, c) => sendError(c, error, serving.logger))
  routeHealth(app, store, register)
  routeLogs(app, logDir)
  routeDiscovery(app, [...kinds, ...reviews], ['v1beta1'])
  routeReviews(app, serving.logger)
  routeOpenApi(app, [...kinds, ...reviews], serving.logger)
  routeProxy(app, serving, metrics)
  routeKinds(app, kinds, serving, metrics)
  routeLegacy(app, serving, metrics)
  const paths = [
    '/api',
    '/api/v1',
    '/api/v1beta1',
    '/apis',
    '/artifacts',
    '/healthz',
    '/livez',
    '/logs',
    '/metrics',
    '/openapi/v2',
    '/openapi/v3',
    '/readyz',
    '/validate',
    '/version',
  ]
  app.get('/', c => sendDocument(c, { paths }))
  app.notFound(async c => {
    // As a route of its own this would stand behind every route below /api/v1, see routeKinds.
    if (/^\/api\/v1(\/|$)/.test(c.req.path)) return sendError(c, noResource(), serving.logger)
    return (await elsewhere(c)) ?? send(c, 404, '404 page not found\n', 'text/plain; charset=utf-8')
  })
  return app
}
