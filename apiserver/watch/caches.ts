import type { Subscription } from 'rxjs'
import { noResource, timeout } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'
import { type Batch, type Change, Compacted, type Entry, type Store } from '../../store/store.ts'
import { backoff } from '../../util/backoff.ts'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import { prefixOf, splitKey } from '../storage/layout.ts'
import { answered } from '../storage/store-errors.ts'
import { type CacheEvents, KindCache, type KindReader } from './kind-cache.ts'
import { KindView } from './kind-view.ts'

/** How long a read waits for the cache to come to a revision, milliseconds. */
const patience = 3_000
/** Objects per page when the caches are filled. */
const pageSize = 2_000

export interface CachesOptions {
  readonly store: Store
  readonly kinds: readonly Kind[]
  readonly logger: Logger
  readonly clock: Clock
}

/**
 * The watch caches of all kinds, fed by one watch over the whole store. One watch, not one per kind: each revision of
 * the store then moves every cache on, so a consistent read only has to wait for the store's newest revision, and a
 * bookmark may carry it.
 */
export class Caches {
  readonly #store: Store
  readonly #logger: Logger
  readonly #clock: Clock
  readonly #events: CacheEvents
  readonly #byPrefix = new Map<string, KindCache>()
  readonly #views = new WeakMap<Kind, KindView>()
  readonly #dirty = new Set<{ flush(): void }>()
  #waiting: { readonly revision: number; readonly resolve: () => void }[] = []
  /** What comes in while caches are being filled: a list for each. */
  readonly #missed = new Set<Batch[]>()
  #fills = 0
  #asking: Promise<void> | undefined
  #nextAsk: Promise<void> | undefined
  #revision = 0
  #subscription: Subscription | undefined
  #cancelRetry = () => {}
  #closed = false

  private constructor({ store, kinds, logger, clock }: CachesOptions) {
    this.#store = store
    this.#logger = logger
    this.#clock = clock
    this.#events = {
      dirty: group => this.#flushSoon(group),
      corrupt: (key, error) => logger.error('stored value cannot be read, left out', { key, error }),
    }
    for (const kind of kinds) this.#byPrefix.set(prefixOf(kind), new KindCache(kind, this.#events))
  }

  /** Resolves when all caches are filled. */
  static async open(options: CachesOptions): Promise<Caches> {
    const caches = new Caches(options)
    await caches.#fill()
    return caches
  }

  /** The store's revision that all caches show. */
  get revision(): number {
    return this.#revision
  }

  get all(): readonly KindCache[] {
    return [...this.#byPrefix.values()]
  }

  /** The objects of a kind, as it shows them. */
  of<T extends Resource>(kind: Kind<T>): KindReader<T> {
    const cache = this.#byPrefix.get(prefixOf(kind))
    const { storage } = kind
    if (cache?.kind.version !== (storage?.kind ?? kind).version) throw noResource()
    // Equal prefix and version: the cache is of this kind, or of the one that it is stored as.
    if (!storage) return cache as KindReader as unknown as KindReader<T>
    const known = this.#views.get(kind)
    if (known?.cache === cache) return known as KindReader as unknown as KindReader<T>
    const view = new KindView(kind, storage, cache)
    this.#views.set(kind, view as KindReader as unknown as KindView)
    return view
  }

  /**
   * Opens the cache of a stored kind that has come up, or anew that of one that has changed, whose watches then end. Resolves
   * when it shows what all others show. Rejects when the store does.
   */
  async add(kind: Kind): Promise<void> {
    const prefix = prefixOf(kind)
    const cache = new KindCache(kind, this.#events)
    for (let filled = false; !filled; ) {
      const missed: Batch[] = []
      const fills = this.#fills
      const revision = this.#revision
      this.#missed.add(missed)
      try {
        const { entries } = await this.#read(prefix, revision)
        // Everything was listed anew in between: `missed` has a gap.
        if (fills !== this.#fills) continue
        cache.reset(
          revision,
          entries.map(entry => ({ ...entry, rest: entry.key.slice(prefix.length) })),
        )
        for (const { revision, changes } of missed) cache.apply(revision, changesBelow(prefix, changes))
        this.remove(kind)
        if (!this.#closed) this.#byPrefix.set(prefix, cache)
        filled = true
      } finally {
        this.#missed.delete(missed)
      }
    }
  }

  /** Ends the watches of a stored kind, and forgets its objects. */
  remove(kind: Kind): void {
    const prefix = prefixOf(kind)
    this.#byPrefix.get(prefix)?.close()
    this.#byPrefix.delete(prefix)
  }

  /**
   * Resolves when the caches show everything that was written, by whomever, before the call. Calls that come while
   * the store is being asked share the next question: an answer to an earlier one could be too old for them.
   */
  fresh(): Promise<void> {
    if (!this.#asking) {
      this.#asking = this.#ask().finally(() => {
        this.#asking = undefined
      })
      return this.#asking
    }
    this.#nextAsk ??= this.#asking
      .catch(() => {})
      .then(() => {
        this.#nextAsk = undefined
        return this.fresh()
      })
    return this.#nextAsk
  }

  /** Resolves when the caches show `revision`; Timeout when that does not come in a few seconds. */
  async reached(revision: number): Promise<void> {
    if (this.#revision >= revision) return
    await new Promise<void>((resolve, reject) => {
      const waiting = {
        revision,
        resolve: () => {
          cancel()
          resolve()
        },
      }
      const cancel = this.#clock.after(patience, () => {
        this.#waiting = this.#waiting.filter(other => other !== waiting)
        reject(tooLarge(revision, this.#revision))
      })
      this.#waiting.push(waiting)
    })
  }

  /** As `reached`, for a revision that a client names: one that the store has not yet come to fails at once. */
  async notBefore(revision: number): Promise<void> {
    if (this.#revision >= revision) return
    const newest = await answered(this.#store.revision())
    if (revision > newest) throw tooLarge(revision, newest)
    await this.reached(revision)
  }

  /** Tells all watchers that want it how far they are. */
  bookmark(): void {
    for (const cache of this.all) cache.bookmark(this.#revision)
  }

  close(): void {
    this.#closed = true
    this.#cancelRetry()
    this.#subscription?.unsubscribe()
    for (const cache of this.all) cache.close()
  }

  async #ask(): Promise<void> {
    await this.reached(await answered(this.#store.revision()))
  }

  #flushSoon(group: { flush(): void }): void {
    if (this.#dirty.size === 0) setImmediate(() => this.#flush())
    this.#dirty.add(group)
  }

  #flush(): void {
    const groups = [...this.#dirty]
    this.#dirty.clear()
    for (const group of groups) group.flush()
  }

  async #fill(): Promise<void> {
    const { revision, entries } = await this.#read('/registry/')
    if (this.#closed) return
    const found = new Map<KindCache, (Entry & { rest: string })[]>()
    for (const entry of entries) {
      const { owner, rest } = splitKey(entry.key, this.#byPrefix) ?? {}
      if (owner === undefined || rest === undefined) continue
      const known = found.get(owner)
      if (known) known.push({ ...entry, rest })
      else found.set(owner, [{ ...entry, rest }])
    }
    for (const cache of this.all) cache.reset(revision, found.get(cache) ?? [])
    this.#fills++
    this.#advance(revision)
    this.#subscription = this.#store.watch('/', revision).subscribe({
      next: batch => this.#apply(batch),
      error: error => this.#lost(error),
    })
  }

  /** All that is below a prefix, at `revision` or at the newest. */
  async #read(prefix: string, revision?: number): Promise<{ revision: number; entries: readonly Entry[] }> {
    const first = await this.#store.list(prefix, { limit: pageSize, ...(revision && { revision }) })
    const entries = [...first.entries]
    for (let page = first; page.remaining > 0; ) {
      const after = page.entries.at(-1)?.key
      if (after === undefined) break
      page = await this.#store.list(prefix, { limit: pageSize, after, revision: first.revision })
      entries.push(...page.entries)
    }
    return { revision: first.revision, entries }
  }

  #apply(batch: Batch): void {
    for (const missed of this.#missed) missed.push(batch)
    const byOwner = new Map<KindCache, KeyedChange[]>()
    for (const change of batch.changes) {
      const split = splitKey(change.key, this.#byPrefix)
      if (!split) continue
      const list = byOwner.get(split.owner)
      if (list) list.push({ key: split.rest, change })
      else byOwner.set(split.owner, [{ key: split.rest, change }])
    }
    for (const [cache, changes] of byOwner) cache.apply(batch.revision, changes)
    this.#advance(batch.revision)
  }

  #advance(revision: number): void {
    this.#revision = revision
    if (this.#waiting.length === 0) return
    const due = this.#waiting.filter(waiting => waiting.revision <= revision)
    this.#waiting = this.#waiting.filter(waiting => waiting.revision > revision)
    for (const { resolve } of due) resolve()
  }

  /** The store's watch has ended: what happened since is only to be had by listing anew. */
  #lost(cause: unknown, attempt = 0): void {
    if (this.#closed) return
    if (!(cause instanceof Compacted)) this.#logger.error('watch of the store failed', { cause })
    this.#logger.warn('listing the store anew', { attempt })
    const delay = attempt === 0 ? 0 : backoff(attempt, { initial: 100, max: 5_000 })
    this.#cancelRetry = this.#clock.after(delay, () => {
      this.#fill().catch(error => this.#lost(error, attempt + 1))
    })
  }
}

interface KeyedChange {
  readonly key: string
  readonly change: Change
}

const changesBelow = (prefix: string, changes: readonly Change[]): KeyedChange[] =>
  changes
    .filter(({ key }) => key.startsWith(prefix))
    .map(change => ({ key: change.key.slice(prefix.length), change }))

const tooLarge = (revision: number, newest: number) =>
  timeout(`Too large resource version: ${revision}, current: ${newest}`)
