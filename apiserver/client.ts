import { Observable } from 'rxjs'
import type { Client, DeleteOptions, ListOptions, MergePatch } from '../api/client.ts'
import { badRequest, expired } from '../api/errors.ts'
import { apiVersionOf, type Kind, listKindOf } from '../api/kind.ts'
import { Binding, Namespace, Pod } from '../api/kinds/index.ts'
import { applyMergePatch } from '../api/patch/merge-patch.ts'
import {
  type Draft,
  type Ref,
  type Resource,
  type ResourceList,
  refOf,
  type WatchEvent,
} from '../api/resource.ts'
import { decode } from '../api/validation/structure.ts'
import { matchPath, normalRef } from './registry/identity.ts'
import { copyPlain } from './registry/plain.ts'
import type { Registry } from './registry/registry.ts'
import { selectionOf } from './registry/selection.ts'
import type { Watch } from './watch/kind-cache.ts'
import type { WatchFormat } from './watch/watch-group.ts'

/** Watches of this process get the cached objects themselves. */
const objectFormat = <T extends Resource>(
  kind: Kind<T>,
): WatchFormat<T, WatchEvent<T>, readonly WatchEvent<T>[]> => ({
  id: 'objects',
  readsObjects: true,
  line: (type, { object }) => ({ type, object }),
  bookmark: revision => ({
    type: 'BOOKMARK',
    object: {
      apiVersion: apiVersionOf(kind),
      kind: kind.kind,
      metadata: { resourceVersion: String(revision) },
    } as unknown as T,
  }),
  pack: lines => lines,
})

/** The API without HTTP: the same rules, no bytes. */
export const createClient = (registry: Registry): Client => {
  /** A draft of the registry's own, checked as a request's body is. */
  const take = <T extends Resource>(kind: Kind<T>, object: object, named: boolean): Draft<T> => {
    const draft = decode(kind, copyPlain(object))
    const { namespace = '', name = '' } = draft.metadata
    if (named && !name) throw badRequest('metadata.name is missing')
    matchPath(kind, draft, normalRef(kind, { namespace, name }))
    return draft
  }

  return {
    async get<T extends Resource>(kind: Kind<T>, ref: Ref) {
      return (await registry.get(kind, normalRef(kind, ref))).object
    },

    async list<T extends Resource>(kind: Kind<T>, options: ListOptions = {}): Promise<ResourceList<T>> {
      const listed = await registry.list(kind, selectionOf(kind, options), options)
      return Object.freeze({
        apiVersion: apiVersionOf(kind),
        kind: listKindOf(kind),
        metadata: Object.freeze({
          resourceVersion: String(listed.revision),
          ...(listed.continue !== undefined && { continue: listed.continue }),
          ...(listed.remaining !== undefined && { remainingItemCount: listed.remaining }),
        }),
        items: Object.freeze(listed.items.map(({ object }) => object)),
      })
    },

    async create<T extends Resource>(kind: Kind<T>, object: Draft<T>) {
      return (await registry.create(kind, take(kind, object, false))).object
    },

    async update<T extends Resource>(kind: Kind<T>, object: T) {
      const edit = () => take(kind, object, true)
      return (await registry.update(kind, normalRef(kind, refOf(object)), edit)).object
    },

    async updateStatus<T extends Resource>(kind: Kind<T>, object: T) {
      const edit = () => take(kind, object, true)
      return (await registry.updatePart(kind, normalRef(kind, refOf(object)), edit)).object
    },

    async patch<T extends Resource>(kind: Kind<T>, ref: Ref, patch: MergePatch) {
      const edit = (old: T) => take(kind, applyMergePatch(old, patch) as object, true)
      return (await registry.update(kind, normalRef(kind, ref), edit)).object
    },

    async finalize(namespace) {
      const draft = take(Namespace, namespace, true)
      return (await registry.finalize(refOf(namespace), () => copyPlain(draft))).object
    },

    async delete<T extends Resource>(kind: Kind<T>, ref: Ref, options?: DeleteOptions) {
      return (await registry.delete(kind, normalRef(kind, ref), options)).object
    },

    async bind(binding) {
      return (await registry.bind(take(Binding, binding, true))).object
    },

    async unbind(pod, preconditions) {
      await registry.unbind(normalRef(Binding, pod), preconditions)
    },

    async evict(pod, options = {}) {
      await registry.evict(normalRef(Pod, pod), options)
    },

    watch: (kind, options = {}) =>
      new Observable(subscriber => {
        let watch: Watch | undefined
        const watcher = {
          bookmarks: options.allowWatchBookmarks ?? false,
          send: (events: readonly WatchEvent<never>[]) => {
            for (const event of events) subscriber.next(event)
          },
          expire: () => subscriber.error(expired('the watch lost events, list anew')),
          end: () => subscriber.complete(),
        }
        const start = async () => {
          const selection = selectionOf(kind, options)
          watch = await registry.watch(kind, selection, options, objectFormat(kind), watcher as never)
          // Nobody may be listening any more.
          if (subscriber.closed) watch.close()
        }
        start().catch(error => subscriber.error(error))
        return () => watch?.close()
      }),
  }
}
