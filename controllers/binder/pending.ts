import type { PodCondition } from 'kubernetes-types/core/v1'
import { annotation } from '../../api/annotations.ts'
import { Pod } from '../../api/kinds/index.ts'
import { condition, isTerminal, timeOf, withCondition } from '../../api/pod-phase.ts'
import type { Context } from '../runtime/index.ts'

/** True for a pod without a task: it has no node yet, or one that was named by itself or by another scheduler. */
export const isWaiting = ({ metadata, spec }: Pod): boolean =>
  !spec.nodeName || metadata.annotations?.[annotation.taskId] === undefined

/** The pods that wait for an agent, oldest first. */
export const pendingPods = (cx: Context): Pod[] =>
  cx
    .list(Pod, { index: { name: 'waiting', value: '' } })
    .filter(pod => !pod.metadata.deletionTimestamp && !isTerminal(pod))
    .sort(
      (a, b) =>
        a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp) ||
        Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion),
    )

/** A pod that is placed at once is not told that it was not, milliseconds. */
const patience = 2_000

/** Free amounts change all the time: the wording of a pod's condition follows at most this often, milliseconds. */
const interval = 10_000

/**
 * Tells in a pod's PodScheduled condition, and in an event, why it waits. Answers when there may be more to tell,
 * in milliseconds.
 */
export const explain = async (cx: Context, pod: Pod, message: string): Promise<number> => {
  const now = cx.clock.now()
  const age = now - Date.parse(pod.metadata.creationTimestamp)
  if (age < patience) return patience - age
  const known = condition(pod.status, 'PodScheduled')
  if (known?.message === message) return interval
  const since = known?.lastProbeTime ? now - Date.parse(known.lastProbeTime) : interval
  if (since < interval) return interval - since
  const next: PodCondition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastProbeTime: timeOf(now),
  }
  await cx.updateStatus(Pod, {
    ...pod,
    status: withCondition(pod.status ?? {}, next, now),
  })
  cx.event(pod, 'Warning', 'FailedScheduling', message)
  cx.log.verbose(2, 'pod waits', { pod: `${pod.metadata.namespace}/${pod.metadata.name}`, why: message })
  return interval
}
