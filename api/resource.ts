import type { ObjectMeta } from 'kubernetes-types/meta/v1'

/** Metadata of a stored object: what every object has once the API server has taken it. */
export type Meta = ObjectMeta & {
  name: string
  uid: string
  /** The store's revision of the object's last change, in decimal. */
  resourceVersion: string
  creationTimestamp: string
}

/** Any object as the API serves it. Objects are frozen once they are in a cache: copy to change. */
export interface Resource {
  apiVersion: string
  kind: string
  metadata: Meta
}

/** An object of Kubernetes' types as the API serves it. */
export type Served<T> = T & Resource

/** The same for kinds that are nothing without a spec. */
export type WithSpec<T extends { spec?: unknown }> = T & Resource & { spec: NonNullable<T['spec']> }

/** An object as a client writes it: what the API server fills in may be missing. */
export type Draft<T extends Resource> = Omit<T, 'apiVersion' | 'kind' | 'metadata' | 'status'> & {
  apiVersion?: string
  kind?: string
  metadata: ObjectMeta
  status?: T extends { status?: infer S } ? S : never
}

/** Names an object of a known kind. `namespace` is '' for objects of the cluster. */
export interface Ref {
  readonly namespace: string
  readonly name: string
}

/** A list as the API serves it. */
export interface ResourceList<T extends Resource> {
  apiVersion: string
  kind: string
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number }
  items: readonly T[]
}

/** One event of a watch. The object of a BOOKMARK has only its kind and resourceVersion. */
export interface WatchEvent<T extends Resource> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'
  readonly object: T
}

export const refOf = (object: Resource): Ref => ({
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name,
})

/** `namespace/name`, or `name` for objects of the cluster: the key in caches and queues. */
export const keyOf = (ref: Ref): string => (ref.namespace ? `${ref.namespace}/${ref.name}` : ref.name)

export const parseKey = (key: string): Ref => {
  const slash = key.indexOf('/')
  return slash < 0
    ? { namespace: '', name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) }
}
