import type { Kind } from '../../api/kind.ts'
import { keyOf, type Resource, refOf } from '../../api/resource.ts'
import type { Clock } from '../../util/clock.ts'
import { followChanges } from '../custom/follow-changes.ts'
import type { Caches } from '../watch/caches.ts'

/** Resolves when the object is not there any more, and after `ms` milliseconds in any case. */
export const untilGone = <T extends Resource>(
  caches: Caches,
  kind: Kind<T>,
  object: T,
  clock: Clock,
  ms: number,
): Promise<void> =>
  new Promise(resolve => {
    const key = keyOf(refOf(object))
    const look = (): void => {
      if (caches.of(kind).get(key)?.object.metadata.uid !== object.metadata.uid) end()
    }
    const cancel = clock.after(ms, () => end())
    const unfollow = followChanges(caches, kind, look)
    const end = (): void => {
      cancel()
      unfollow()
      resolve()
    }
    look()
  })
