import type { Subscription } from 'rxjs'
import { noResource, timeout } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'
import { type Batch, Compacted, type Entry, type Store } from '../../store/store.ts'
import { backoff } from '../../util/backoff.ts'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import { prefixOf, splitKey } from '../storage/layout.ts'
import { answered } from '../storage/store-errors.ts'
import { type CacheEvents, KindCache } from './kind-cache.ts'

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
  readonly #byPrefix: ReadonlyMap<string, KindCache>
  readonly #dirty = new Set<{ flush(): void }>()
  #waiting: { readonly revision: number; readonly resolve: () => void }[] = []
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
    const events: CacheEvents = {
      dirty: group => this.#flushSoon(group),
      corrupt: (key, error) => logger.error('stored value cannot be read, left out', { key, error }),
    }
    this.#byPrefix = new Map(kinds.map(kind => [prefixOf(kind), new KindCache(kind, events)]))
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

  get all(): Iterable<KindCache> {
    return this.#byPrefix.values()
  }

  of<T extends Resource>(kind: Kind<T>): KindCache<T> {
    const cache = this.#byPrefix.get(prefixOf(kind))
    if (!cache) throw noResource()
    return cache as unknown as KindCache<T>
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
    const found = new Map<KindCache, (Entry & { rest: string })[]>()
    const first = await this.#store.list('/registry/', { limit: pageSize })
    for (let page = first; ; ) {
      for (const entry of page.entries) {
        const split = splitKey(entry.key, this.#byPrefix)
        if (!split) continue
        const entries = found.get(split.owner) ?? []
        if (entries.length === 0) found.set(split.owner, entries)
        entries.push({ ...entry, rest: split.rest })
      }
      const after = page.entries.at(-1)?.key
      if (page.remaining === 0 || after === undefined) break
      page = await this.#store.list('/registry/', { limit: pageSize, after, revision: first.revision })
    }
    if (this.#closed) return
    for (const cache of this.all) cache.reset(first.revision, found.get(cache) ?? [])
    this.#advance(first.revision)
    this.#subscription = this.#store.watch('/', first.revision).subscribe({
      next: batch => this.#apply(batch),
      error: error => this.#lost(error),
    })
  }

  #apply({ revision, changes }: Batch): void {
    const byCache = new Map<KindCache, { key: string; change: Batch['changes'][number] }[]>()
    for (const change of changes) {
      const split = splitKey(change.key, this.#byPrefix)
      if (!split) continue
      const list = byCache.get(split.owner)
      if (list) list.push({ key: split.rest, change })
      else byCache.set(split.owner, [{ key: split.rest, change }])
    }
    for (const [cache, changes] of byCache) cache.apply(revision, changes)
    this.#advance(revision)
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

const tooLarge = (revision: number, newest: number) =>
  timeout(`Too large resource version: ${revision}, current: ${newest}`)
