import type { Resource } from '../../api/resource.ts'
import type { Stored } from '../storage/stored.ts'
import type { CacheEvent } from './event-ring.ts'
import { type Selection, seenAs, type WatchType } from './selection.ts'

/** How the watches of one representation see events: `line` makes one, `pack` joins those that go out together. */
export interface WatchFormat<T extends Resource, Line, Pack> {
  /** Equal for equal formats. */
  readonly id: string
  /** Every line is made of the object, not of its bytes. */
  readonly readsObjects?: boolean
  line(type: WatchType, stored: Stored<T>): Line
  bookmark(revision: number, initialEventsEnd: boolean): Line
  pack(lines: readonly Line[]): Pack
}

/** The receiving end of a watch. */
export interface Watcher<Pack> {
  readonly bookmarks: boolean
  send(pack: Pack): void
  /** Events were lost: the client has to list anew. */
  expire(): void
  /** The server goes away. */
  end(): void
}

/**
 * All watches of a kind with the same selection and format. Selecting, encoding and joining happen once for all of
 * them, and events that came in the same turn of the event loop leave in one write.
 */
export class WatchGroup<T extends Resource, Line, Pack> {
  readonly #selection: Selection<T>
  readonly #format: WatchFormat<T, Line, Pack>
  readonly #watchers = new Set<Watcher<Pack>>()
  #lines: Line[] = []

  constructor(selection: Selection<T>, format: WatchFormat<T, Line, Pack>) {
    this.#selection = selection
    this.#format = format
  }

  get size(): number {
    return this.#watchers.size
  }

  /** True when it reads every object that it is told of. */
  get readsObjects(): boolean {
    return this.#selection.matches !== undefined || (this.#format.readsObjects ?? false)
  }

  /** Takes the events of a whole revision; true when `flush` is wanted. */
  push(events: readonly CacheEvent<T>[]): boolean {
    for (const event of events) {
      const seen = seenAs(this.#selection, event)
      if (seen) this.#lines.push(this.#format.line(seen.type, seen.stored))
    }
    return this.#lines.length > 0
  }

  flush(): void {
    if (this.#lines.length === 0) return
    const pack = this.#format.pack(this.#lines)
    this.#lines = []
    for (const watcher of this.#watchers) watcher.send(pack)
  }

  /** Sends what the cache has (`initial`) or what happened since (`missed`), then everything to come. */
  join(
    watcher: Watcher<Pack>,
    start:
      | { readonly initial: readonly Stored<T>[]; readonly bookmarkAt: number | undefined }
      | { readonly missed: readonly CacheEvent<T>[] },
  ): void {
    // What waits is part of what the newcomer is told now: the others get it first.
    this.flush()
    if ('initial' in start) {
      const lines = start.initial.map(stored => this.#format.line('ADDED', stored))
      if (start.bookmarkAt !== undefined) lines.push(this.#format.bookmark(start.bookmarkAt, true))
      this.#lines = lines
    } else {
      this.push(start.missed)
    }
    if (this.#lines.length > 0) watcher.send(this.#format.pack(this.#lines))
    this.#lines = []
    this.#watchers.add(watcher)
  }

  leave(watcher: Watcher<Pack>): void {
    this.#watchers.delete(watcher)
  }

  /** `revision` is complete: tells it to those who asked for bookmarks, or to `only` one of them. */
  bookmark(revision: number, only?: Watcher<Pack>): void {
    this.flush()
    const wanted = [...(only ? [only] : this.#watchers)].filter(watcher => watcher.bookmarks)
    if (wanted.length === 0) return
    const pack = this.#format.pack([this.#format.bookmark(revision, false)])
    for (const watcher of wanted) watcher.send(pack)
  }

  /** Takes leave of all watchers. */
  dissolve(how: 'expire' | 'end'): void {
    this.flush()
    for (const watcher of [...this.#watchers]) watcher[how]()
    this.#watchers.clear()
  }
}
