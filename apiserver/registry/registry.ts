import { randomUUID } from 'node:crypto'
import type { DeleteOptions } from '../../api/client.ts'
import { conflict, type FieldError, isStatus, noResource, notFound } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import { type Binding, Namespace, Pod } from '../../api/kinds/index.ts'
import type { Entry } from '../../api/patch/managed-fields/entries.ts'
import { type Draft, keyOf, type Ref, type Resource, refOf } from '../../api/resource.ts'
import type { Store } from '../../store/store.ts'
import type { Clock } from '../../util/clock.ts'
import type { Stored } from '../storage/stored.ts'
import type { Caches } from '../watch/caches.ts'
import type { Watch } from '../watch/kind-cache.ts'
import type { Selection } from '../watch/selection.ts'
import type { Watcher, WatchFormat } from '../watch/watch-group.ts'
import { applied, appliedNew, type Configuration } from './apply.ts'
import { bound, unbound } from './binding.ts'
import { type DraftOwners, newObject } from './creation.ts'
import { checkPreconditions, deletion, type Outcome } from './deletion.ts'
import { createEvictor } from './eviction.ts'
import { checkName, ensure, generateName } from './identity.ts'
import { createLister, type Listed, type ListQuery, readRevision } from './listing.ts'
import { admitToNamespace, namespaceDeletion, namespaceFinalization } from './namespaces.ts'
import { type Author, ownersAfter, ownersOfNew } from './ownership.ts'
import { type Part, partReplacement } from './parts.ts'
import { scaleConfig, scaled, type WantedScale } from './scale.ts'
import { replacement } from './update.ts'
import type { WriteOptions, Writer } from './writer.ts'

export interface WatchQuery {
  /** '' or left out: begin with the newest state; '0': with the state at hand; else go on after this. */
  readonly resourceVersion?: string
  /**
   * True: begin with what is there in any case, and mark its end with a bookmark. False: never begin with that. Left
   * out: it depends on `resourceVersion`.
   */
  readonly sendInitialEvents?: boolean
}

/** Makes a draft of what the object shall be; the draft is the registry's. A PUT ignores `old`, a patch starts from it. */
export type Edit<T extends Resource> = (old: T) => Draft<T>

export interface CreateOptions<T extends Resource = Resource> extends WriteOptions {
  /** What is wrong with it besides. */
  validateCreate?(object: T): readonly FieldError[]
  /** Take names of v1beta1, which may hold capitals. */
  readonly lenientNames?: boolean
  /** The uid to give the object; a new one when left out. */
  readonly uid?: string
}

export interface PartOptions extends WriteOptions {
  /** By which path it is written; `status` when left out. */
  readonly subresource?: Part
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
  create<T extends Resource>(kind: Kind<T>, draft: Draft<T>, options?: CreateOptions<T>): Promise<Stored<T>>
  /** Replaces the object by what `edit` makes of it; asked again whenever somebody else wrote in between. */
  update<T extends Resource>(
    kind: Kind<T>,
    ref: Ref,
    edit: Edit<T>,
    options?: WriteOptions,
  ): Promise<Stored<T>>
  /** Replaces a part of the object, as `update` does the others. */
  updatePart<T extends Resource>(
    kind: Kind<T>,
    ref: Ref,
    edit: Edit<T>,
    options?: PartOptions,
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
  /** Replaces the finalizers in a namespace's spec by those of the draft. */
  finalize(ref: Ref, edit: Edit<Namespace>, options?: WriteOptions): Promise<Stored<Namespace>>
  bind(binding: Draft<Binding>, options?: WriteOptions): Promise<Stored<Pod>>
  /** Deletes a pod unless a budget for disruptions forbids that: then it rejects with TooManyRequests. */
  evict(ref: Ref, options: DeleteOptions & WriteOptions): Promise<void>
  unbind(ref: Ref, preconditions: NonNullable<DeleteOptions['preconditions']>): Promise<Stored<Pod>>
  /** `edit` says what the object's Scale shall be. */
  scale<T extends Resource>(
    kind: Kind<T>,
    ref: Ref,
    edit: (old: T) => WantedScale,
    options?: WriteOptions,
  ): Promise<Stored<T>>
  /** Server-side apply; makes the object when there is none. Rejects with a Conflict that names the fields of others. */
  apply<T extends Resource>(
    kind: Kind<T>,
    ref: Ref,
    configuration: Configuration & { readonly config: Draft<T> },
    options?: WriteOptions,
  ): Promise<{ readonly stored: Stored<T>; readonly created: boolean }>
  /** As `apply`, to a part of the object that is there. */
  applyPart<T extends Resource>(
    kind: Kind<T>,
    ref: Ref,
    configuration: Configuration,
    options?: PartOptions,
  ): Promise<Stored<T>>
  applyScale<T extends Resource>(
    kind: Kind<T>,
    ref: Ref,
    wanted: WantedScale & { readonly force: boolean },
    options?: WriteOptions,
  ): Promise<Stored<T>>
}

/** Tries for a generated name that is not taken. */
const generateTries = 8

export const createRegistry = (store: Store, caches: Caches, clock: Clock, writer: Writer): Registry => {
  const list = createLister(store, caches)

  const authorOf = ({ manager }: WriteOptions = {}): Author => ({ manager, now: clock.now() })

  const create = async <T extends Resource>(
    kind: Kind<T>,
    draft: Draft<T>,
    options: CreateOptions<T> = {},
    owners: DraftOwners<T> = defaulted => ownersOfNew(kind, defaulted, authorOf(options)),
  ): Promise<Stored<T>> => {
    const generated = !draft.metadata.name && draft.metadata.generateName
    const object = newObject(kind, draft, { uid: options.uid ?? randomUUID(), now: clock.now() }, owners)
    const { metadata } = object
    for (let tries = 1; ; tries++) {
      if (metadata.namespace) await admitToNamespace(caches, kind, metadata.namespace, metadata.name)
      ensure(kind, metadata.name, [
        ...checkName(kind, metadata.name, options.lenientNames ?? false),
        ...(kind.strategy.validate?.(object) ?? []),
        ...(kind.strategy.validateCreate?.(object) ?? []),
        ...(options.validateCreate?.(object) ?? []),
      ])
      try {
        return await writer.create(kind, object, options)
      } catch (error) {
        if (!generated || tries >= generateTries || !isStatus(error, 'AlreadyExists')) throw error
        metadata.name = generateName(generated)
        // What it is called may be among its defaults.
        kind.strategy.default?.(object as unknown as Draft<T>)
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
    create: (kind, draft, options) => create(kind, draft, options),

    async watch(kind, selection, query, format, watcher) {
      const cache = caches.of(kind)
      const wanted = readRevision(query.resourceVersion)
      if (wanted === undefined) await caches.fresh()
      else await caches.notBefore(wanted)
      if (query.sendInitialEvents) {
        return cache.watch(selection, format, watcher, { bookmarkAt: caches.revision })
      }
      const after = query.sendInitialEvents === false ? wanted || caches.revision : wanted
      return cache.watch(selection, format, watcher, after ? { after } : {})
    },

    update: (kind, ref, edit, options) =>
      writer.modify(
        kind,
        ref,
        old => {
          const draft = edit(old)
          const { managedFields } = draft.metadata
          return replacement(kind, draft, old, next =>
            ownersAfter(kind, old, next, authorOf(options), managedFields),
          )
        },
        options,
      ),

    async updatePart(kind, ref, edit, options = {}) {
      const { subresource = 'status' } = options
      if (!kind.subresources.includes(subresource)) throw noResource()
      const author = { ...authorOf(options), subresource }
      const owners = ownersBy(kind, author)
      return writer.modify(
        kind,
        ref,
        old => partReplacement(kind, edit(old), old, author, owners(old)),
        options,
      )
    },

    async delete<T extends Resource>(kind: Kind<T>, ref: Ref, options: DeleteOptions & WriteOptions = {}) {
      if (isNamespace(kind)) {
        const change = (namespace: Namespace) => namespaceDeletion(namespace, options, clock.now())
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

    finalize: (ref, edit, options) => {
      const owners = ownersBy(Namespace, { ...authorOf(options), subresource: 'finalize' })
      return writer.modify(Namespace, ref, old => namespaceFinalization(edit(old), old, owners(old)), options)
    },

    bind: (binding, options) =>
      writer.modify(Pod, refOfBinding(binding), pod => bound(pod, binding, clock.now()), options),

    evict: createEvictor(writer, caches, () => clock.now()),

    unbind: (ref, preconditions) =>
      writer.modify(Pod, ref, (pod): Outcome<Pod> => {
        checkPreconditions(Pod, pod, preconditions)
        return unbound(pod)
      }),

    scale: (kind, ref, edit, options) => {
      const author = { ...authorOf(options), subresource: 'scale' as const }
      const owners = ownersBy(kind, author)
      return writer.modify(kind, ref, old => scaled(kind, old, edit(old), author, owners(old)), options)
    },

    async apply<T extends Resource>(
      kind: Kind<T>,
      ref: Ref,
      configuration: Configuration & { readonly config: Draft<T> },
      options?: WriteOptions,
    ) {
      const author = authorOf(options)
      for (;;) {
        try {
          const change = (old: T) => applied(kind, configuration, old, author)
          return { stored: await writer.modify(kind, ref, change, options), created: false }
        } catch (error) {
          if (!isStatus(error, 'NotFound')) throw error
        }
        try {
          const { draft, entries } = appliedNew(kind, configuration, author)
          // Both say which object was meant, and there is none.
          const { uid } = draft.metadata
          if (uid) {
            const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`
            throw conflict(kind, ref.name, why)
          }
          const { resourceVersion: _, ...metadata } = draft.metadata
          draft.metadata = metadata
          return { stored: await create(kind, draft, options, () => entries), created: true }
        } catch (error) {
          // Somebody else was faster: it is there to be applied to.
          if (!isStatus(error, 'AlreadyExists')) throw error
        }
      }
    },

    async applyPart(kind, ref, configuration, options = {}) {
      const { subresource = 'status' } = options
      if (!kind.subresources.includes(subresource)) throw noResource()
      const author = { ...authorOf(options), subresource }
      return writer.modify(kind, ref, old => applied(kind, configuration, old, author), options)
    },

    applyScale(kind, ref, { force, ...wanted }, options) {
      const author = { ...authorOf(options), subresource: 'scale' as const }
      const configuration = { config: scaleConfig(kind, wanted), force }
      return writer.modify(kind, ref, old => applied(kind, configuration, old, author), options)
    },
  }
  return registry
}

/** Who owns what after plain writes of an author. */
const ownersBy =
  <T extends Resource>(kind: Kind<T>, author: Author) =>
  (old: T) =>
  (next: T): readonly Entry[] =>
    ownersAfter(kind, old, next, author)

const isNamespace = (kind: Kind): boolean => kind.group === '' && kind.plural === Namespace.plural

const refOfBinding = ({ metadata }: Draft<Binding>): Ref => ({
  namespace: metadata.namespace ?? '',
  name: metadata.name ?? '',
})
