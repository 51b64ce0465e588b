import type { Pod } from './kinds/pod.ts'

/** The pod has run to its end: it never runs again. */
export const isTerminal = (pod: Pod): boolean =>
  pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'

/** The pod may be sent traffic. */
export const isReady = (pod: Pod): boolean => condition(pod.status, 'Ready')?.status === 'True'

/** One of an object's conditions. */
interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
  lastTransitionTime?: string
}

interface Conditions {
  conditions?: Condition[]
}

/** The condition that an element of S's list is. */
type ConditionOf<S extends Conditions> = NonNullable<S['conditions']>[number]

export const condition = <S extends Conditions>(
  status: S | undefined,
  type: string,
): ConditionOf<S> | undefined => status?.conditions?.find(each => each.type === type)

/**
 * The status with `next` in place of the condition of its type. `now` in milliseconds becomes the time of transition
 * if the condition's status changes. The same status object when nothing changes, so that no write is made for it.
 */
export const withCondition = <S extends Conditions>(status: S, next: ConditionOf<S>, now: number): S => {
  const old = condition(status, next.type)
  if (old && old.status === next.status && old.reason === next.reason && old.message === next.message) {
    return status
  }
  const lastTransitionTime =
    old && old.status === next.status && old.lastTransitionTime ? old.lastTransitionTime : timeOf(now)
  const changed = { ...next, lastTransitionTime }
  const conditions = status.conditions ?? []
  return {
    ...status,
    conditions: old ? conditions.map(each => (each === old ? changed : each)) : [...conditions, changed],
  }
}

/** Whole seconds, as the API writes times. */
export const timeOf = (now: number): string => new Date(now).toISOString().replace(/\.\d+Z$/, 'Z')
