import { setImmediate } from 'node:timers/promises'
import type { Logger } from '../../util/logger.ts'
import type { Batch, Change, Entry } from '../store.ts'
import { KeyIndex, type Version } from './key-index.ts'
import { createLog, Damaged, logFile, openLog } from './log.ts'
import {
  changesEncoder,
  decodeChanges,
  eachChange,
  encodeCompaction,
  isCompaction,
  isDeletion,
  type LogRecord,
  sizeAlone,
} from './record.ts'
import { keptBelow, type Revision, Rewrite } from './rewrite.ts'

/**
 * What every key was at every revision that is kept: the values in a log, as they came, and in memory where in it each
 * is, as etcd has it. Reads are synchronous, of exactly the bytes of a value.
 */
export interface History {
  readonly newest: number
  /** Older revisions can not be read any more. */
  readonly compacted: number
  /** The revision at which the key has its present value; undefined when it has none. */
  revisionOf(key: string): number | undefined
  get(key: string): Entry | undefined
  page(prefix: string, at: number, limit: number, after?: string): { entries: Entry[]; remaining: number }
  /** Whole revisions after `after`, oldest first; about `limit` changes at the most. */
  changes(after: number, limit: number): Batch[]
  /** Makes revision `newest + 1`. It is on disk when this resolves. Rejects with NotAlone. */
  append(changes: readonly Change[]): Promise<void>
  /** Forgets what only revisions below this one show. */
  compact(revision: number): Promise<void>
  close(): Promise<void>
}

/** Paged lists of which the number of entries that follow is kept in mind. */
const pagesInMind = 100

/** Versions that a compaction looks at in one turn of the event loop. */
const compactionStep = 5_000

/** The log is written anew when it has this many bytes more than twice what is kept. */
const slack = 4 << 20

/** Bytes that are copied while writers wait. */
const closeBehind = 1 << 20

export const openHistory = async (path: string, logger: Logger): Promise<History> => {
  const index = new KeyIndex()
  // As in etcd, an empty store is at revision 1: there is a revision from which to watch.
  let newest = 1
  let compacted = 0
  /** All that are not forgotten, up to `newest`. */
  const revisions: Revision[] = []
  /** About the bytes of a log that has only what is kept. */
  let kept = 0

  const add = (version: Version): Version => {
    index.add(version)
    kept += sizeAlone(version.key, version.length)
    return version
  }

  const drop = ({ key, length }: Version): void => {
    kept -= sizeAlone(key, length)
  }

  /** Forgets what only revisions below `compacted` show, about so many versions of it; false when there is no more. */
  const forget = (limit: number): boolean => {
    let count = 0
    let done = 0
    for (const { revision, versions } of revisions) {
      if (revision > compacted || count >= limit) break
      for (const version of versions) {
        if (version.older && !version.older.deleted) drop(version.older)
        version.older = undefined
        if (!version.deleted) continue
        drop(version)
        index.remove(version)
      }
      count += versions.length
      done++
    }
    revisions.splice(0, done)
    return count >= limit
  }

  const replay = (record: LogRecord): void => {
    const { revision, offset, bytes } = record
    if (isCompaction(record)) {
      compacted = revision
      newest = Math.max(newest, revision)
      forget(Number.POSITIVE_INFINITY)
      return
    }
    // Of the revisions that were compacted when the log was written anew, not all are left.
    if (revision > compacted && revision !== newest + 1) {
      throw new Damaged(logFile(path), offset, `revision ${revision} follows ${newest}`)
    }
    const versions: Version[] = []
    eachChange(bytes, (kind, _start, keyStart, value, end) => {
      const key = bytes.toString('utf8', keyStart, value)
      const place = { offset: offset + value, length: end - value }
      versions.push(add({ key, revision, deleted: isDeletion(kind), ...place, older: index.get(key) }))
    })
    if (revision <= compacted) return
    newest = revision
    revisions.push({ revision, offset, length: bytes.length, versions })
  }

  let log = await openLog(path, logger, replay)
  /** What the log has in its last record of a compaction. */
  let recorded = compacted
  const encode = changesEncoder()
  const writes = oneByOne()
  const compactions = oneByOne()

  const entryOf = ({ key, offset, length, revision }: Version): Entry => ({
    key,
    value: log.read(offset, length),
    revision,
  })

  /**
   * Writers go on while the log is copied; they wait for the last of it, and for the exchange. When that fails half-way
   * the file of the old log has no name any more, and takes no more writes.
   */
  const writeAnew = async (): Promise<void> => {
    const at = compacted
    const fresh = await createLog(path)
    const old = log
    try {
      const rewrite = new Rewrite(old, fresh, at, await keptBelow(index, at))
      while (rewrite.behind > closeBehind) await rewrite.copy()
      await writes(async () => {
        await rewrite.copy()
        old.checkAlone()
        await fresh.publish()
        rewrite.settle(revisions)
        log = fresh
        recorded = at
      })
    } catch (error) {
      await fresh.discard()
      throw error
    }
    await old.close()
  }

  /** The past does not change: who reads page after page need not count what follows again and again. */
  const remainders = new Map<string, number>()
  const remember = (page: string, remaining: number): void => {
    remainders.delete(page)
    remainders.set(page, remaining)
    const [oldest] = remainders.keys()
    if (remainders.size > pagesInMind && oldest !== undefined) remainders.delete(oldest)
  }

  return {
    get newest() {
      return newest
    },
    get compacted() {
      return compacted
    },
    revisionOf(key) {
      const version = index.get(key)
      return version?.deleted ? undefined : version?.revision
    },
    get(key) {
      const version = index.get(key)
      return version && !version.deleted ? entryOf(version) : undefined
    },
    page(prefix, at, limit, after) {
      const entries: Entry[] = []
      const following = after === undefined ? undefined : remainders.get(`${prefix} ${at} ${after}`)
      let remaining = 0
      for (const version of index.living(prefix, at, after)) {
        if (limit === 0 || entries.length < limit) entries.push(entryOf(version))
        else if (following === undefined) remaining++
        else {
          remaining = following - entries.length
          break
        }
      }
      const last = entries.at(-1)
      if (last && remaining > 0) remember(`${prefix} ${at} ${last.key}`, remaining)
      return { entries, remaining }
    },
    changes(after, limit) {
      const batches: Batch[] = []
      let count = 0
      for (
        let i = Math.max(0, revisions.length - newest + after);
        i < revisions.length && count < limit;
        i++
      ) {
        const { revision, offset, length } = revisions[i] as Revision
        const changes = decodeChanges(log.read(offset, length))
        batches.push({ revision, changes })
        count += changes.length
      }
      return batches
    },
    append: changes =>
      writes(async () => {
        const revision = newest + 1
        const offset = log.size
        const { bytes, values } = encode(revision, changes, offset)
        await log.append(bytes)
        const versions = changes.map((change, i) =>
          add({
            key: change.key,
            revision,
            deleted: change.type === 'delete',
            offset: offset + (values[i] as number),
            length: change.type === 'delete' ? 0 : change.value.length,
            older: index.get(change.key),
          }),
        )
        newest = revision
        revisions.push({ revision, offset, length: bytes.length, versions })
      }),
    async compact(revision) {
      // Readers learn that old revisions are gone before they go.
      compacted = Math.max(compacted, revision)
      await compactions(async () => {
        while (forget(compactionStep)) await setImmediate()
        if (log.size > slack + 2 * kept) await writeAnew()
        if (recorded === compacted) return
        const at = compacted
        await writes(() => log.append(encodeCompaction(at, log.size)))
        recorded = at
      })
    },
    close: () => compactions(() => writes(() => log.close())),
  }
}

/** Every task waits until the one before it is done, however it ends. */
const oneByOne = (): (<T>(task: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve()
  return task => {
    const next = last.then(task, task)
    last = next
    return next
  }
}
