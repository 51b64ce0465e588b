import type { Clock } from '../util/clock.ts'
import type { Batch } from './store.ts'

/** One watcher of a prefix. It holds every change up to `cursor`. */
export interface Sink {
  cursor: number
  next(batch: Batch): void
}

/** Hands the batches of a whole store to the watchers of its prefixes. */
export interface FanOut {
  /** The next revision, with all its changes. */
  publish(batch: Batch): void
  /** From now on the sink gets what is above its cursor. The answer takes it out again. */
  add(prefix: string, sink: Sink): () => void
}

/** Progress marks for quiet prefixes come at most this often, milliseconds. */
const markInterval = 10

export const fanOut = (clock: Clock): FanOut => {
  const groups = new Map<string, Set<Sink>>()
  let newest = 0
  let lastMark = Number.NEGATIVE_INFINITY
  let cancelMark: (() => void) | undefined

  const mark = (): void => {
    cancelMark?.()
    cancelMark = undefined
    lastMark = clock.now()
    const batch = { revision: newest, changes: [] }
    for (const sinks of groups.values()) deliver(sinks, batch)
  }

  return {
    publish(batch) {
      newest = batch.revision
      for (const [prefix, sinks] of groups) {
        const changes = batch.changes.filter(({ key }) => key.startsWith(prefix))
        if (changes.length > 0) deliver(sinks, { revision: batch.revision, changes })
      }
      // Whoever waits for a quiet prefix to come up to a revision is answered at once on a quiet store;
      // on a busy one a mark stands for many revisions.
      const wait = lastMark + markInterval - clock.now()
      if (wait <= 0) mark()
      else cancelMark ??= clock.after(wait, mark)
    },
    add(prefix, sink) {
      const sinks = groups.get(prefix) ?? new Set()
      groups.set(prefix, sinks.add(sink))
      return () => {
        sinks.delete(sink)
        if (sinks.size === 0 && groups.get(prefix) === sinks) groups.delete(prefix)
        if (groups.size === 0) {
          cancelMark?.()
          cancelMark = undefined
        }
      }
    },
  }
}

const deliver = (sinks: Set<Sink>, batch: Batch): void => {
  for (const sink of sinks) {
    if (batch.revision <= sink.cursor) continue
    sink.cursor = batch.revision
    sink.next(batch)
  }
}
