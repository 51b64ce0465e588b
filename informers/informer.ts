import type { Observable } from 'rxjs'

export interface SourceEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly item: T
}

/** What changed, and how far the source has then been read. Without events: a bookmark. */
export interface SourceBatch<T> {
  readonly revision: string
  readonly events: readonly SourceEvent<T>[]
}

/** Something that can be listed and then watched: the store, the API, a feed of Mesos. */
export interface Source<T> {
  list(): Promise<{ items: readonly T[]; revision: string }>
  /** Changes after `revision`. Errors with an error for which `isExpired` holds when that is too old. */
  watch(revision: string): Observable<SourceBatch<T>>
  isExpired(error: unknown): boolean
}

/** Read access to what an informer knows. Items are frozen; arrays are the caller's own. */
export interface Cache<T> {
  get(key: string): T | undefined
  list(): T[]
  /** The items that `index` files under `value`; throws on an index that was not declared. */
  byIndex(index: string, value: string): T[]
  readonly size: number
  /** The revision that the cache shows; '' before the first list. */
  readonly revision: string
}

/** A change in the cache, seen after it happened there. `old` is what was replaced. */
export type Change<T> =
  | { readonly type: 'ADDED'; readonly key: string; readonly item: T }
  | { readonly type: 'MODIFIED'; readonly key: string; readonly item: T; readonly old: T }
  | { readonly type: 'DELETED'; readonly key: string; readonly item: T }

export interface Informer<T> {
  readonly cache: Cache<T>
  /**
   * Starts the informer with the first subscriber and stops it with the last. A subscriber first gets ADDED for
   * all that is in the cache, then every change. Never errors: failures of the source are retried with back-off.
   */
  readonly changes$: Observable<Change<T>>
  /** Emits once, when the cache has held a complete list; late subscribers get it at once. */
  readonly synced$: Observable<void>
  /**
   * Shows an own write in the cache before the source delivers it, so that reads after own writes see them.
   * The source's later event of the same revision is not told twice; an older one is ignored.
   */
  assume(item: T): void
  /** The same for a deletion, made at `revision`. */
  assumeDeleted(item: T, revision: string): void
}
