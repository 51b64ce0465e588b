import { annotation } from '../../api/annotations.ts'
import type { Pod } from '../../api/kinds/index.ts'
import { condition, isTerminal } from '../../api/pod-phase.ts'
import type { TaskStatus } from '../../mesos/protocol/messages.gen.ts'
import { startedIn } from './judge.ts'

/** Why a pod's task was never taken by its executor, beyond what Mesos says of it. */
export interface FailedLaunch {
  /** In CamelCase, in place of Mesos' own. */
  readonly reason?: string
  /** The cause as far as it is known, and the remedy. */
  readonly advice: string
}

/**
 * What speaks of an executor that did not start, or that did not take the task; `overdue`: it was killed for that.
 * Undefined for everything else.
 */
export const failedLaunch = (
  pod: Pod,
  task: TaskStatus,
  overdue: boolean,
  launchTimeout: number,
): FailedLaunch | undefined => {
  if (startedIn(pod) || isTerminal(pod) || pod.metadata.deletionTimestamp) return undefined
  if (overdue && (task.state === 'TASK_KILLED' || endedWithExecutor(task))) {
    const advice = `the executor did not take the pod within ${launchTimeout / 1_000} s (-launch_timeout)`
    return { reason: 'LaunchTimeout', advice }
  }
  return endedWithExecutor(task) ? { advice: adviceOn(task) } : undefined
}

/** Where the agent cannot even make the sandbox it drops the task, and those that come with it. */
const endedWithExecutor = ({ state, source, reason }: TaskStatus): boolean =>
  source === 'SOURCE_AGENT' &&
  (state === 'TASK_FAILED' ||
    ((state === 'TASK_DROPPED' || state === 'TASK_LOST') && reason === 'REASON_EXECUTOR_TERMINATED'))

const adviceOn = ({ reason }: TaskStatus): string => {
  switch (reason) {
    case 'REASON_CONTAINER_LAUNCH_FAILED':
      return 'the agent must reach this API server by its -address and -port, and know the user -mesos_user'
    case 'REASON_EXECUTOR_REGISTRATION_TIMEOUT':
      return "the executor must reach its agent within the agent's --executor_registration_timeout"
    default:
      return 'the executor ended before it took the pod'
  }
}

/** When an executor must have taken the pod, milliseconds since the epoch; undefined: it has, or has for ever. */
export const launchDeadline = (pod: Pod, launchTimeout: number): number | undefined => {
  if (startedIn(pod) || isTerminal(pod)) return undefined
  const bound = condition(pod.status, 'PodScheduled')?.lastTransitionTime
  return bound === undefined || launchTimeout === 0 ? undefined : Date.parse(bound) + launchTimeout
}

/** The executor that the pod was launched on. */
export const executorOf = ({ metadata: { annotations } }: Pod) => ({
  agentId: annotations?.[annotation.agentId] ?? '',
  executorId: annotations?.[annotation.executorId] ?? '',
})
