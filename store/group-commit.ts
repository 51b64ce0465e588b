import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../util/clock.ts'
import type { KeyExists, RevisionMismatch } from './store.ts'

export type Write =
  | { readonly type: 'create'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'update'; readonly key: string; readonly value: Uint8Array; readonly expected: number }
  | { readonly type: 'delete'; readonly key: string; readonly expected: number }

/** What became of one write of a batch: the revision it made, or why it was refused. */
export type Outcome = number | KeyExists | RevisionMismatch

/**
 * Commits a batch in which no key occurs twice; one outcome per write, in order. Rejects when the fate of the whole
 * batch is unknown. `since` is when the oldest write of the batch was submitted, milliseconds since the epoch.
 */
type Commit = (batch: readonly Write[], since: number) => Promise<readonly Outcome[]>

interface BatchLimits {
  readonly writes: number
  /** Keys and values together. A larger write goes alone. */
  readonly bytes: number
}

interface GroupCommit {
  submit(write: Write): Promise<number>
  /** Resolves when no write is waiting or under way. */
  idle(): Promise<void>
}

/** Turns of the event loop that a batch gathers writers at the most. */
const patience = 8

interface Waiting {
  readonly write: Write
  readonly since: number
  readonly resolve: (revision: number) => void
  readonly reject: (error: unknown) => void
}

/**
 * Writes that wait go out together, one batch at a time; a write that finds nobody waiting goes out at once.
 * Writes to one key keep their order.
 */
export const groupCommit = (commit: Commit, limits: BatchLimits, clock: Clock): GroupCommit => {
  let waiting: Waiting[] = []
  let running: Promise<void> | undefined

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      await gathered()
      const { batch, rest } = nextBatch(waiting, limits)
      waiting = rest
      await settle(batch, commit)
    }
    running = undefined
  }

  /**
   * The writers that the last batch woke up are back within a turn or two of the event loop. While turns bring writers
   * it pays to wait for the next: a commit costs much, one more write in it little.
   */
  const gathered = async (): Promise<void> => {
    for (let turn = 0, seen = -1; turn < patience && seen < waiting.length; turn++) {
      seen = waiting.length
      await wholeTurn()
    }
  }

  return {
    submit: write =>
      new Promise((resolve, reject) => {
        waiting.push({ write, since: clock.now(), resolve, reject })
        running ??= run()
      }),
    idle: async () => running,
  }
}

/** The first immediate comes before the loop looks for input again, the second one after that. */
const wholeTurn = async (): Promise<void> => {
  await setImmediate()
  await setImmediate()
}

const settle = async (batch: readonly Waiting[], commit: Commit): Promise<void> => {
  const since = Math.min(...batch.map(waiting => waiting.since))
  try {
    const outcomes = await commit(
      batch.map(waiting => waiting.write),
      since,
    )
    for (const [index, { resolve, reject }] of batch.entries()) {
      const outcome = outcomes[index]
      if (typeof outcome === 'number') resolve(outcome)
      else reject(outcome)
    }
  } catch (error) {
    for (const { reject } of batch) reject(error)
  }
}

/**
 * A batch has one revision, and a key can have only one value in a revision: a second write to a key stays behind,
 * and with it, being scanned in order, every later one to that key.
 */
const nextBatch = (
  waiting: readonly Waiting[],
  limits: BatchLimits,
): { batch: readonly Waiting[]; rest: Waiting[] } => {
  const batch: Waiting[] = []
  const behind: Waiting[] = []
  const keys = new Set<string>()
  let bytes = 0
  for (const [index, next] of waiting.entries()) {
    const size = sizeOf(next.write)
    if (batch.length === limits.writes || (batch.length > 0 && bytes + size > limits.bytes)) {
      return { batch, rest: behind.concat(waiting.slice(index)) }
    }
    if (keys.has(next.write.key)) {
      behind.push(next)
    } else {
      keys.add(next.write.key)
      batch.push(next)
      bytes += size
    }
  }
  return { batch, rest: behind }
}

/** Keys are mostly ASCII; the limits leave room for those that are not. */
const sizeOf = (write: Write): number => write.key.length + (write.type === 'delete' ? 0 : write.value.length)
