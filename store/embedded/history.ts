import { open } from 'lmdb'
import type { Write } from '../group-commit.ts'
import { prefixEnd } from '../keys.ts'
import type { Batch, Change, Entry } from '../store.ts'

type Kind = Write['type']

/** A key at a revision that changed it. */
interface Version {
  readonly key: string
  readonly revision: number
  readonly kind: Kind
}

/**
 * What every key was at every revision that is kept, in two LMDB tables: `versions`, by key, holds the values, and
 * `log`, by revision, tells which keys a revision changed. Which keys are there now is kept in memory, as etcd does.
 * Reads see revisions up to `newest` only, although LMDB may show a commit a moment before its promise resolves.
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
  /** Makes revision `newest + 1`. It is on disk when this resolves. */
  append(changes: readonly Change[]): Promise<void>
  /** Forgets what only revisions below this one show. */
  compact(revision: number): Promise<void>
  close(): Promise<void>
}

/** The files were written by another process. */
export class NotAlone extends Error {
  override readonly name = 'NotAlone'
}

/** Changes with the tables: files of another format are left alone. */
const format = 2

/** What a revision did to a key. */
type Mark = readonly [key: string, kind: Kind]

/** About how many changes a compaction forgets in one transaction; it stays out of the way of writers in between. */
const compactionStep = 1000

/** Paged lists of which the number of entries that follow is kept in mind. */
const pagesInMind = 100

const nothing = Buffer.alloc(0)

const kindOf = (change: Change): Kind =>
  change.type === 'delete' ? 'delete' : change.created ? 'create' : 'update'

export const openHistory = async (path: string): Promise<History> => {
  // Without overlapping syncs a commit resolves when it is on disk. A folder's name may have a dot.
  const root = open({ path, noSubdir: false, overlappingSync: false, maxDbs: 3 })
  const versions = root.openDB<Buffer, [string, number, Kind]>('versions', { encoding: 'binary' })
  const log = root.openDB<readonly Mark[], number>('log', {})
  const meta = root.openDB<number, string>('meta', { useVersions: true })

  // As in etcd, an empty store is at revision 1: there is a revision from which to watch.
  if (meta.get('newest') === undefined) {
    await root.batch(() => {
      meta.put('newest', 1, 1)
      meta.put('format', format)
    })
  } else if (meta.get('format') !== format) {
    await root.close()
    throw new Error('its files have the format of another version; give this one an empty folder')
  }
  let newest = meta.get('newest') ?? 1
  let compacted = meta.get('compacted') ?? 0

  const readValue = ({ key, revision, kind }: Version): Buffer => {
    const value = versions.get([key, revision, kind])
    if (!value) throw new Error(`the store at ${path} has lost revision ${revision} of ${key}`)
    return value
  }

  const changeAt = (revision: number, [key, kind]: Mark): Change =>
    kind === 'delete'
      ? { type: 'delete', key }
      : { type: 'put', key, value: readValue({ key, revision, kind }), created: kind === 'create' }

  const entryOf = (version: Version): Entry => ({
    key: version.key,
    value: readValue(version),
    revision: version.revision,
  })

  /** Keys of a range that have a value at a revision, in order: of each the last version up to there. */
  const living = function* (start: string, end: string | undefined, at: number): Generator<Version> {
    let last: Version | undefined
    for (const [key, revision, kind] of versions.getKeys({
      start: [start],
      ...(end !== undefined && { end: [end] }),
    })) {
      if (revision > at) continue
      if (last && last.key !== key && last.kind !== 'delete') yield last
      last = { key, revision, kind }
    }
    if (last && last.kind !== 'delete') yield last
  }

  const present = new Map<string, Version>()
  for (const version of living('', undefined, newest)) present.set(version.key, version)

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
    revisionOf: key => present.get(key)?.revision,
    get(key) {
      const version = present.get(key)
      return version && entryOf(version)
    },
    page(prefix, at, limit, after) {
      const entries: Entry[] = []
      const following = after === undefined ? undefined : remainders.get(`${prefix} ${at} ${after}`)
      let remaining = 0
      for (const version of living(after === undefined ? prefix : `${after}\0`, prefixEnd(prefix), at)) {
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
      const entries = upTo(limit, log.getRange({ start: after + 1, end: newest + 1 }))
      return entries.map(({ key: revision, value: marks }) => ({
        revision,
        changes: marks.map(mark => changeAt(revision, mark)),
      }))
    },
    async append(changes) {
      const revision = newest + 1
      // The decision to make these changes rests on what this process knows: the files must not have moved on.
      const alone = await meta.ifVersion('newest', newest, () => {
        for (const change of changes) {
          const value = change.type === 'put' ? asBuffer(change.value) : nothing
          versions.put([change.key, revision, kindOf(change)], value)
        }
        log.put(
          revision,
          changes.map(change => [change.key, kindOf(change)]),
        )
        meta.put('newest', revision, revision)
      })
      if (!alone) throw new NotAlone(`another process writes to the store at ${path}`)
      newest = revision
      for (const change of changes) {
        const { key } = change
        if (change.type === 'delete') present.delete(key)
        else present.set(key, { key, revision, kind: kindOf(change) })
      }
    },
    async compact(revision) {
      // Readers learn that old revisions are gone before they go. After a crash the log still has what is to be
      // removed, and the next compaction begins there.
      if (revision > compacted) {
        compacted = revision
        await meta.put('compacted', revision)
      }
      for (;;) {
        const old = upTo(compactionStep, log.getRange({ end: compacted + 1 }))
        if (old.length === 0) return
        await root.batch(() => {
          for (const { key: at, value: marks } of old) {
            for (const [key, kind] of marks) {
              for (const version of versions.getKeys({ start: [key], end: [key, at] }))
                versions.remove(version)
              if (kind === 'delete') versions.remove([key, at, kind])
            }
            log.remove(at)
          }
        })
      }
    },
    close: () => root.close(),
  }
}

interface LogEntry {
  readonly key: number
  readonly value: readonly Mark[]
}

/** Whole revisions, oldest first, until they have `limit` changes. */
const upTo = (limit: number, log: Iterable<LogEntry>): readonly LogEntry[] => {
  const entries: LogEntry[] = []
  let count = 0
  for (const entry of log) {
    entries.push(entry)
    count += entry.value.length
    if (count >= limit) break
  }
  return entries
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
