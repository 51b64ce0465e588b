import type { DeleteOptions } from './client.ts'
import type { Kind } from './kind.ts'
import type { Resource } from './resource.ts'

/** Kubernetes' finalizer of an object that goes after its dependents, which the garbage collector deletes. */
export const foregroundDeletion = 'foregroundDeletion'

/** Kubernetes' finalizer of an object that goes when its dependents are freed of it, which the garbage collector does. */
export const orphanDependents = 'orphan'

/**
 * The object with the finalizers that it has after a DELETE with this policy. Without a policy its finalizers decide,
 * which somebody or an earlier DELETE has put there, and then its kind. The same object when nothing changes.
 */
export const propagated = <T extends Resource>(
  kind: Kind<T>,
  object: T,
  policy: DeleteOptions['propagationPolicy'],
): T => {
  const { finalizers = [] } = object.metadata
  const wanted = finalizerFor(kind, finalizers, policy)
  const present = finalizers.filter(isOurs)
  if (present.length === (wanted ? 1 : 0) && present[0] === wanted) return object
  const { finalizers: _, ...metadata } = object.metadata
  const next = [...finalizers.filter(each => !isOurs(each)), ...(wanted ? [wanted] : [])]
  return { ...object, metadata: next.length > 0 ? { ...metadata, finalizers: next } : metadata }
}

const isOurs = (finalizer: string): boolean =>
  finalizer === foregroundDeletion || finalizer === orphanDependents

const finalizerFor = (
  { strategy: { dependents } }: Kind<never>,
  finalizers: readonly string[],
  policy: DeleteOptions['propagationPolicy'],
): string | undefined => {
  if (dependents === 'none') return undefined
  if (policy === undefined)
    return finalizers.find(isOurs) ?? (dependents === 'orphaned' ? orphanDependents : undefined)
  return { Orphan: orphanDependents, Foreground: foregroundDeletion, Background: undefined }[policy]
}
