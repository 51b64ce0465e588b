import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { defer, mergeMap } from 'rxjs'
import { annotation } from '../../api/annotations.ts'
import type { Client, DeleteOptions, ListOptions, MergePatch, WatchOptions } from '../../api/client.ts'
import { alreadyExists, conflict, notFound, uidMismatch } from '../../api/errors.ts'
import { apiVersionOf, type Kind, resourceOf } from '../../api/kind.ts'
import { Namespace, Pod } from '../../api/kinds/index.ts'
import { applyMergePatch } from '../../api/patch/merge-patch.ts'
import { withCondition } from '../../api/pod-phase.ts'
import { propagated } from '../../api/propagation.ts'
import { type Draft, keyOf, type Ref, type Resource, refOf } from '../../api/resource.ts'
import { parseFieldSelector } from '../../api/selectors/fields.ts'
import { parseLabelSelector } from '../../api/selectors/labels.ts'
import { type Clock, systemClock } from '../../util/clock.ts'
import { memoryJournal } from './memory-journal.ts'

export type Verb =
  | 'get'
  | 'list'
  | 'create'
  | 'update'
  | 'updateStatus'
  | 'patch'
  | 'finalize'
  | 'delete'
  | 'bind'
  | 'unbind'
  | 'watch'

/** A call as the server would see it: `ref` names the object, `object` is what was sent. */
export interface Call {
  readonly verb: Verb
  readonly kind: Kind
  readonly ref?: Ref
  readonly object?: unknown
}

export interface MemoryClientOptions {
  readonly clock?: Clock
  /** Sees every call before it has an effect; what it throws, the caller gets. */
  readonly before?: (call: Call) => void | Promise<void>
}

/**
 * The API in memory, with the manners of the real one: revisions, conflicts, generations, finalizers, graceful
 * deletion of assigned pods, watches with selectors that expire. It defaults but does not validate.
 */
export interface MemoryClient extends Client {
  /** Every call so far, in order. */
  readonly calls: readonly Call[]
  /** Holds back the events of all watches until `resume`: the gap between a write's answer and its event. */
  pause(): void
  resume(): void
  /** The server ends all watches. */
  disconnect(): void
  /** Forgets the events so far: a watch from an older revision is Expired. */
  compact(): void
  /** Sends a BOOKMARK to the watches that want one. */
  bookmark(): void
}

export const memoryClient = ({ clock = systemClock, before }: MemoryClientOptions = {}): MemoryClient => {
  const tables = new Map<string, Map<string, Resource>>()
  const journal = memoryJournal()
  const calls: Call[] = []
  let names = 0

  const table = (kind: Kind<never>): Map<string, Resource> => {
    const name = resourceOf(kind)
    const found = tables.get(name) ?? new Map<string, Resource>()
    tables.set(name, found)
    return found
  }

  const write = <T extends Resource>(kind: Kind<T>, draft: T): T => {
    draft.metadata.resourceVersion = String(journal.revision + 1)
    const object = freeze(draft)
    const key = keyOf(refOf(object))
    const previous = table(kind).get(key)
    table(kind).set(key, object)
    journal.append({ resource: resourceOf(kind), object, previous })
    return object
  }

  const remove = <T extends Resource>(kind: Kind<T>, object: T): T => {
    const draft = copy(object)
    draft.metadata.resourceVersion = String(journal.revision + 1)
    if (draft.metadata.deletionTimestamp) Object.assign(draft.metadata, { deletionGracePeriodSeconds: 0 })
    const last = freeze(draft)
    table(kind).delete(keyOf(refOf(object)))
    journal.append({ resource: resourceOf(kind), previous: last })
    return last
  }

  const find = <T extends Resource>(kind: Kind<T>, ref: Ref): T => {
    const object = table(kind).get(keyOf(normal(kind, ref)))
    if (!object) throw notFound(kind, ref.name)
    return object as T
  }

  const enter = async (verb: Verb, kind: Kind<never>, ref?: Ref, object?: unknown): Promise<void> => {
    const call: Call = { verb, kind: kind as never, ref, object }
    calls.push(call)
    await before?.(call)
  }

  /** Replaces what there is with `next`, the server's own copy. */
  const replace = <T extends Resource>(kind: Kind<T>, sent: T, next: (old: T) => T): T => {
    const old = find(kind, refOf(sent))
    check(kind, old, sent.metadata)
    const draft = copy(next(old))
    if (isDeepStrictEqual(normalJson(draft), normalJson(old))) return old
    if (!isDeepStrictEqual(normalJson(parts(draft).spec), normalJson(parts(old).spec))) {
      Object.assign(draft.metadata, { generation: (old.metadata.generation ?? 0) + 1 })
    }
    return finished(kind, draft) ? remove(kind, draft) : write(kind, draft)
  }

  const matching = <T extends Resource>(kind: Kind<T>, options: ListOptions): ((object: T) => boolean) => {
    const { namespace, labelSelector = '', fieldSelector = '' } = options
    const labels = parseLabelSelector(labelSelector)
    const fields = parseFieldSelector(kind, fieldSelector)
    return object =>
      (!namespace || namespace === object.metadata.namespace) &&
      labels.matches(object.metadata.labels) &&
      fields.matches(object)
  }

  return {
    calls,

    async get(kind, ref) {
      await enter('get', kind, ref)
      return find(kind, ref)
    },

    async list(kind, options = {}) {
      await enter('list', kind)
      const all = [...table(kind).entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, object]) => object as never)
        .filter(matching(kind, options))
      const from = Number(options.continue ?? 0)
      const items = all.slice(from, options.limit ? from + options.limit : undefined)
      const rest = all.length - from - items.length
      const more = rest > 0 ? { continue: String(from + items.length), remainingItemCount: rest } : {}
      return freeze({
        apiVersion: apiVersionOf(kind),
        kind: `${kind.kind}List`,
        metadata: { resourceVersion: String(journal.revision), ...more },
        items,
      })
    },

    async create<T extends Resource>(kind: Kind<T>, sent: Draft<T>) {
      await enter('create', kind, undefined, sent)
      const draft = copy(sent) as Draft<T>
      if (kind.subresources.includes('status')) delete draft.status
      kind.strategy.default?.(draft)
      kind.strategy.prepareCreate?.(draft)
      if (kind.kind === Pod.kind && !draft.status) Object.assign(draft, { status: { phase: 'Pending' } })
      const { generateName, namespace } = draft.metadata
      const name = draft.metadata.name || `${generateName}${String(names++).padStart(5, '0')}`
      const metadata = {
        ...draft.metadata,
        ...normal(kind, { name, namespace: namespace ?? '' }),
        uid: randomUUID(),
        creationTimestamp: timestamp(clock.now()),
        generation: 1,
      }
      if (!metadata.namespace) delete (metadata as { namespace?: string }).namespace
      const object = { ...draft, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata } as unknown as T
      if (table(kind).has(keyOf(refOf(object)))) {
        throw alreadyExists(kind, name)
      }
      return write(kind, object)
    },

    async update(kind, object) {
      await enter('update', kind, refOf(object), object)
      return replace(kind, object, old => {
        const { labels, annotations, finalizers, ownerReferences } = object.metadata
        const metadata = { ...old.metadata, labels, annotations, finalizers, ownerReferences }
        const next = { ...object, apiVersion: old.apiVersion, kind: old.kind, metadata }
        return kind.subresources.includes('status') ? { ...next, status: parts(old).status } : next
      })
    },

    async updateStatus(kind, object) {
      await enter('updateStatus', kind, refOf(object), object)
      return replace(kind, object, old => ({ ...old, status: parts(object).status }))
    },

    async patch<T extends Resource>(kind: Kind<T>, ref: Ref, patch: MergePatch) {
      await enter('patch', kind, ref, patch)
      const next = applyMergePatch(find(kind, ref), patch) as T
      return replace(kind, next, old => ({ ...next, status: parts(old).status }))
    },

    async finalize(namespace) {
      await enter('finalize', Namespace, refOf(namespace), namespace)
      return replace(Namespace, namespace, old => ({ ...old, spec: namespace.spec }))
    },

    async delete<T extends Resource>(kind: Kind<T>, ref: Ref, options: DeleteOptions = {}) {
      await enter('delete', kind, ref, options)
      const found = find(kind, ref)
      check(kind, found, options.preconditions)
      const old = propagated(kind, found, options.propagationPolicy)
      const grace = (kind.strategy.graceSeconds ?? graceOf)(old, options.gracePeriodSeconds)
      if (grace === 0 && !old.metadata.finalizers?.length && !kind.strategy.held?.(old))
        return remove(kind, old)
      const before = old.metadata.deletionGracePeriodSeconds
      if (before !== undefined && before <= grace) return old === found ? old : write(kind, copy(old))
      const draft = copy(old)
      Object.assign(draft.metadata, {
        deletionTimestamp: timestamp(clock.now() + grace * 1000),
        deletionGracePeriodSeconds: grace,
        generation: (old.metadata.generation ?? 0) + 1,
      })
      return write(kind, draft)
    },

    async bind(binding) {
      const ref = { namespace: binding.metadata.namespace ?? '', name: binding.metadata.name ?? '' }
      await enter('bind', Pod, ref, binding)
      const old = find(Pod, ref)
      const { uid, annotations } = binding.metadata
      check(Pod, old, { uid })
      const launch =
        old.spec.nodeName === binding.target.name &&
        annotations?.[annotation.taskId] !== undefined &&
        old.metadata.annotations?.[annotation.taskId] === undefined
      if (old.spec.nodeName && !launch)
        throw conflict(Pod, ref.name, `pod is already assigned to ${old.spec.nodeName}`)
      if (old.metadata.deletionTimestamp) throw conflict(Pod, ref.name, 'pod is being deleted')
      const draft = copy(old)
      draft.spec.nodeName = binding.target.name
      const given: Record<string, string> = old.spec.nodeName
        ? { [annotation.givenNode]: old.spec.nodeName }
        : {}
      draft.metadata.annotations = { ...draft.metadata.annotations, ...annotations, ...given }
      const scheduled = { type: 'PodScheduled', status: 'True' }
      return write(Pod, { ...draft, status: withCondition(draft.status ?? {}, scheduled, clock.now()) })
    },

    async unbind(ref, preconditions) {
      await enter('unbind', Pod, ref, preconditions)
      const old = find(Pod, ref)
      check(Pod, old, preconditions)
      const { attempt, ...ours } = annotation
      const kept = Object.entries(old.metadata.annotations ?? {}).filter(
        ([name]) =>
          !Object.values<string>(ours).includes(name) && !name.startsWith('k8s.mesosphere.io/port_'),
      )
      const draft = copy(old)
      const given = old.metadata.annotations?.[annotation.givenNode]
      if (given === undefined) delete draft.spec.nodeName
      const count = Number(old.metadata.annotations?.[attempt] ?? 0)
      draft.metadata.annotations = { ...Object.fromEntries(kept), [attempt]: String(count + 1) }
      if (finished(Pod, draft) || draft.metadata.deletionTimestamp) remove(Pod, draft)
      else write(Pod, draft)
    },

    async evict(ref, options) {
      await this.delete(Pod, ref, options)
    },

    watch<T extends Resource>(kind: Kind<T>, options: WatchOptions = {}) {
      const matches = matching(kind, options)
      const start = () => [...table(kind).values()].map(object => object as T).filter(matches)
      return defer(() => enter('watch', kind)).pipe(
        mergeMap(() => journal.watch(kind, options, matches, start)),
      )
    },

    pause: journal.pause,
    resume: journal.resume,
    disconnect: journal.disconnect,
    compact: journal.compact,
    bookmark: () => journal.bookmark(tables.keys()),
  }
}

/** The object must be the one that the caller knows. */
const check = <T extends Resource>(
  kind: Kind<T>,
  { metadata }: T,
  { uid, resourceVersion }: { uid?: string; resourceVersion?: string } = {},
): void => {
  if (uid && uid !== metadata.uid) throw uidMismatch(kind, metadata.name, uid, metadata.uid)
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) throw conflict(kind, metadata.name)
}

const copy = <T>(value: T): T => structuredClone(value)

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) freeze(part)
  }
  return value
}

const normal = (kind: Kind<never>, { namespace, name }: Ref): Ref => ({
  namespace: kind.namespaced ? namespace || 'default' : '',
  name,
})

const timestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

const parts = (object: Resource): { spec?: unknown; status?: unknown } => object as never

/** As it would be after a trip over the wire: without what is undefined. */
const normalJson = (value: unknown): unknown =>
  value === undefined ? value : JSON.parse(JSON.stringify(value))

/** True when nothing keeps a deleted object any longer. */
const finished = <T extends Resource>({ strategy }: Kind<T>, object: T): boolean => {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata
  return (
    deletionTimestamp !== undefined &&
    deletionGracePeriodSeconds === 0 &&
    !finalizers?.length &&
    !strategy.held?.(object)
  )
}

const graceOf = (object: Resource, requested: number | undefined): number => {
  const { nodeName, terminationGracePeriodSeconds } = (parts(object).spec ?? {}) as Partial<Pod['spec']>
  if (object.kind !== Pod.kind || !nodeName) return 0
  return requested ?? terminationGracePeriodSeconds ?? 30
}
