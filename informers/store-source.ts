import { map } from 'rxjs'
import {
  Compacted,
  type Entry,
  FutureRevision,
  type Store,
  type Change as StoreChange,
} from '../store/store.ts'
import type { Source, SourceEvent } from './informer.ts'

/** Entries per read: a page that neither the store nor its connection chokes on. */
const pageSize = 1_000

/**
 * The entries under a prefix. The store tells of a deletion only by its key: the source remembers the last item
 * of every key, and `deleted` makes of it the item that the DELETED event shows, for instance with the revision
 * of the deletion. One informer to a source.
 */
export const storeSource = <T>(
  store: Store,
  prefix: string,
  decode: (entry: Entry) => T,
  deleted: (last: T, revision: number) => T = last => last,
): Source<T> => {
  let items = new Map<string, T>()

  const event = (change: StoreChange, revision: number): SourceEvent<T>[] => {
    if (change.type === 'put') {
      const item = decode({ key: change.key, value: change.value, revision })
      items.set(change.key, item)
      return [{ type: change.created ? 'ADDED' : 'MODIFIED', item }]
    }
    const last = items.get(change.key)
    items.delete(change.key)
    return last === undefined ? [] : [{ type: 'DELETED', item: deleted(last, revision) }]
  }

  return {
    async list() {
      const listed = new Map<string, T>()
      let page = await store.list(prefix, { limit: pageSize })
      for (;;) {
        for (const entry of page.entries) listed.set(entry.key, decode(entry))
        const after = page.entries.at(-1)?.key
        if (page.remaining === 0 || after === undefined) break
        page = await store.list(prefix, { limit: pageSize, after, revision: page.revision })
      }
      items = listed
      return { items: [...listed.values()], revision: String(page.revision) }
    },

    watch: revision =>
      store.watch(prefix, Number(revision)).pipe(
        map(batch => ({
          revision: String(batch.revision),
          events: batch.changes.flatMap(change => event(change, batch.revision)),
        })),
      ),

    isExpired: error => error instanceof Compacted || error instanceof FutureRevision,
  }
}
