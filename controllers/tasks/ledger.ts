import type { TaskStatus } from '../../mesos/protocol/messages.gen.ts'
import type { TaskUpdate } from './mesos.ts'

interface Entry {
  latest: TaskUpdate
  /** Updates that Mesos will send again until they are acknowledged, oldest first. */
  owed: TaskUpdate[]
}

/**
 * What Mesos last said of every task. An update is acknowledged only after what it says has been written to the API:
 * a crash between the two makes Mesos say it again.
 */
export class Ledger {
  readonly #entries = new Map<string, Entry>()

  record(update: TaskUpdate): void {
    const taskId = update.status.task_id.value
    const entry = this.#entries.get(taskId)
    if (!entry) {
      this.#entries.set(taskId, { latest: update, owed: owes(update) ? [update] : [] })
      return
    }
    entry.latest = withData(update, entry.latest)
    // What came in an earlier session has been sent anew in this one.
    entry.owed = entry.owed.filter(({ session }) => session === update.session)
    if (owes(update)) entry.owed.push(update)
  }

  get(taskId: string): TaskStatus | undefined {
    return this.#entries.get(taskId)?.latest.status
  }

  /** True when Mesos has said something of the task in this session. */
  heard(taskId: string, session: number): boolean {
    return this.#entries.get(taskId)?.latest.session === session
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
  }
}

const owes = ({ status }: TaskUpdate): boolean => status.uuid !== undefined

/** A reconciliation repeats the state without its data: what the executor said last still holds. */
const withData = (update: TaskUpdate, before: TaskUpdate): TaskUpdate => {
  const { status } = update
  if (status.data !== undefined || status.state !== before.status.state || status.source !== 'SOURCE_MASTER')
    return update
  return { ...update, status: { ...status, data: before.status.data } }
}
