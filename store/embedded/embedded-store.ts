import { Observable, type Subscriber } from 'rxjs'
import { type Clock, systemClock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import { type FanOut, fanOut } from '../fan-out.ts'
import { groupCommit, type Outcome, type Write } from '../group-commit.ts'
import { checkKey, checkPrefix } from '../keys.ts'
import {
  type Batch,
  type Change,
  Compacted,
  FutureRevision,
  KeyExists,
  RevisionMismatch,
  type Store,
  StoreUnavailable,
} from '../store.ts'
import { type History, openHistory } from './history.ts'
import { NotAlone } from './log.ts'

interface EmbeddedStoreOptions {
  /** The folder of the file; it is made when it is not there. One process at a time may use it. */
  readonly path: string
  readonly logger: Logger
  readonly clock?: Clock
}

const limits = { writes: 1000, bytes: 8 << 20 }

/** Changes that a watcher reads from disk in one turn of the event loop. */
const replayStep = 500

/** The store in files of this process. */
export const openEmbeddedStore = async ({
  path,
  logger,
  clock = systemClock,
}: EmbeddedStoreOptions): Promise<Store> => {
  const history = await openHistory(path, logger).catch(error => {
    throw new StoreUnavailable(`the store at ${path} can not be opened`, { cause: error })
  })
  const live = fanOut(clock)
  const watchers = new Set<Subscriber<Batch>>()
  let closed = false
  let failing = false

  /** What all writes to broken files have in common: the operator hears of it once. */
  const append = async (changes: readonly Change[]): Promise<void> => {
    try {
      await history.append(changes)
    } catch (error) {
      const remedy =
        error instanceof NotAlone ? 'stop the other process, then restart this one' : 'check the disk'
      if (!failing) logger.error('the store can not be written', { path, remedy, error })
      failing = true
      throw new StoreUnavailable(`the store at ${path} can not be written: ${remedy}`, { cause: error })
    }
    if (failing) logger.info('the store can be written again', { path })
    failing = false
  }

  const writes = groupCommit(
    async batch => {
      const revision = history.newest + 1
      const outcomes = batch.map(write => decide(write, history, revision))
      const changes = batch.filter((_, index) => outcomes[index] === revision).map(changeOf)
      if (changes.length > 0) {
        await append(changes)
        live.publish({ revision, changes })
      }
      return outcomes
    },
    limits,
    clock,
  )

  const checkOpen = (): void => {
    if (closed) throw new StoreUnavailable('the store is closed')
  }

  const submit = async (write: Write): Promise<number> => {
    checkOpen()
    checkKey(write.key)
    return writes.submit(write)
  }

  return {
    create: (key, value) => submit({ type: 'create', key, value }),
    update: (key, value, expected) => submit({ type: 'update', key, value, expected }),
    delete: (key, expected) => submit({ type: 'delete', key, expected }),
    async get(key) {
      checkOpen()
      checkKey(key)
      return history.get(key)
    },
    async list(prefix, { limit = 0, after, revision } = {}) {
      checkOpen()
      checkPrefix(prefix)
      const at = revision ?? history.newest
      if (at > history.newest) throw new FutureRevision(at, history.newest)
      if (at < history.compacted) throw new Compacted(at, history.compacted)
      return { ...history.page(prefix, at, limit, after), revision: at }
    },
    watch(prefix, after) {
      checkPrefix(prefix)
      return new Observable(subscriber => {
        if (closed) return subscriber.complete()
        watchers.add(subscriber)
        subscriber.add(() => watchers.delete(subscriber))
        subscriber.add(replay(history, live, prefix, after, subscriber))
      })
    },
    async compact(revision) {
      checkOpen()
      if (revision > history.newest) throw new FutureRevision(revision, history.newest)
      await history.compact(revision)
    },
    async revision() {
      checkOpen()
      return history.newest
    },
    async close() {
      if (closed) return
      closed = true
      for (const watcher of [...watchers]) watcher.complete()
      await writes.idle()
      await history.close()
    },
  }
}

/** What becomes of a write that would be part of `revision`. */
const decide = (write: Write, history: History, revision: number): Outcome => {
  const current = history.revisionOf(write.key)
  if (write.type === 'create') return current === undefined ? revision : new KeyExists(write.key)
  if (current === write.expected) return revision
  return new RevisionMismatch(write.key, write.expected, history.get(write.key))
}

const changeOf = (write: Write): Change =>
  write.type === 'delete'
    ? { type: 'delete', key: write.key }
    : { type: 'put', key: write.key, value: write.value, created: write.type === 'create' }

/**
 * Reads the log from `after` on, a piece in every turn of the event loop, until it ends; from there on the watcher
 * is one of many that share what is written.
 */
const replay = (
  history: History,
  live: FanOut,
  prefix: string,
  after: number,
  subscriber: Subscriber<Batch>,
): (() => void) => {
  let stop = (): void => {}
  let cursor = after

  const step = (): void => {
    if (cursor < history.compacted) {
      subscriber.error(new Compacted(cursor, history.compacted))
      return
    }
    for (const { revision, changes } of history.changes(cursor, replayStep)) {
      cursor = revision
      const matching = changes.filter(({ key }) => key.startsWith(prefix))
      if (matching.length > 0) subscriber.next({ revision, changes: matching })
      if (subscriber.closed) return
    }
    if (cursor < history.newest) {
      const next = setImmediate(step)
      stop = () => clearImmediate(next)
      return
    }
    if (cursor > after) subscriber.next({ revision: cursor, changes: [] })
    if (!subscriber.closed) stop = live.add(prefix, { cursor, next: batch => subscriber.next(batch) })
  }

  step()
  return () => stop()
}
