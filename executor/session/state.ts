import type { TaskInfo, TaskStatus } from '../../mesos/protocol/messages.gen.ts'

/** Times are milliseconds, here and below. */
export interface SessionConfig {
  readonly frameworkId: string
  readonly executorId: string
  readonly checkpoint: boolean
  readonly recoveryTimeout: number
  readonly subscriptionBackoffMax: number
  readonly shutdownGrace: number
  readonly random: () => number
}

interface SessionTask {
  readonly info: TaskInfo
  /** The agent has acknowledged a status of it: it will not forget the task when it restarts. */
  readonly acknowledged: boolean
  /** Its terminal status is among the updates. */
  readonly ended: boolean
}

interface PendingUpdate {
  readonly status: TaskStatus
  /** The agent may have it. */
  readonly sent: boolean
}

export interface Absence {
  readonly since: number
  /** Tries that failed since then. */
  readonly failures: number
  readonly refusedSince?: number
}

type Connection =
  | { readonly is: 'subscribed' }
  /** A SUBSCRIBE is under way. */
  | ({ readonly is: 'subscribing' } & Absence)
  | ({ readonly is: 'waiting'; readonly retryAt: number } & Absence)

export interface SessionState {
  readonly connection: Connection
  /** Until their terminal status is acknowledged. */
  readonly tasks: ReadonlyMap<string, SessionTask>
  /** Ids of all tasks that were ever launched: none is launched twice. */
  readonly seen: ReadonlySet<string>
  /** Not yet acknowledged, oldest first. */
  readonly updates: readonly PendingUpdate[]
  /** uuid of the update that is on its way: one at a time keeps them in order. */
  readonly sending?: string
  /** The executor ends: at the latest at `by`. */
  readonly ending?: { readonly reason: string; readonly failed: boolean; readonly by: number }
  readonly done: boolean
}

export const liveTasks = (state: SessionState): boolean =>
  [...state.tasks.values()].some(({ ended }) => !ended)

/** Nothing would be lost if the executor ended. */
export const isIdle = (state: SessionState): boolean => state.tasks.size === 0 && state.updates.length === 0
