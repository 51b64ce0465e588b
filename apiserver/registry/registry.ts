import { randomUUID } from 'node:crypto'
import type { DeleteOptions } from '../../api/client.ts'
import { badRequest, isStatus, noResource, notFound } from '../../api/errors.ts'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import { type Binding, Namespace, Pod } from '../../api/kinds/index.ts'
import { type Draft, keyOf, type Meta, type Ref, type Resource, refOf } from '../../api/resource.ts'
import type { Store } from '../../store/store.ts'
import type { Clock } from '../../util/clock.ts'
import type { Stored } from '../storage/stored.ts'
import type { Caches } from '../watch/caches.ts'
import type { Watch } from '../watch/kind-cache.ts'
import type { Selection } from '../watch/selection.ts'
import type { Watcher, WatchFormat } from '../watch/watch-group.ts'
import { bound, unbound } from './binding.ts'
import { checkPreconditions, deletion, type Outcome } from './deletion.ts'
import { checkName, ensure, generateName } from './identity.ts'
import { createLister, type Listed, type ListQuery, readRevision } from './listing.ts'
import { admitToNamespace, isEmpty, namespaceDeletion } from './namespaces.ts'
import { type readScale, scaled } from './scale.ts'
import { timestamp } from './timestamp.ts'
import { replacement, statusReplacement } from './update.ts'
import { createWriter, type WriteOptions } from './writer.ts'

export interface WatchQuery {
  /** '' or left out: begin with the newest state; '0': with the state at hand; else go on after this. */
  readonly resourceVersion?: string
  /** Begin with what is there in any case, and mark its end with a bookmark. */
  readonly sendInitialEvents?: boolean
}

/** Makes a draft of what the object shall be; the draft is the registry's. A PUT ignores `old`, a patch starts from it. */
export type Edit<T extends Resource> = (old: T) => Draft<T>

export interface CreateOptions extends WriteOptions {
  /** Take names of v1beta1, which may hold capitals. */
  readonly lenientNames?: boolean
  /** The uid to give the object; a new one when left out. */
  readonly uid?: string
}

/**
 * The API below HTTP: every rule about reading and writing objects. Drafts are the registry's own from here on.
 * Every method rejects with a StatusError.
 */
export interface Registry {
  readonly caches: Caches
  /** `resourceVersion` '0' takes whatever is at hand; otherwise the newest state is answered. */
  get<T extends Resource>(kind: Kind<T>, ref: Ref, resourceVersion?: string): Promise<Stored<T>>
  list<T extends Resource>(kind: Kind<T>, selection: Selection<T>, query?: ListQuery): Promise<Listed<T>>
  /** Rejects with Expired when events since `resourceVersion` are forgotten. */
  watch<T extends Resource, Line, Pack>(
    kind: Kind<T>,
    selection: Selection<T>,
    query: WatchQuery,
    format: WatchFormat<T, Line, Pack>,
    watcher: Watcher<Pack>,
  ): Promise<Watch>
  create<T extends Resource>(kind: Kind<T>, draft: Draft<T>, options?: CreateOptions): Promise<Stored<T>>
  /** Replaces the object by what `edit` makes of it; asked again whenever somebody else wrote in between. */
  update<T extends Resource>(
    kind: Kind<T>,
    ref: Ref,
    edit: Edit<T>,
    options?: WriteOptions,
  ): Promise<Stored<T>>
  updateStatus<T extends Resource>(
    kind: Kind<T>,
    ref: Ref,
    edit: Edit<T>,
    options?: WriteOptions,
  ): Promise<Stored<T>>
  delete<T extends Resource>(
    kind: Kind<T>,
    ref: Ref,
    options?: DeleteOptions & WriteOptions,
  ): Promise<Stored<T>>
  /** Deletes all that the selection holds; answers what was there. */
  deleteAll<T extends Resource>(
    kind: Kind<T>,
    selection: Selection<T>,
    query?: ListQuery,
    options?: DeleteOptions & WriteOptions,
  ): Promise<Listed<T>>
  bind(binding: Draft<Binding>, options?: WriteOptions): Promise<Stored<Pod>>
  unbind(ref: Ref, preconditions: NonNullable<DeleteOptions['preconditions']>): Promise<Stored<Pod>>
  scale<T extends Resource>(
    kind: Kind<T>,
    ref: Ref,
    wanted: ReturnType<typeof readScale>,
    options?: WriteOptions,
  ): Promise<Stored<T>>
}

/** Tries for a generated name that is not taken. */
const generateTries = 8

export const createRegistry = (store: Store, caches: Caches, clock: Clock): Registry => {
  const writer = createWriter(store, caches)
  const list = createLister(store, caches)

  const prepare = <T extends Resource>(kind: Kind<T>, draft: Draft<T>, options: CreateOptions): T => {
    const { resourceVersion, ...metadata } = draft.metadata
    if (resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created')
    for (const field of serverFields) delete metadata[field]
    const name = metadata.name || (metadata.generateName ? generateName(metadata.generateName) : '')
    const uid = options.uid ?? randomUUID()
    draft.metadata = { ...metadata, name, uid }
    kind.strategy.default?.(draft)
    kind.strategy.prepareCreate?.(draft)
    const { name: _, uid: __, generateName: base, namespace, ...rest } = draft.metadata
    const { status, ...others } = draft
    return {
      ...others,
      apiVersion: apiVersionOf(kind),
      kind: kind.kind,
      metadata: {
        name,
        ...(base && { generateName: base }),
        ...(namespace && { namespace }),
        uid,
        ...(kind.generations && { generation: 1 }),
        creationTimestamp: timestamp(clock.now()),
        ...rest,
      } as Meta,
      ...(status !== undefined && { status }),
    } as unknown as T
  }

  const create = async <T extends Resource>(
    kind: Kind<T>,
    draft: Draft<T>,
    options: CreateOptions = {},
  ): Promise<Stored<T>> => {
    const generated = !draft.metadata.name && draft.metadata.generateName
    const object = prepare(kind, draft, options)
    const { metadata } = object
    for (let tries = 1; ; tries++) {
      if (metadata.namespace) await admitToNamespace(caches, kind, metadata.namespace, metadata.name)
      ensure(kind, metadata.name, [
        ...checkName(kind, metadata.name, options.lenientNames ?? false),
        ...(kind.strategy.validate?.(object) ?? []),
      ])
      try {
        return await writer.create(kind, object, options)
      } catch (error) {
        if (!generated || tries >= generateTries || !isStatus(error, 'AlreadyExists')) throw error
        metadata.name = generateName(generated)
      }
    }
  }

  const registry: Registry = {
    caches,

    async get(kind, ref, resourceVersion) {
      const cache = caches.of(kind)
      if (resourceVersion !== '0') await caches.fresh()
      const found = cache.get(keyOf(ref))
      if (!found) throw notFound(kind, ref.name)
      return found
    },

    list,
    create,

    async watch(kind, selection, query, format, watcher) {
      const cache = caches.of(kind)
      const wanted = readRevision(query.resourceVersion)
      if (wanted === undefined) await caches.fresh()
      else await caches.notBefore(wanted)
      if (query.sendInitialEvents) {
        return cache.watch(selection, format, watcher, { bookmarkAt: caches.revision })
      }
      return cache.watch(selection, format, watcher, wanted ? { after: wanted } : {})
    },

    update: (kind, ref, edit, options) =>
      writer.modify(kind, ref, old => replacement(kind, edit(old), old), options),

    async updateStatus(kind, ref, edit, options) {
      if (!kind.subresources.includes('status')) throw noResource()
      return writer.modify(kind, ref, old => statusReplacement(kind, edit(old), old), options)
    },

    async delete<T extends Resource>(kind: Kind<T>, ref: Ref, options: DeleteOptions & WriteOptions = {}) {
      if (isNamespace(kind)) {
        await caches.fresh()
        const change = (namespace: Namespace) =>
          namespaceDeletion(namespace, options, isEmpty(caches, ref.name), clock.now())
        return writer.modify(Namespace, ref, change, options) as Promise<unknown> as Promise<Stored<T>>
      }
      return writer.modify(kind, ref, object => deletion(kind, object, options, clock.now()), options)
    },

    async deleteAll(kind, selection, query, options) {
      const listed = await list(kind, selection, query)
      await Promise.all(
        listed.items.map(async ({ object }) => {
          try {
            await registry.delete(kind, refOf(object), options)
          } catch (error) {
            if (!isStatus(error, 'NotFound')) throw error
          }
        }),
      )
      return listed
    },

    bind: (binding, options) =>
      writer.modify(Pod, refOfBinding(binding), pod => bound(pod, binding, clock.now()), options),

    unbind: (ref, preconditions) =>
      writer.modify(Pod, ref, (pod): Outcome<Pod> => {
        checkPreconditions(Pod, pod, preconditions)
        return unbound(pod)
      }),

    scale: (kind, ref, wanted, options) =>
      writer.modify(kind, ref, object => scaled(kind, object, wanted), options),
  }
  return registry
}

/** What a client cannot say about an object that it creates. */
const serverFields = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'selfLink',
  'managedFields',
] as const

const isNamespace = (kind: Kind): boolean => kind.group === '' && kind.plural === Namespace.plural

const refOfBinding = ({ metadata }: Draft<Binding>): Ref => ({
  namespace: metadata.namespace ?? '',
  name: metadata.name ?? '',
})
