import type { PodStatus } from 'kubernetes-types/core/v1'
import { annotation } from '../../api/annotations.ts'
import type { Pod } from '../../api/kinds/index.ts'
import { isTerminal } from '../../api/pod-phase.ts'
import type { TaskState, TaskStatus } from '../../mesos/protocol/messages.gen.ts'
import { type BackoffOptions, backoff } from '../../util/backoff.ts'

/** What is to be done about a pod, given the latest that Mesos said of its task. */
export type Verdict =
  /** The pod's status says less than is known: write this one. */
  | { readonly do: 'report'; readonly status: PodStatus }
  /** The pod was to go, and its task is over: the object can go. */
  | { readonly do: 'remove' }
  /** The task is over or never was, and the pod is to run on: place it anew, not before `at` (ms since the epoch). */
  | { readonly do: 'unbind'; readonly at: number; readonly reason: string; readonly message: string }
  /** The task runs though its pod is over or is to go. */
  | { readonly do: 'kill' }

/** Grows with every launch that came to nothing: an agent that cannot run the executor must not be hammered. */
const relaunch: BackoffOptions = { initial: 1_000, max: 60_000, jitter: 0 }

/** An agent that is out of reach may come back for this long, milliseconds; then a controller replaces its pods. */
const unreachableGrace = 5 * 60_000

/** When the pods of an agent that is out of reach are given up, milliseconds since the epoch. */
export const unreachableUntil = ({ unreachable_time, timestamp = 0 }: TaskStatus): number =>
  (unreachable_time ? unreachable_time.nanoseconds / 1e6 : timestamp * 1_000) + unreachableGrace

const phases: Partial<Record<TaskState, PodStatus['phase']>> = {
  TASK_STAGING: 'Pending',
  TASK_STARTING: 'Pending',
  TASK_RUNNING: 'Running',
  TASK_KILLING: 'Running',
}

/** True for a state after which no other follows, of which Mesos says that the task does not run. */
export const isOver = (state: TaskState): boolean => !(state in phases) && state !== 'TASK_UNREACHABLE'

/** Decides; pure. DESIGN's failure table is this function. */
export const judge = (pod: Pod, task: TaskStatus, now: number): Verdict => {
  const leaving = pod.metadata.deletionTimestamp !== undefined
  if (isOver(task.state)) return leaving ? { do: 'remove' } : afterTheEnd(pod, task)
  if (leaving || isTerminal(pod)) return { do: 'kill' }
  if (task.state === 'TASK_UNREACHABLE') {
    const lost = isOwned(pod) && now >= unreachableUntil(task)
    return report(pod, { phase: lost ? 'Failed' : 'Unknown', reason: 'NodeLost', message: textOf(task) })
  }
  return report(pod, { phase: phases[task.state], reason: undefined, message: undefined, ...statusIn(task) })
}

const afterTheEnd = (pod: Pod, task: TaskStatus): Verdict => {
  const told = statusIn(task)
  if (isTerminal(pod)) return report(pod, {})
  switch (task.state) {
    case 'TASK_FINISHED':
      return report(pod, { ...told, phase: 'Succeeded' })
    case 'TASK_ERROR':
      return report(pod, { phase: 'Failed', reason: 'TaskError', message: textOf(task) })
    case 'TASK_FAILED':
      // The executor has said how the pod ended. What the agent says of a lost executor carries no data.
      if (task.source === 'SOURCE_EXECUTOR')
        return report(pod, { message: textOf(task), ...told, phase: 'Failed' })
  }
  const reason = reasonOf(task)
  const started = pod.status?.startTime !== undefined
  if (started && (isOwned(pod) || pod.spec.restartPolicy === 'Never')) {
    return report(pod, { ...stopped(pod.status), phase: 'Failed', reason, message: textOf(task) })
  }
  const attempt = Number(pod.metadata.annotations?.[annotation.attempt] ?? 0)
  const since = (task.timestamp ?? 0) * 1_000
  return {
    do: 'unbind',
    at: attempt === 0 ? 0 : since + backoff(attempt - 1, relaunch),
    reason,
    message: textOf(task),
  }
}

const isOwned = (pod: Pod): boolean => pod.metadata.ownerReferences?.some(owner => owner.controller) ?? false

/** REASON_EXECUTOR_TERMINATED becomes ExecutorTerminated; without a reason the state serves. */
const reasonOf = ({ reason, state }: TaskStatus): string =>
  (reason ?? state)
    .replace(/^(REASON|TASK)_/, '')
    .toLowerCase()
    .replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())

const textOf = ({ message, state, reason }: TaskStatus): string =>
  [message ?? state, reason && `(${reason})`].filter(Boolean).join(' ')

/** The pod's status as the executor sent it; undefined where the update carries none. */
const statusIn = ({ data }: TaskStatus): PodStatus | undefined =>
  data ? (JSON.parse(Buffer.from(data, 'base64').toString()) as PodStatus) : undefined

/** No container of a pod that is over runs, whatever was heard of it last. */
const stopped = (status: PodStatus = {}): PodStatus => ({
  conditions: status.conditions?.map(condition =>
    condition.type === 'Ready' || condition.type === 'ContainersReady'
      ? { ...condition, status: 'False' }
      : condition,
  ),
  containerStatuses: status.containerStatuses?.map(container =>
    container.state?.terminated
      ? container
      : {
          ...container,
          ready: false,
          state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } },
        },
  ),
})

/** What is news goes over what is known. The scheduler's own condition stays: the executor does not know it. */
const report = (pod: Pod, news: PodStatus): Verdict => {
  const told = news.conditions ?? pod.status?.conditions ?? []
  const own = pod.status?.conditions?.filter(({ type }) => !told.some(other => other.type === type)) ?? []
  const status = { ...pod.status, ...news, conditions: [...own, ...told] }
  return { do: 'report', status: JSON.parse(JSON.stringify(status)) }
}
