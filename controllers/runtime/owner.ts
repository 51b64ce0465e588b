import type { OwnerReference } from 'kubernetes-types/meta/v1'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import type { Draft, Ref, Resource } from '../../api/resource.ts'

/** The reference that makes `owner` the one controller of another object. */
export const controllerReference = (owner: Resource): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
})

/** The owner that controls the object; undefined for an orphan. */
export const controllerOf = (object: Pick<Resource, 'metadata'>): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find(({ controller }) => controller)

/** The ref of the object's controller if that is of this kind. */
export const ownerOfKind = (kind: Kind<never>, object: Resource): Ref | undefined => {
  const owner = controllerOf(object)
  if (owner?.kind !== kind.kind || owner.apiVersion !== apiVersionOf(kind)) return undefined
  return { namespace: kind.namespaced ? (object.metadata.namespace ?? '') : '', name: owner.name }
}

/** The draft in the owner's namespace and under its control, unless it says otherwise itself. */
export const owned = <T extends Resource>(kind: Kind<T>, draft: Draft<T>, owner: Resource): Draft<T> => {
  const { metadata } = draft
  const namespace = metadata.namespace ?? (kind.namespaced ? owner.metadata.namespace : undefined)
  const ownerReferences = metadata.ownerReferences ?? [controllerReference(owner)]
  return { ...draft, metadata: { ...metadata, ...(namespace ? { namespace } : {}), ownerReferences } }
}
