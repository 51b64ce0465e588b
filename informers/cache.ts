import { createIndex, type Indexer } from './cache-index.ts'
import type { Cache, Change, SourceBatch, SourceEvent } from './informer.ts'
import { compareRevisions } from './revision.ts'

export interface CacheOptions<T> {
  readonly key: (item: T) => string
  /** The item's revision; '' or anything else that is no number: every event of the source counts as news. */
  readonly revision: (item: T) => string
  readonly indexes?: Readonly<Record<string, Indexer<T>>>
}

/** A cache and its one writer. Every write answers the changes that readers must hear of, in order. */
interface WritableCache<T> extends Cache<T> {
  /** Takes a complete list: what is in it and what has vanished. */
  replace(items: readonly T[], revision: string): Change<T>[]
  apply(batch: SourceBatch<T>): Change<T>[]
  assume(item: T): Change<T>[]
  assumeDeleted(item: T, revision: string): Change<T>[]
  clear(): void
}

/**
 * Source and own writes meet here in any order; per key only what is newer than what is known is news. Deletions
 * leave a tombstone until the source has passed their revision, or a late answer to an earlier write would bring
 * the item back for ever.
 */
export const createCache = <T>({ key, revision, indexes = {} }: CacheOptions<T>): WritableCache<T> => {
  const items = new Map<string, T>()
  const index = createIndex(indexes)
  /** Keys whose item is an own write that the source has not shown yet. */
  const assumed = new Set<string>()
  /** Revision of the deletion by key. */
  const tombstones = new Map<string, string>()
  let seen = ''

  const set = (key: string, item: T): Change<T> => {
    const old = items.get(key)
    items.set(key, item)
    index.move(key, old, item)
    tombstones.delete(key)
    return old === undefined ? { type: 'ADDED', key, item } : { type: 'MODIFIED', key, item, old }
  }

  const remove = (key: string, old: T, item: T): Change<T> => {
    items.delete(key)
    assumed.delete(key)
    index.move(key, old, undefined)
    return { type: 'DELETED', key, item }
  }

  const isNews = (key: string, at: string): boolean => {
    const held = items.get(key)
    const known = held === undefined ? tombstones.get(key) : revision(held)
    return known === undefined || isNewer(at, known)
  }

  const put = (item: T): Change<T>[] => {
    const at = key(item)
    const news = isNews(at, revision(item))
    // The source's own event of an assumed revision, or a newer one, settles the assumption; an older one does not.
    const held = items.get(at)
    if (news || (held !== undefined && !isNewer(revision(held), revision(item)))) assumed.delete(at)
    return news ? [set(at, item)] : []
  }

  const bury = (item: T, at: string): Change<T>[] => {
    const name = key(item)
    if (isOlder(at, tombstones.get(name))) return []
    const held = items.get(name)
    // A deletion from before the item that is there: it was created anew, and that write is known already.
    if (held !== undefined && isOlder(at, revision(held))) return []
    tombstones.set(name, at)
    return held === undefined ? [] : [remove(name, held, item)]
  }

  const receive = (event: SourceEvent<T>, at: string): Change<T>[] => {
    if (event.type !== 'DELETED') return put(event.item)
    const own = revision(event.item)
    return bury(event.item, isOlder(at, own) ? own : at)
  }

  /** The source has told everything up to `at`. */
  const passed = (at: string): Change<T>[] => {
    // Many events share a revision; nothing is settled by the later ones.
    if (compareRevisions(at, seen) === 0) return []
    seen = at
    for (const [key, deleted] of tombstones) if (!isOlder(at, deleted)) tombstones.delete(key)
    // An assumed write that the source did not show in its turn is none of its items (any more).
    return [...assumed].flatMap(key => {
      const item = items.get(key)
      return item === undefined || isOlder(at, revision(item)) ? [] : [remove(key, item, item)]
    })
  }

  const clear = (): void => {
    items.clear()
    index.clear()
    assumed.clear()
    tombstones.clear()
    seen = ''
  }

  return {
    get: key => items.get(key),
    list: () => [...items.values()],
    byIndex(name, value) {
      const found: T[] = []
      for (const key of index.keys(name, value)) {
        const item = items.get(key)
        if (item !== undefined) found.push(item)
      }
      return found
    },
    get size() {
      return items.size
    },
    get revision() {
      return seen
    },

    replace(list, at) {
      // Time runs backwards only when the source itself was set back: then nothing known is worth keeping.
      const reset = isOlder(at, seen)
      if (reset) {
        assumed.clear()
        tombstones.clear()
      }
      const listed = new Set(list.map(key))
      const vanished = [...items].filter(([key, item]) => {
        const pending = assumed.has(key) && isOlder(at, revision(item))
        return !listed.has(key) && !pending
      })
      return [
        ...vanished.map(([key, item]) => remove(key, item, item)),
        ...list.flatMap(item => (reset ? [set(key(item), item)] : put(item))),
        ...passed(at),
      ]
    },

    apply({ events, revision: at }) {
      return [...events.flatMap(event => receive(event, at)), ...passed(at)]
    },

    assume(item) {
      const at = key(item)
      // Once the source has passed this write, what it shows is right: the write may be undone already.
      if (!isNewer(revision(item), seen) || !isNews(at, revision(item))) return []
      assumed.add(at)
      return [set(at, item)]
    },

    assumeDeleted: bury,
    clear,
  }
}

/** False also when the two cannot be compared. */
const isOlder = (a: string, b: string | undefined): boolean =>
  b !== undefined && (compareRevisions(a, b) ?? 0) < 0

/** True also when the two cannot be compared: then whatever comes later is newer. */
const isNewer = (a: string, b: string): boolean => (compareRevisions(a, b) ?? 1) > 0
