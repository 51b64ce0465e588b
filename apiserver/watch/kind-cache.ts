import { expired } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'
import type { Change, Entry } from '../../store/store.ts'
import { type Codec, createCodec, type Pending, type Stored } from '../storage/stored.ts'
import { type CacheEvent, EventRing } from './event-ring.ts'
import { type Selection, selects } from './selection.ts'
import { type Watcher, type WatchFormat, WatchGroup } from './watch-group.ts'

/** Events kept per kind: how far back a watch can go on. */
const ringCapacity = 4096

export interface WatchStart {
  /** Go on after this revision; left out: begin with everything that is there. */
  readonly after?: number
  /** Mark the end of the initial objects with a bookmark at this revision. */
  readonly bookmarkAt?: number
}

/** A running watch. */
export interface Watch {
  /** Sends a last bookmark at `revision` if the watcher wants bookmarks. */
  bookmark(revision: number): void
  close(): void
}

/** An own write, to be announced before it is made. */
export interface OwnWrite<T extends Resource = Resource> extends Omit<Pending<T>, 'stored'> {
  /** Its event is then not parsed; the answer takes the announcement back when the write fails. */
  announce(): () => void
}

/** Everything of one kind, as readers and writers of objects see it. */
export interface KindReader<T extends Resource = Resource> {
  readonly kind: Kind<T>
  readonly size: number
  get(key: string): Stored<T> | undefined
  /** As `get`, but with what this process has written since. */
  latest(key: string): Stored<T> | undefined
  /** In key order; only keys above `after` when that is given. */
  list(selection: Selection<T>, after?: string): Stored<T>[]
  /** True when nothing of the kind changed after `revision`. */
  unchangedSince(revision: number): boolean
  /** Throws Expired when events after `start.after` are forgotten. */
  watch<Line, Pack>(
    selection: Selection<T>,
    format: WatchFormat<T, Line, Pack>,
    watcher: Watcher<Pack>,
    start: WatchStart,
  ): Watch
  /** The write that stores the object. */
  write(key: string, object: T): OwnWrite<T>
  /** A value of the store. Throws a SyntaxError when it is no object. */
  read(key: string, value: Uint8Array, revision: number): Stored<T>
}

/** What the cache tells its owner. */
export interface CacheEvents {
  /** The group has lines that wait for its flush. */
  dirty(group: Pick<WatchGroup<Resource, unknown, unknown>, 'flush'>): void
  /** A value of the store is no object; it is left out. */
  corrupt(key: string, error: unknown): void
}

/**
 * Everything of one kind, in memory: objects with their bytes, the last events, the watches. It has one writer, the
 * store's watch, and changes only by whole revisions.
 */
export class KindCache<T extends Resource = Resource> implements KindReader<T> {
  readonly kind: Kind<T>
  readonly #codec: Codec<T>
  readonly #objects = new Map<string, Stored<T>>()
  readonly #groups = new Map<string, WatchGroup<T, unknown, unknown>>()
  readonly #expected = new Map<string, Pending<T>>()
  readonly #events: CacheEvents
  #ring = new EventRing<T>(ringCapacity, 0)
  #order: readonly string[] | undefined

  constructor(kind: Kind<T>, events: CacheEvents) {
    this.kind = kind
    this.#codec = createCodec(kind)
    this.#events = events
  }

  get(key: string): Stored<T> | undefined {
    return this.#objects.get(key)
  }

  latest(key: string): Stored<T> | undefined {
    const shown = this.#objects.get(key)
    const written = this.#expected.get(key)?.stored
    return written && written.revision > (shown?.revision ?? 0) ? written : shown
  }

  get size(): number {
    return this.#objects.size
  }

  get watchers(): number {
    let count = 0
    for (const group of this.#groups.values()) count += group.size
    return count
  }

  list(selection: Selection<T>, after?: string): Stored<T>[] {
    const prefix = selection.namespace && `${selection.namespace}/`
    this.#order ??= [...this.#objects.keys()].sort()
    const from = after !== undefined && after > prefix ? after : prefix
    const found: Stored<T>[] = []
    for (let i = lowerBound(this.#order, from); i < this.#order.length; i++) {
      const key = this.#order[i] as string
      if (!key.startsWith(prefix)) break
      const stored = this.#objects.get(key)
      if (stored && key !== after && selects(selection, stored)) found.push(stored)
    }
    return found
  }

  unchangedSince(revision: number): boolean {
    return this.#ring.after(revision)?.length === 0
  }

  write(key: string, object: T): OwnWrite<T> {
    const pending = this.#codec.pending(key, object, () => this.#isRead)
    const announce = () => {
      this.#expected.set(key, pending)
      return () => {
        if (this.#expected.get(key) === pending) this.#expected.delete(key)
      }
    }
    return { key, value: pending.value, at: revision => pending.at(revision), announce }
  }

  read(key: string, value: Uint8Array, revision: number): Stored<T> {
    return this.#codec.decode(key, value, revision)
  }

  /** Applies what a revision changed. */
  apply(revision: number, changes: readonly { readonly key: string; readonly change: Change }[]): void {
    const events: CacheEvent<T>[] = []
    for (const { key, change } of changes) {
      const old = this.#objects.get(key)
      if (change.type === 'delete') {
        if (!old) continue
        this.#objects.delete(key)
        this.#order = undefined
        const stored = this.#codec.restamp(old, revision)
        events.push({ type: 'DELETED', stored, old, left: () => stored })
      } else {
        const stored = this.#decode(key, change.value, revision)
        if (!stored) continue
        if (!old) this.#order = undefined
        this.#objects.set(key, stored)
        let left: Stored<T> | undefined
        events.push({
          type: old ? 'MODIFIED' : 'ADDED',
          stored,
          old,
          // Few events leave a selection; for all watches that one leaves it is made once.
          left: () => (left ??= old ? this.#codec.restamp(old, revision) : stored),
        })
      }
    }
    this.#ring.push(events)
    for (const group of this.#groups.values()) {
      if (group.push(events)) this.#events.dirty(group)
    }
  }

  /** Starts over from a complete list: running watches may have missed something and are told so. */
  reset(revision: number, entries: readonly (Entry & { readonly rest: string })[]): void {
    for (const group of this.#groups.values()) group.dissolve('expire')
    this.#groups.clear()
    this.#objects.clear()
    this.#expected.clear()
    this.#order = undefined
    this.#ring = new EventRing<T>(ringCapacity, revision)
    for (const { rest, value, revision } of entries) {
      const stored = this.#decode(rest, value, revision)
      if (stored) this.#objects.set(rest, stored)
    }
  }

  watch<Line, Pack>(
    selection: Selection<T>,
    format: WatchFormat<T, Line, Pack>,
    watcher: Watcher<Pack>,
    start: WatchStart,
  ): Watch {
    const missed = start.after === undefined ? undefined : this.#ring.after(start.after)
    if (start.after !== undefined && !missed) {
      throw expired(`too old resource version: ${start.after} (${this.#ring.floor})`)
    }
    const id = `${format.id} ${selection.id}`
    // Equal ids mean equal formats, so the group's types are these.
    const known = this.#groups.get(id) as WatchGroup<T, Line, Pack> | undefined
    const group = known ?? new WatchGroup(selection, format)
    if (!known) this.#groups.set(id, group as WatchGroup<T, unknown, unknown>)
    group.join(watcher, missed ? { missed } : { initial: this.list(selection), bookmarkAt: start.bookmarkAt })
    return {
      bookmark: revision => group.bookmark(revision, watcher),
      close: () => {
        group.leave(watcher)
        if (group.size === 0 && this.#groups.get(id) === group) this.#groups.delete(id)
      },
    }
  }

  bookmark(revision: number): void {
    for (const group of this.#groups.values()) group.bookmark(revision)
  }

  /** Ends all watches. */
  close(): void {
    for (const group of this.#groups.values()) group.dissolve('end')
    this.#groups.clear()
  }

  /** True when a watch is going to read what is written now. */
  get #isRead(): boolean {
    for (const group of this.#groups.values()) if (group.readsObjects) return true
    return false
  }

  #decode(key: string, value: Uint8Array, revision: number): Stored<T> | undefined {
    const pending = this.#expected.get(key)
    if (pending && (pending.value === value || Buffer.compare(pending.value, value) === 0)) {
      this.#expected.delete(key)
      return pending.at(revision)
    }
    try {
      return this.#codec.decode(key, value, revision)
    } catch (error) {
      this.#events.corrupt(key, error)
      return undefined
    }
  }
}

/** Index of the first key that is not below `key`. */
const lowerBound = (keys: readonly string[], key: string): number => {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] as string) < key) low = middle + 1
    else high = middle
  }
  return low
}
