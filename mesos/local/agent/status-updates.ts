import { type BackoffOptions, backoff } from '../../../util/backoff.ts'
import type { Clock } from '../../../util/clock.ts'
import type { TaskStatus } from '../../protocol/messages.gen.ts'
import type { Journal } from '../journal.ts'
import { isTerminal } from '../task-state.ts'

/**
 * The updates that the scheduler has not acknowledged. Those of one task go out in order, one at a time, and the
 * first is sent again until it is acknowledged.
 */
export interface StatusUpdates {
  /** False when this update is known already; else it is in the journal and goes out after `forward`. */
  add(framework: string, status: TaskStatus): boolean
  /** Sends the task's first update, if it has not been sent yet. To be called when the journal is on disk. */
  forward(framework: string, task: string): void
  /** The update that this acknowledges and the next one follows; undefined when it is not the one that was sent. */
  acknowledge(framework: string, task: string, uuid: string): TaskStatus | undefined
  /** Sends the first update of every task again: there is somebody new at the other end. */
  resend(framework?: string): void
  /** Forgets the framework: nobody will acknowledge any more. */
  drop(framework: string): void
  /** Nothing goes out any more, also not what is on its way to the journal. */
  close(): void
}

interface StatusUpdatesOptions {
  readonly journal: Journal
  readonly clock: Clock
  readonly retry: BackoffOptions
  readonly send: (framework: string, status: TaskStatus) => void
}

interface Saved {
  readonly framework: string
  readonly task: string
  readonly queue: readonly TaskStatus[]
  /** The newest uuids of this task, queued and acknowledged: an executor may send an update twice. */
  readonly seen: readonly string[]
}

interface Stream extends Saved {
  /** Times that the first update was sent. */
  readonly attempt: number
  readonly cancel: () => void
}

/** An executor repeats only what was not acknowledged to it, which is the newest. */
const maxSeen = 32
/** Tasks that are through, whose uuids are kept for a last repetition. */
const maxFinished = 256

const prefix = 'updates/'

export const statusUpdates = ({ journal, clock, retry, send }: StatusUpdatesOptions): StatusUpdates => {
  const streams = new Map<string, Stream>()
  const finished: string[] = []
  let closed = false
  const keyOf = (framework: string, task: string) => `${prefix}${framework}/${task}`

  const save = (key: string, stream: Stream) => {
    const { framework, task, queue, seen } = stream
    streams.set(key, stream)
    journal.put(key, { framework, task, queue, seen } satisfies Saved)
  }

  const remove = (key: string) => {
    streams.get(key)?.cancel()
    streams.delete(key)
    journal.delete(key)
  }

  const transmit = (key: string) => {
    const stream = streams.get(key)
    const first = stream?.queue[0]
    if (closed || !stream || !first) return
    stream.cancel()
    const cancel = clock.after(backoff(stream.attempt, retry), () => transmit(key))
    streams.set(key, { ...stream, attempt: stream.attempt + 1, cancel })
    send(stream.framework, first)
  }

  const retire = (key: string) => {
    finished.push(key)
    const oldest = finished.length > maxFinished ? finished.shift() : undefined
    if (oldest !== undefined && streams.get(oldest)?.queue.length === 0) remove(oldest)
  }

  for (const [key, value] of journal.entries) {
    if (!key.startsWith(prefix)) continue
    const saved = value as Saved
    streams.set(key, { ...saved, attempt: 0, cancel: () => {} })
    if (saved.queue.length === 0) finished.push(key)
  }

  return {
    add(framework, status) {
      const task = status.task_id.value
      const uuid = status.uuid ?? ''
      const key = keyOf(framework, task)
      const before = streams.get(key) ?? {
        framework,
        task,
        queue: [],
        seen: [],
        attempt: 0,
        cancel: () => {},
      }
      if (before.seen.includes(uuid)) return false
      save(key, {
        ...before,
        queue: [...before.queue, status],
        seen: [...before.seen, uuid].slice(-maxSeen),
      })
      return true
    },
    forward(framework, task) {
      const key = keyOf(framework, task)
      if (streams.get(key)?.attempt === 0) transmit(key)
    },
    acknowledge(framework, task, uuid) {
      const key = keyOf(framework, task)
      const stream = streams.get(key)
      const [first, ...rest] = stream?.queue ?? []
      if (!stream || !first || first.uuid !== uuid) return undefined
      stream.cancel()
      save(key, { ...stream, queue: rest, attempt: 0 })
      if (rest.length > 0) transmit(key)
      else if (isTerminal(first.state)) retire(key)
      return first
    },
    resend(framework) {
      for (const [key, stream] of streams) {
        if (framework !== undefined && stream.framework !== framework) continue
        streams.set(key, { ...stream, attempt: 0 })
        transmit(key)
      }
    },
    drop(framework) {
      for (const [key, stream] of streams) if (stream.framework === framework) remove(key)
    },
    close() {
      closed = true
      for (const stream of streams.values()) stream.cancel()
    },
  }
}
