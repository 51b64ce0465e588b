import type { Store } from '../store/store.ts'
import type { Clock } from '../util/clock.ts'
import type { Logger } from '../util/logger.ts'

const interval = 5 * 60_000

/**
 * Lets the store forget what is older than one to two intervals, as kube-apiserver does; the answer stops it.
 * Watches and paged lists that are older than that begin anew.
 */
export const startCompaction = (store: Store, clock: Clock, logger: Logger): (() => void) => {
  let previous: number | undefined
  let cancel = (): void => {}
  const tick = async (): Promise<void> => {
    try {
      if (previous !== undefined) await store.compact(previous)
      previous = await store.revision()
    } catch (error) {
      logger.warn('compaction failed, it will be tried again', { error, minutes: interval / 60_000 })
    }
    cancel = clock.after(interval, () => void tick())
  }
  cancel = clock.after(interval, () => void tick())
  return () => cancel()
}
