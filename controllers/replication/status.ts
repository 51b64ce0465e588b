import type { ReplicationControllerStatus } from 'kubernetes-types/core/v1'
import type { Pod, ReplicationController } from '../../api/kinds/index.ts'
import { condition, isReady, withCondition } from '../../api/pod-phase.ts'
import { selectorOfMap } from '../../api/selectors/labels.ts'

/** Milliseconds until the pod has been ready for as long as asked; 0 when it has, undefined when it is not ready. */
export const untilAvailable = (pod: Pod, minReadySeconds: number, now: number): number | undefined => {
  if (!isReady(pod)) return undefined
  const since = condition(pod.status, 'Ready')?.lastTransitionTime
  if (minReadySeconds === 0 || since === undefined) return 0
  return Math.max(0, Date.parse(since) + minReadySeconds * 1000 - now)
}

/** The status of the controller with these pods; `failure` is why there are not as many as wanted. */
export const statusOf = (
  rc: ReplicationController,
  pods: readonly Pod[],
  failure: unknown,
  now: number,
): ReplicationControllerStatus => {
  const template = selectorOfMap(rc.spec.template?.metadata?.labels)
  const { minReadySeconds = 0 } = rc.spec
  const { conditions = [] } = rc.status ?? {}
  const others = conditions.filter(({ type }) => type !== failed.type)
  const labelled = pods.filter(pod => template.matches(pod.metadata.labels)).length
  const ready = pods.filter(isReady).length
  const available = pods.filter(pod => untilAvailable(pod, minReadySeconds, now) === 0).length
  // Kubernetes leaves out a count of none, but for that of the pods themselves.
  const status: ReplicationControllerStatus = {
    replicas: pods.length,
    ...(labelled > 0 && { fullyLabeledReplicas: labelled }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    observedGeneration: rc.metadata.generation,
  }
  if (failure === undefined) return others.length > 0 ? { ...status, conditions: others } : status
  const message = failure instanceof Error ? failure.message : String(failure)
  return withCondition({ ...status, conditions }, { ...failed, message }, now)
}

const failed = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' } as const
