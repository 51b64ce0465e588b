import type { DeleteOptions } from './client.ts'
import type { Kind } from './kind.ts'
import type { Resource } from './resource.ts'

/** Kubernetes' finalizer of an object that goes after what it controls: its controller deletes that, and takes it off. */
export const foregroundDeletion = 'foregroundDeletion'

/**
 * The object with the finalizers that it has after a DELETE with this policy. Without a policy it is as an earlier
 * DELETE has left it: at first, what it controls stays. The same object when nothing changes.
 */
export const cascaded = <T extends Resource>(
  kind: Kind<T>,
  object: T,
  policy: DeleteOptions['propagationPolicy'],
): T => {
  const { finalizers = [] } = object.metadata
  if (policy === undefined || !kind.strategy.cascades) return object
  const wanted = policy !== 'Orphan'
  if (finalizers.includes(foregroundDeletion) === wanted) return object
  return { ...object, metadata: { ...object.metadata, finalizers: toggled(finalizers, wanted) } }
}

const toggled = (finalizers: readonly string[], wanted: boolean): string[] =>
  wanted ? [...finalizers, foregroundDeletion] : finalizers.filter(each => each !== foregroundDeletion)
