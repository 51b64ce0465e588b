import type { TaskStatus } from '../../mesos/protocol/messages.gen.ts'
import type { TaskUpdate } from './mesos.ts'

interface Entry {
  latest: TaskUpdate
  /** Updates that Mesos will send again until they are acknowledged, oldest first. */
  owed: TaskUpdate[]
  /** When Mesos first said the state that it still says, milliseconds since the epoch. */
  since: number
}

interface Kill {
  readonly grace: number | undefined
  readonly at: number
}

/**
 * What Mesos last said of every task. An update is acknowledged only after what it says has been written to the API:
 * a crash between the two makes Mesos say it again.
 */
export class Ledger {
  readonly #entries = new Map<string, Entry>()
  readonly #kills = new Map<string, Kill>()

  record(update: TaskUpdate): void {
    const taskId = update.status.task_id.value
    const entry = this.#entries.get(taskId)
    if (!entry) {
      this.#entries.set(taskId, { latest: update, owed: owes(update) ? [update] : [], since: timeOf(update) })
      return
    }
    if (entry.latest.status.state !== update.status.state) entry.since = timeOf(update)
    entry.latest = withData(update, entry.latest)
    // What came in an earlier session, or was not acknowledged in time, has been sent anew.
    entry.owed = entry.owed.filter(
      ({ session, status }) => session === update.session && status.uuid !== update.status.uuid,
    )
    if (owes(update)) entry.owed.push(update)
  }

  get(taskId: string): TaskStatus | undefined {
    return this.#entries.get(taskId)?.latest.status
  }

  /** When Mesos first said the state that it still says, milliseconds since the epoch. */
  since(taskId: string): number {
    return this.#entries.get(taskId)?.since ?? 0
  }

  /** True when Mesos has said in this session what has become of the task; that it does not know is no answer. */
  heard(taskId: string, session: number): boolean {
    const latest = this.#entries.get(taskId)?.latest
    return latest?.session === session && latest.status.state !== 'TASK_UNKNOWN'
  }

  killed(taskId: string, grace: number | undefined, at: number): void {
    this.#kills.set(taskId, { grace, at })
  }

  /** When the task was last killed with this grace; long ago when it was not. */
  killedAt(taskId: string, grace: number | undefined): number {
    const kill = this.#kills.get(taskId)
    return kill && kill.grace === grace ? kill.at : Number.NEGATIVE_INFINITY
  }

  /** The updates up to `status` that can be acknowledged once that has been written; each is given once. */
  settle(taskId: string, status: TaskStatus): readonly TaskUpdate[] {
    const entry = this.#entries.get(taskId)
    if (!entry) return []
    // What came while `status` was written is owed by the next turn.
    const end =
      entry.latest.status === status
        ? entry.owed.length
        : entry.owed.findIndex(one => one.status === status) + 1
    return entry.owed.splice(0, end)
  }

  forget(taskId: string): void {
    this.#entries.delete(taskId)
    this.#kills.delete(taskId)
  }
}

/** Milliseconds since the epoch; Mesos counts seconds. */
const timeOf = ({ status }: TaskUpdate): number =>
  status.unreachable_time ? status.unreachable_time.nanoseconds / 1e6 : (status.timestamp ?? 0) * 1_000

const owes = ({ status }: TaskUpdate): boolean => status.uuid !== undefined

/** A reconciliation repeats the state without its data: what the executor said last still holds. */
const withData = (update: TaskUpdate, before: TaskUpdate): TaskUpdate => {
  const { status } = update
  if (status.data !== undefined || status.state !== before.status.state || status.source !== 'SOURCE_MASTER')
    return update
  return { ...update, status: { ...status, data: before.status.data } }
}
