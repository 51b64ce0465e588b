import type { Hono } from 'hono'
import { methodNotAllowed } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import { Binding } from '../../api/kinds/index.ts'
import type { Metrics } from '../metrics.ts'
import { oneByOne } from './api-resources.ts'
import type { Handler } from './handler.ts'
import { measured } from './measured.ts'
import { sendError } from './reply.ts'
import type { Env, Request } from './request.ts'
import { resourceHandlers } from './resource.ts'
import { scaleForm, scaleHandlers } from './scale.ts'
import { subresourceHandlers } from './subresources.ts'
import { warn } from './warnings.ts'
import type { WatchServing } from './watch.ts'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** What a path answers: the verb's name, for the metrics, and its handler. */
type Methods = Partial<Record<Method, readonly [verb: string, handler: Handler]>>

const notStarted = 'ephemeral containers are kept with the pod, but nothing starts them yet'

/** The v1 API of every kind in the table. */
export const routeKinds = (
  app: Hono<Env>,
  kinds: readonly Kind[],
  serving: WatchServing,
  metrics: Metrics,
): void => {
  const failed = (c: Request, error: unknown): Response => sendError(c, error, serving.logger)

  const warned = (handler: Handler, warning: string | undefined): Handler =>
    warning === undefined
      ? handler
      : c => {
          warn(c, [warning])
          return handler(c)
        }

  /** One route for all methods of a path: of a single one Hono calls the handler, several it would have to chain. */
  const routeTo = (path: string, resource: string, methods: Methods, warning?: string): void => {
    const handlers = new Map(
      Object.entries(methods).map(([method, [verb, handler]]) => [
        method.toUpperCase(),
        measured(metrics, verb, resource, warned(handler, warning), failed),
      ]),
    )
    app.all(path, c => {
      const { method } = c.req
      const handler = handlers.get(method === 'HEAD' ? 'GET' : method)
      return handler ? handler(c) : sendError(c, methodNotAllowed(), serving.logger)
    })
  }

  const subresources = subresourceHandlers(serving.registry)

  for (const kind of kinds) {
    const { plural, group, version } = kind
    const route = (path: string, resource: string, methods: Methods): void =>
      routeTo(path, resource, methods, kind.custom?.deprecation)
    const base = group ? `/apis/${group}/${version}` : `/api/${version}`
    const inNamespace = kind.namespaced ? '/namespaces/:namespace' : ''
    const all = `${base}${inNamespace}/${plural}`
    if (kind === Binding) {
      route(all, plural, { post: ['create', subresources.bind] })
      continue
    }
    const handlers = resourceHandlers(serving, kind)
    const one = `${all}/:name`
    const deleteAll: Methods = oneByOne.includes(kind)
      ? {}
      : { delete: ['deletecollection', handlers.deleteCollection] }
    route(all, plural, { get: ['list', handlers.list], post: ['create', handlers.create], ...deleteAll })
    if (kind.namespaced) {
      route(`${base}/${plural}`, plural, { get: ['list', handlers.list] })
      route(`${base}/watch/${plural}`, plural, { get: ['watch', handlers.watch] })
    }
    route(`${base}/watch${inNamespace}/${plural}`, plural, { get: ['watch', handlers.watch] })
    route(`${base}/watch${inNamespace}/${plural}/:name`, plural, { get: ['watch', handlers.watchOne] })
    route(one, plural, {
      get: ['get', handlers.get],
      put: ['update', handlers.update],
      patch: ['patch', handlers.patch],
      delete: ['delete', handlers.delete],
    })
    for (const name of kind.subresources) {
      // Its paths, with all below them, are routeProxy's.
      if (name === 'proxy') continue
      const path = `${one}/${name}`
      if (name === 'status' || name === 'approval') {
        route(path, `${plural}/${name}`, {
          get: ['get', handlers.get],
          put: ['update', handlers.updatePart(name)],
          patch: ['patch', handlers.patchPart(name)],
        })
      } else if (name === 'ephemeralcontainers') {
        route(path, `${plural}/${name}`, {
          get: ['get', handlers.get],
          put: ['update', warned(handlers.updatePart(name), notStarted)],
          patch: ['patch', warned(handlers.patchPart(name), notStarted)],
        })
      } else if (name === 'scale') {
        const scale = scaleHandlers(serving.registry, kind, scaleForm(kind, serving.clock))
        route(path, `${plural}/scale`, {
          get: ['get', scale.get],
          put: ['update', scale.update],
          patch: ['patch', handlers.patchScale],
        })
      } else if (name === 'eviction') {
        route(path, `${plural}/eviction`, { post: ['create', subresources.evict] })
      } else if (name === 'finalize') {
        route(path, `${plural}/finalize`, { put: ['update', subresources.finalize] })
      } else {
        route(path, `${plural}/binding`, {
          post: ['create', subresources.bind],
          delete: ['delete', subresources.unbind],
        })
      }
    }
  }
}
