import type { Hono } from 'hono'
import { badRequest, isStatus, StatusError } from '../../api/errors.ts'
import { apiVersionOf } from '../../api/kind.ts'
import { Binding, Namespace } from '../../api/kinds/index.ts'
import { orphanDependents } from '../../api/propagation.ts'
import type { Draft, Ref, Resource } from '../../api/resource.ts'
import {
  type LegacyKind,
  legacyFieldSelector,
  legacyKinds,
  legacyList,
  legacyStatus,
  legacyUpdate,
} from '../../api/v1beta1/index.ts'
import { decode } from '../../api/validation/structure.ts'
import type { Metrics } from '../metrics.ts'
import { normalRef } from '../registry/identity.ts'
import { copyPlain } from '../registry/plain.ts'
import type { Registry } from '../registry/registry.ts'
import { selectionOf } from '../registry/selection.ts'
import { eventFormat } from '../watch/event-format.ts'
import { jsonStream } from '../watch/json-stream.ts'
import type { Handler } from './handler.ts'
import { legacyProxyHandlers } from './legacy-proxy.ts'
import { measured } from './measured.ts'
import { textMedia } from './negotiate.ts'
import { errorStatus, send, sendObject } from './reply.ts'
import { type Env, type Request, readUntypedData } from './request.ts'
import { untilGone } from './until-gone.ts'
import { serveWatch, type WatchServing } from './watch.ts'
import { managerIn } from './write-options.ts'

const base = '/api/v1beta1'
const plain = 'text/plain; charset=utf-8'

const answer = (c: Request, object: object): Response => sendObject(c, 200, object, textMedia)

/** Shows each object only once, however often it is asked for. */
const remembered = <T extends Resource>(kind: LegacyKind<T>): LegacyKind<T> => {
  const shown = new WeakMap<T, object>()
  return {
    ...kind,
    toLegacy(object) {
      const known = shown.get(object)
      if (known) return known
      const legacy = kind.toLegacy(object)
      shown.set(object, legacy)
      return legacy
    },
  }
}

/** Where the server of 2014 showed a link in a Status: in the answers of its operations. */
const linkOf = (c: Request, error: unknown): string | undefined =>
  c.req.method !== 'DELETE' && isStatus(error, 'AlreadyExists', 'Conflict') ? c.req.path : undefined

const sendLegacyError = (c: Request, error: unknown, { logger }: WatchServing): Response => {
  const status = errorStatus(error, logger)
  const legacy = legacyStatus(error instanceof StatusError ? error : (status as never), linkOf(c, error))
  return send(c, (legacy as { code?: number }).code ?? 500, JSON.stringify(legacy))
}

const managerOf = (c: Request): string => managerIn(c.req.header('user-agent'))

/** How long a DELETE waits for the garbage collector, milliseconds. It may be that none runs. */
const patience = 5_000

const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } as const

/** In 2014 a namespace came into being with its first object. */
const ensureNamespace = async (registry: Registry, name: string): Promise<void> => {
  if (registry.caches.of(Namespace).get(name)) return
  try {
    await registry.create(Namespace, { metadata: { name } })
  } catch (error) {
    if (!isStatus(error, 'AlreadyExists')) throw error
  }
}

const handlersOf = <T extends Resource>(serving: WatchServing, given: LegacyKind<T>) => {
  const { registry } = serving
  const legacy = remembered(given)
  const { kind } = legacy
  const format = eventFormat<T>({
    id: 'v1beta1',
    readsObjects: true,
    stream: jsonStream,
    kind,
    bytesOf: ({ object }) => jsonStream.encode(legacy.toLegacy(object)),
  })

  const refOf = (c: Request): Ref =>
    normalRef(kind, { namespace: c.req.query('namespace') ?? '', name: c.req.param('name') ?? '' })

  const selectionIn = (c: Request) => {
    const labels = c.req.query('labels') ?? ''
    const fields = c.req.query('fields') ?? ''
    if (!legacy.selectors && (labels || fields)) {
      throw badRequest(`label/field selectors are not supported on ${legacy.plural}`)
    }
    return selectionOf(kind, {
      namespace: c.req.query('namespace'),
      labelSelector: labels,
      fieldSelector: fields && legacyFieldSelector(legacy, fields),
    })
  }

  /** What v1beta1 does not look at (quantities, times) has to be right in v1. */
  const checked = (draft: Draft<T>): Draft<T> => decode(kind, copyPlain(draft))

  /** The body as a v1 draft in the namespace that it or the query names. */
  const readDraft = async (c: Request): Promise<Draft<T>> => {
    const draft = checked(legacy.fromLegacy(await readUntypedData(c, legacy.legacyKind)))
    if (!kind.namespaced) return draft
    const asked = c.req.query('namespace')
    draft.metadata.namespace ||= asked || 'default'
    if (asked && draft.metadata.namespace !== asked) {
      throw badRequest(`the body is for namespace ${draft.metadata.namespace}, the path for ${asked}`)
    }
    return draft
  }

  return {
    async get(c) {
      const { object } = await registry.get(kind, refOf(c))
      return answer(c, legacy.toLegacy(object))
    },

    async list(c) {
      const { items, revision } = await registry.list(kind, selectionIn(c))
      const list = {
        apiVersion: apiVersionOf(kind),
        kind: `${kind.kind}List`,
        metadata: { resourceVersion: String(revision) },
        items: items.map(({ object }) => object),
      }
      return answer(c, legacyList(legacy as LegacyKind, list))
    },

    watch: c =>
      serveWatch(c, serving, kind, selectionIn(c), format, {
        bookmarks: false,
        resourceVersion: c.req.query('resourceVersion') ?? '',
        errorObject: legacyStatus,
      }),

    async create(c) {
      const draft = await readDraft(c)
      if (draft.metadata.namespace) await ensureNamespace(registry, draft.metadata.namespace)
      // What has no id gets its uid as id.
      const uid = crypto.randomUUID()
      draft.metadata.name ||= uid
      const { object } = await registry.create(kind, draft, {
        lenientNames: true,
        uid,
        manager: managerOf(c),
        ...(legacy.validateCreate && { validateCreate: legacy.validateCreate }),
      })
      return answer(c, legacy.toLegacy(object))
    },

    async update(c) {
      const body = await readUntypedData(c, legacy.legacyKind)
      const ref = refOf(c)
      const named = legacy.fromLegacy(body).metadata.name
      if (named && named !== ref.name) throw badRequest(`the body is for ${named}, the path for ${ref.name}`)
      const edit = (old: T) => checked(legacyUpdate(legacy, body, old))
      const { object } = await registry.update(kind, ref, edit, { manager: managerOf(c) })
      return answer(c, legacy.toLegacy(object))
    },

    async delete(c) {
      const { object } = await registry.delete(kind, refOf(c))
      // What was deleted in 2014 was gone, and its pods ran on. They have to be freed of it first.
      if (object.metadata.finalizers?.includes(orphanDependents)) {
        await untilGone(registry.caches, kind, object, serving.clock, patience)
      }
      return answer(c, legacyStatus(success))
    },

    async bind(c) {
      await registry.bind((await readDraft(c)) as unknown as Draft<Binding>)
      return answer(c, legacyStatus(success, c.req.path))
    },
  } satisfies Record<string, Handler>
}

/** The API of 2014. */
export const routeLegacy = (app: Hono<Env>, serving: WatchServing, metrics: Metrics): void => {
  const failed = (c: Request, error: unknown): Response => sendLegacyError(c, error, serving)
  const route = (method: string, path: string, verb: string, resource: string, handler: Handler): void => {
    app.on(method, path, measured(metrics, verb, `v1beta1/${resource}`, handler, failed))
  }

  for (const legacy of legacyKinds) {
    const { plural } = legacy
    const handlers = handlersOf(serving, legacy)
    const all = `${base}/${plural}`
    if ((legacy.kind as unknown) === Binding) {
      route('POST', all, 'create', plural, handlers.bind)
      continue
    }
    route('GET', all, 'list', plural, handlers.list)
    route('POST', all, 'create', plural, handlers.create)
    route('GET', `${base}/watch/${plural}`, 'watch', plural, handlers.watch)
    route('GET', `${all}/:name`, 'get', plural, handlers.get)
    route('PUT', `${all}/:name`, 'update', plural, handlers.update)
    route('DELETE', `${all}/:name`, 'delete', plural, handlers.delete)
  }
  for (const { resource, proxy, redirect } of legacyProxyHandlers(serving)) {
    for (const path of [`${base}/proxy/${resource}/:name`, `${base}/proxy/${resource}/:name/*`]) {
      route('ALL', path, 'proxy', resource, proxy)
    }
    route('GET', `${base}/redirect/${resource}/:name`, 'redirect', resource, redirect)
  }
  // Writes answer when they are done: there is never one that goes on.
  const operations = { kind: 'ServerOpList', creationTimestamp: null, apiVersion: 'v1beta1', items: [] }
  app.get(`${base}/operations`, c => answer(c, operations))
  app.get(`${base}/operations/:id`, c => send(c, 404, `Not Found: ${JSON.stringify(c.req.path)}`, plain))
  app.all(`${base}/*`, c => send(c, 404, '404: Page Not Found', plain))
}
