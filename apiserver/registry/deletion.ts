import type { DeleteOptions } from '../../api/client.ts'
import { conflict, uidMismatch } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import { propagated } from '../../api/propagation.ts'
import type { Resource } from '../../api/resource.ts'
import { copyPlain } from './plain.ts'
import { timestamp } from './timestamp.ts'

/** What a write does to an object: `remove` answers it as it was last. */
export type Outcome<T extends Resource> =
  | { readonly type: 'keep' }
  | { readonly type: 'put'; readonly object: T }
  | { readonly type: 'remove'; readonly object: T }

/** True when nothing holds a deleted object any longer. */
export const released = <T extends Resource>({ strategy }: Kind<T>, object: T): boolean => {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata
  return (
    deletionTimestamp !== undefined &&
    deletionGracePeriodSeconds === 0 &&
    finalizers.length === 0 &&
    !strategy.held?.(object)
  )
}

/** Throws a Conflict when the object is not the one that is meant. */
export const checkPreconditions = (
  kind: Kind,
  { metadata }: Resource,
  { uid, resourceVersion }: NonNullable<DeleteOptions['preconditions']>,
): void => {
  if (uid !== undefined && uid !== metadata.uid) throw uidMismatch(kind, metadata.name, uid, metadata.uid)
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw conflict(
      { ...kind, plural: kind.kind },
      metadata.name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record ` +
        `(${metadata.resourceVersion}). The object might have been modified`,
    )
  }
}

/** The object with what its kind adds to those that go. */
const prepared = <T extends Resource>({ strategy }: Kind<T>, object: T, now: number): T => {
  if (!strategy.prepareDelete || object.metadata.deletionTimestamp !== undefined) return object
  const draft = copyPlain(object)
  strategy.prepareDelete(draft, timestamp(now))
  return draft
}

/**
 * What a DELETE does. Without grace and finalizers the object goes at once; else it is marked, and goes when somebody
 * deletes it without grace, or when its last finalizer goes. Asking again can only shorten the grace or, where there
 * is none, change what becomes of the dependents.
 */
export const deletion = <T extends Resource>(
  kind: Kind<T>,
  object: T,
  options: DeleteOptions,
  now: number,
): Outcome<T> => {
  if (options.preconditions) checkPreconditions(kind, object, options.preconditions)
  const grace = Math.max(0, kind.strategy.graceSeconds?.(object, options.gracePeriodSeconds) ?? 0)
  const before =
    object.metadata.deletionTimestamp === undefined
      ? undefined
      : (object.metadata.deletionGracePeriodSeconds ?? 0)
  const longer = before !== undefined && grace >= before
  if (longer && kind.strategy.graceSeconds && !released(kind, object)) return { type: 'keep' }
  const target = propagated(kind, prepared(kind, object, now), options.propagationPolicy)
  const { metadata } = target
  if (longer && !released(kind, target)) {
    return target === object ? { type: 'keep' } : { type: 'put', object: target }
  }
  const since =
    before === undefined || grace === 0 ? now : Date.parse(metadata.deletionTimestamp ?? '') - before * 1000
  const marked = {
    ...target,
    metadata: {
      ...metadata,
      ...(metadata.generation !== undefined &&
        before === undefined && { generation: metadata.generation + 1 }),
      deletionTimestamp: timestamp(since + grace * 1000),
      deletionGracePeriodSeconds: grace,
    },
  }
  return { type: released(kind, marked) ? 'remove' : 'put', object: marked }
}
