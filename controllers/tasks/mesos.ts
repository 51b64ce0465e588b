import type { Observable } from 'rxjs'
import type { TaskStatus } from '../../mesos/protocol/messages.gen.ts'

/** A status update, and the session in which it came: only there may it be acknowledged. */
export interface TaskUpdate {
  readonly status: TaskStatus
  readonly session: number
}

export type Session =
  | { readonly state: 'subscribed'; readonly session: number }
  | { readonly state: 'disconnected' | 'removed' | 'superseded'; readonly reason: string }

/** What the task reconciler needs of Mesos. Calls reject while there is no session; the next session begins anew. */
export interface TaskFeed {
  readonly session$: Observable<Session>
  readonly updates$: Observable<TaskUpdate>
  kill(taskId: string, agentId: string | undefined, graceSeconds: number | undefined): Promise<void>
  /** Ends an executor with all its tasks. */
  shutdown(executorId: string, agentId: string): Promise<void>
  acknowledge(update: TaskUpdate): Promise<void>
  reconcile(tasks: readonly { taskId: string; agentId?: string | undefined }[]): Promise<void>
}
