import type { Observable } from 'rxjs'

/** A stored value with the revision of its last change. */
export interface Entry {
  readonly key: string
  readonly value: Uint8Array
  readonly revision: number
}

export interface ListOptions {
  /** Entries at the most; 0 or left out: all. */
  readonly limit?: number
  /** The last key of the page before: the page begins after it. */
  readonly after?: string
  /** Read as of this revision; the newest when left out. */
  readonly revision?: number
}

export interface Page {
  readonly entries: readonly Entry[]
  /** The revision that the page shows; read the next one at it. */
  readonly revision: number
  /** Entries that follow the page. */
  readonly remaining: number
}

export type Change =
  | { readonly type: 'put'; readonly key: string; readonly value: Uint8Array; readonly created: boolean }
  | { readonly type: 'delete'; readonly key: string }

/** All changes of one revision under the prefix. Empty: a progress mark, nothing below `revision` is still to come. */
export interface Batch {
  readonly revision: number
  readonly changes: readonly Change[]
}

/**
 * Keys and values with one revision that counts every change, as etcd has it. A write is on disk before its
 * promise resolves. Writes that wait together may be committed together and then share a revision.
 * Keys begin with a slash, and are in the order of their UTF-8 bytes. A prefix begins and ends with one.
 */
export interface Store {
  /** The revision of the write. Rejects with KeyExists. */
  create(key: string, value: Uint8Array): Promise<number>
  get(key: string): Promise<Entry | undefined>
  /** In key order. Rejects with Compacted or FutureRevision. */
  list(prefix: string, options?: ListOptions): Promise<Page>
  /** Replaces the value if its revision is `expected`. Rejects with RevisionMismatch, which tells what is there. */
  update(key: string, value: Uint8Array, expected: number): Promise<number>
  /** Deletes the key if its revision is `expected`; the revision of the deletion. Rejects with RevisionMismatch. */
  delete(key: string, expected: number): Promise<number>
  /**
   * Every change under the prefix with a revision above `after`, in order, each once, all of a revision together.
   * Survives lost connections. Errors with Compacted when `after` is too old. Completes when the store is closed,
   * and never before.
   */
  watch(prefix: string, after: number): Observable<Batch>
  /** Forgets what only revisions up to this one show. */
  compact(revision: number): Promise<void>
  /** The newest revision. Every watch comes up to it soon, be it with an empty batch. */
  revision(): Promise<number>
  /** Completes the watches, and waits for the writes that were begun. */
  close(): Promise<void>
}

/** The key is there already. */
export class KeyExists extends Error {
  override readonly name = 'KeyExists'
  readonly key: string
  constructor(key: string) {
    super(`key ${key} exists`)
    this.key = key
  }
}

/** The entry is not at the revision that the caller expected: read again and decide anew. */
export class RevisionMismatch extends Error {
  override readonly name = 'RevisionMismatch'
  /** What is there now; undefined when the key is not. */
  readonly current: Entry | undefined
  constructor(key: string, expected: number, current: Entry | undefined) {
    super(`key ${key} is at revision ${current?.revision ?? 'none'}, not ${expected}`)
    this.current = current
  }
}

/** The revision is no longer kept: list anew. */
export class Compacted extends Error {
  override readonly name = 'Compacted'
  /** The oldest revision that can still be read or watched from. */
  readonly oldest: number
  constructor(revision: number, oldest: number) {
    super(`revision ${revision} has been compacted, the oldest kept is ${oldest}`)
    this.oldest = oldest
  }
}

/** The revision is not there yet. */
export class FutureRevision extends Error {
  override readonly name = 'FutureRevision'
  constructor(revision: number, newest: number) {
    super(`revision ${revision} is in the future, the newest is ${newest}`)
  }
}

/** The store does not answer; it is safe to try reads again, a write may have happened. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}
