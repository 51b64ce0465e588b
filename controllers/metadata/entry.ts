import type { OwnerReference } from 'kubernetes-types/meta/v1'
import type { Kind } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'

/** What is kept of an object: who it is, to whom it belongs, and what holds it. */
export interface Entry {
  readonly kind: Kind
  readonly uid: string
  /** '' for objects of the cluster. */
  readonly namespace: string
  readonly name: string
  readonly resourceVersion: string
  readonly owners: readonly OwnerReference[]
  readonly finalizers: readonly string[]
  readonly deleting: boolean
}

/** Shared by the many that have none. */
const none: readonly never[] = Object.freeze([])

export const entryOf = (kind: Kind, { metadata }: Resource): Entry => ({
  kind,
  uid: metadata.uid,
  namespace: metadata.namespace ?? '',
  name: metadata.name,
  resourceVersion: metadata.resourceVersion,
  owners: metadata.ownerReferences ?? none,
  finalizers: metadata.finalizers ?? none,
  deleting: metadata.deletionTimestamp !== undefined,
})
