import { Observable, type Subscriber, type Subscription } from 'rxjs'
import { type FanOut, fanOut, type Sink } from '../fan-out.ts'
import { type Batch, Compacted } from '../store.ts'
import { type FeedOptions, feed } from './feed.ts'

export interface Watches {
  watch(prefix: string, after: number): Observable<Batch>
  /** Somebody may wait for the watches to come to this revision. */
  reach(revision: number): void
  /** Completes every watch. */
  close(): void
}

/** The feed that all watchers share, as far as they are up with it. */
interface Shared {
  readonly fan: FanOut
  /** Everything up to here has been published. */
  cursor: number
  /** The last revision that changed something: who has seen it has missed nothing. */
  lastChange: number
  readonly watchers: Set<Watcher>
  feed?: Subscription
}

interface Watcher {
  readonly prefix: string
  readonly sink: Sink
  readonly subscriber: Subscriber<Batch>
  /** Ends what the watcher is fed by at present. */
  leave: () => void
}

/** Longest time that a quiet store keeps a caller waiting for a revision which is not of its making; milliseconds. */
const markDelay = 50

/**
 * One watch of the whole store feeds all watchers: an event crosses the wire and is decoded once, and a write under
 * one prefix tells the watchers of every other how far they are. A watcher that begins in the past has a feed of
 * its own until that meets the shared one.
 */
export const watches = (options: FeedOptions): Watches => {
  const { connection, keys, clock, logger } = options
  const watchers = new Set<Watcher>()
  let shared: Shared | undefined
  let catchingUp = 0
  let wanted = 0
  let cancelMark: (() => void) | undefined
  let closed = false

  const share = (after: number): Shared => {
    const next: Shared = { fan: fanOut(clock), cursor: after, lastChange: after, watchers: new Set() }
    shared = next
    next.feed = feed(options, after).subscribe({
      next(batch) {
        next.cursor = batch.revision
        if (batch.changes.length > 0) next.lastChange = batch.revision
        next.fan.publish(batch)
      },
      error(error: unknown) {
        if (shared === next) shared = undefined
        for (const watcher of [...next.watchers]) {
          watcher.leave()
          // The shared feed was too old; a watcher that began later need not be.
          if (error instanceof Compacted && watcher.sink.cursor >= error.oldest) join(watcher)
          else watcher.subscriber.error(error)
        }
      },
    })
    return next
  }

  const join = (watcher: Watcher): void => {
    const { prefix, sink } = watcher
    const current = shared ?? share(sink.cursor)
    if (sink.cursor < current.lastChange) {
      catchUp(watcher)
      return
    }
    current.watchers.add(watcher)
    const remove = current.fan.add(prefix, sink)
    watcher.leave = () => {
      remove()
      current.watchers.delete(watcher)
    }
  }

  const catchUp = (watcher: Watcher): void => {
    const { prefix, sink, subscriber } = watcher
    catchingUp++
    const own = feed(options, sink.cursor).subscribe({
      next({ revision, changes }) {
        const met = !shared || revision >= shared.lastChange
        const matching = changes.filter(({ key }) => key.startsWith(prefix))
        sink.cursor = revision
        if (met || matching.length > 0 || changes.length === 0) sink.next({ revision, changes: matching })
        if (!met || subscriber.closed) return
        watcher.leave()
        join(watcher)
      },
      error: error => subscriber.error(error),
    })
    own.add(() => catchingUp--)
    watcher.leave = () => own.unsubscribe()
  }

  const leave = (watcher: Watcher): void => {
    watcher.leave()
    watchers.delete(watcher)
    if (watchers.size > 0) return
    shared?.feed?.unsubscribe()
    shared = undefined
    cancelMark?.()
    cancelMark = undefined
  }

  /** Our own write comes back through the feed, behind all that happened before it. */
  const writeMark = async (): Promise<void> => {
    cancelMark = undefined
    if (!shared || (shared.cursor >= wanted && catchingUp === 0)) return
    try {
      await connection.send('put', { key: keys.mark, value: Buffer.alloc(0) })
    } catch (error) {
      logger.verbose(2, 'progress mark not written', { revision: wanted, error })
    }
  }

  return {
    watch: (prefix, after) =>
      new Observable(subscriber => {
        if (closed) return subscriber.complete()
        const sink = { cursor: after, next: (batch: Batch) => subscriber.next(batch) }
        const watcher = { prefix, sink, subscriber, leave() {} }
        watchers.add(watcher)
        join(watcher)
        return () => leave(watcher)
      }),
    reach(revision) {
      wanted = Math.max(wanted, revision)
      if (shared && (shared.cursor < wanted || catchingUp > 0)) {
        cancelMark ??= clock.after(markDelay, () => void writeMark())
      }
    },
    close() {
      closed = true
      for (const { subscriber } of [...watchers]) subscriber.complete()
    },
  }
}
