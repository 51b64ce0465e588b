import type { PodStatus } from 'kubernetes-types/core/v1'
import { annotation } from '../../api/annotations.ts'
import type { Pod } from '../../api/kinds/index.ts'
import { isTerminal } from '../../api/pod-phase.ts'
import type { TaskState, TaskStatus } from '../../mesos/protocol/messages.gen.ts'
import { type BackoffOptions, backoff } from '../../util/backoff.ts'

/** What is to be done about a pod, given the latest that Mesos said of its task. */
export type Verdict =
  /** The pod's status says less than is known: write this one. */
  | {
      readonly do: 'report'
      readonly status: PodStatus
      /** When there will be more to say of a task that is away, milliseconds since the epoch. */
      readonly again: number
    }
  /** The pod was to go, and its task is over: the object can go. */
  | { readonly do: 'remove' }
  /** The task is over or never was, and the pod is to run on: place it anew, not before `at` (ms since the epoch). */
  | {
      readonly do: 'unbind'
      readonly at: number
      readonly reason: string
      readonly message: string
      /** Says why, until the pod is started. */
      readonly status: PodStatus
    }
  /** The task runs though its pod is over or is to go. */
  | { readonly do: 'kill' }

/** Grows with every launch that came to nothing: an agent that cannot run the executor must not be hammered. */
const relaunch: BackoffOptions = { initial: 1_000, max: 60_000, jitter: 0 }

/**
 * An agent that is out of reach, or that a new master has not heard of yet, may come back for this long, milliseconds;
 * then a controller replaces its pods.
 */
const awayGrace = 5 * 60_000

/** A pod that has run for so long, milliseconds, starts over with the pauses between its launches. */
const settled = 10 * 60_000

/** The agent of an executor that was lost is given this time, milliseconds, to clear it away. */
const cleanUp = 1_000

const phases: Partial<Record<TaskState, PodStatus['phase']>> = {
  TASK_STAGING: 'Pending',
  TASK_STARTING: 'Pending',
  TASK_RUNNING: 'Running',
  TASK_KILLING: 'Running',
}

/** True where Mesos can not say whether the task runs: it does not reach the agent, or does not know it (yet). */
export const isAway = (state: TaskState): boolean => state === 'TASK_UNREACHABLE' || state === 'TASK_UNKNOWN'

/** True for a state after which no other follows, of which Mesos says that the task does not run. */
export const isOver = (state: TaskState): boolean => !(state in phases) && !isAway(state)

/** What is known of the end of a task beyond its status. */
interface Cause {
  /** In place of Mesos' own. */
  readonly reason?: string
  readonly message: string
}

/**
 * Decides; pure. DESIGN's failure table is this function. `since` is when Mesos first said the state that it still
 * says, as `now` in milliseconds since the epoch.
 */
export const judge = (pod: Pod, task: TaskStatus, now: number, since: number, cause?: Cause): Verdict => {
  const leaving = pod.metadata.deletionTimestamp !== undefined
  const unknown = task.state === 'TASK_UNKNOWN'
  const lost = isAway(task.state) && now >= since + awayGrace
  // Nobody is left to ask. Should it turn up after all, it is a task without a pod, and is killed.
  if (leaving && (unknown || lost || isOver(task.state))) return { do: 'remove' }
  if (isOver(task.state)) return afterTheEnd(pod, task, cause)
  // A KILL reaches no task that is away; when that comes back, it is news.
  if (leaving || isTerminal(pod)) return isAway(task.state) && !leaving ? report(pod, {}) : { do: 'kill' }
  if (isAway(task.state)) {
    if (lost && unknown) return afterTheEnd(pod, task)
    const phase = lost && isOwned(pod) ? 'Failed' : startedIn(pod) ? 'Unknown' : 'Pending'
    const away = { ...notReady(pod.status), phase, reason: 'NodeLost', message: textOf(task) }
    return lost ? report(pod, away) : report(pod, away, since + awayGrace)
  }
  // Why a launch before this one came to nothing is told until this one gets further.
  const untold = task.state === 'TASK_STAGING' ? {} : { reason: undefined, message: undefined }
  return report(pod, { phase: phases[task.state], ...untold, ...statusIn(task) })
}

const afterTheEnd = (pod: Pod, task: TaskStatus, cause?: Cause): Verdict => {
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
  const reason = cause?.reason ?? reasonOf(task)
  const message = cause ? `${textOf(task)}; ${cause.message}` : textOf(task)
  const started = startedIn(pod)
  const over = started ? stopped(pod.status) : {}
  if (started && (isOwned(pod) || pod.spec.restartPolicy === 'Never')) {
    return report(pod, { ...over, phase: 'Failed', reason, message })
  }
  const end = (task.timestamp ?? 0) * 1_000
  const ran = started ? end - Date.parse(pod.status?.startTime ?? '') : 0
  const attempt = ran >= settled ? 0 : Number(pod.metadata.annotations?.[annotation.attempt] ?? 0)
  const pause = attempt === 0 ? 0 : backoff(attempt - 1, relaunch)
  // An agent drops what is launched on an executor while it clears that away.
  const at = started ? end + Math.max(pause, cleanUp) : pause && end + pause
  const status = merged(pod, { ...over, phase: 'Pending', reason, message })
  return { do: 'unbind', at, reason, message, status }
}

export const startedIn = (pod: Pod): boolean => pod.status?.startTime !== undefined

const isOwned = (pod: Pod): boolean => pod.metadata.ownerReferences?.some(owner => owner.controller) ?? false

/** REASON_EXECUTOR_TERMINATED becomes ExecutorTerminated; without a reason the state serves. */
const reasonOf = ({ reason, state }: TaskStatus): string =>
  (reason ?? state)
    .replace(/^(REASON|TASK)_/, '')
    .toLowerCase()
    .replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())

const textOf = ({ message, state, reason }: TaskStatus): string =>
  [message ?? state, reason && `(${reason})`].filter(Boolean).join(' ')

/** An update is judged as often as its pod changes; its data is read once. */
const read = new WeakMap<TaskStatus, PodStatus>()

/** The pod's status as the executor sent it; undefined where the update carries none. */
const statusIn = (task: TaskStatus): PodStatus | undefined => {
  if (!task.data) return undefined
  const known = read.get(task)
  if (known) return known
  const status = JSON.parse(Buffer.from(task.data, 'base64').toString()) as PodStatus
  read.set(task, status)
  return status
}

/** Nothing is to be sent to a pod of which nothing is known. */
const notReady = (status: PodStatus = {}): PodStatus => ({
  conditions: status.conditions?.map(condition =>
    condition.type === 'Ready' || condition.type === 'ContainersReady'
      ? { ...condition, status: 'False' }
      : condition,
  ),
})

/** No container of a pod that is over runs, whatever was heard of it last. */
const stopped = (status: PodStatus = {}): PodStatus => ({
  ...notReady(status),
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
const merged = (pod: Pod, news: PodStatus): PodStatus => {
  const told = news.conditions ?? pod.status?.conditions ?? []
  const own = pod.status?.conditions?.filter(({ type }) => !told.some(other => other.type === type)) ?? []
  return defined({ ...pod.status, ...news, conditions: [...own, ...told] })
}

/** As the API has it: a field that is undefined is none. */
const defined = (status: PodStatus): PodStatus =>
  Object.fromEntries(Object.entries(status).filter(([, value]) => value !== undefined))

const report = (pod: Pod, news: PodStatus, again = Number.POSITIVE_INFINITY): Verdict => ({
  do: 'report',
  status: merged(pod, news),
  again,
})
