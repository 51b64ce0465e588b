import type { Pod } from '../../api/kinds/index.ts'
import { keyOf, type Ref } from '../../api/resource.ts'
import { type BackoffOptions, backoff } from '../../util/backoff.ts'

interface Streak {
  failures: number
  /** When the failed pods may be replaced, milliseconds since the epoch. */
  until: number
  counted: Set<string>
}

/** It was not the pod that failed but what it ran on: the reasons of Mesos and of the node. */
const isInfrastructure = ({ status }: Pod): boolean =>
  /^(Agent|Executor|Framework|Master|NodeLost|Reconciliation)/.test(status?.reason ?? '')

/** From the second failure in a row on. */
const pause: BackoffOptions = { initial: 1_000, max: 5 * 60_000, jitter: 0 }

/** So long after the last failure a controller is trusted again, milliseconds. */
const trust = 10 * 60_000

/**
 * Slows down the replacement of pods that fail again and again: a template that can not run would otherwise keep
 * the whole system busy. Kept in memory only: after a restart a broken template costs a few quick tries more.
 */
export const crashLoops = () => {
  const streaks = new Map<string, Streak>()

  return {
    /** How long the failed pods of a controller keep their places, milliseconds; 0: replace them now. */
    wait(controller: Ref, failed: readonly Pod[], now: number): number {
      const key = keyOf(controller)
      const known = streaks.get(key)
      const streak =
        known && now - known.until < trust ? known : { failures: 0, until: 0, counted: new Set<string>() }
      const fresh = failed.filter(pod => !streak.counted.has(pod.metadata.uid) && !isInfrastructure(pod))
      if (fresh.length > 0) {
        // Pods that fail one after the other while the first still waits are one failure.
        if (now >= streak.until) {
          streak.failures++
          streak.until = now + (streak.failures === 1 ? 0 : backoff(streak.failures - 2, pause))
        }
        streak.counted = new Set(failed.map(({ metadata }) => metadata.uid))
        streaks.set(key, streak)
      }
      return Math.max(0, streak.until - now)
    },

    forget(controller: Ref): void {
      streaks.delete(keyOf(controller))
    },
  }
}
