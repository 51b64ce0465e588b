import { alreadyExists, notFound, revisionOfNew } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import { keyOf, type Ref, type Resource, refOf } from '../../api/resource.ts'
import { KeyExists, RevisionMismatch, type Store } from '../../store/store.ts'
import { storeKey } from '../storage/layout.ts'
import { answered } from '../storage/store-errors.ts'
import type { Stored } from '../storage/stored.ts'
import type { Caches } from '../watch/caches.ts'
import type { KindReader, OwnWrite } from '../watch/kind-cache.ts'
import type { Outcome } from './deletion.ts'
import { saidRevision } from './identity.ts'
import { equalPlain } from './plain.ts'

export interface WriteOptions {
  /** Do everything but write. */
  readonly dryRun?: boolean
  /** Who writes: the owner of the fields that change. Left out for this process itself. */
  readonly manager?: string
}

/** Brings objects into the store. */
export interface Writer {
  /** Rejects with AlreadyExists, or when the object has a revision already. */
  create<T extends Resource>(kind: Kind<T>, object: T, options?: WriteOptions): Promise<Stored<T>>
  /**
   * Applies `change` to the newest state of the object, again whenever somebody else wrote in between, until it is
   * stored or `change` throws. What it throws counts only if it saw the newest state. A change without effect is
   * not written. Rejects with NotFound.
   */
  modify<T extends Resource>(
    kind: Kind<T>,
    ref: Ref,
    change: (current: T) => Outcome<T> | Promise<Outcome<T>>,
    options?: WriteOptions,
  ): Promise<Stored<T>>
}

export const createWriter = (store: Store, caches: Caches): Writer => {
  const put = async <T extends Resource>(
    own: OwnWrite<T>,
    write: () => Promise<number>,
  ): Promise<Stored<T>> => {
    const takeBack = own.announce()
    try {
      return own.at(await answered(write()))
    } catch (error) {
      takeBack()
      throw error
    }
  }

  const apply = async <T extends Resource>(
    cache: KindReader<T>,
    current: Stored<T>,
    outcome: Exclude<Outcome<T>, { type: 'keep' }>,
    dryRun: boolean,
  ): Promise<Stored<T>> => {
    const own = cache.write(current.key, outcome.object)
    // As it would be, but for the revision that it would get.
    if (dryRun) return own.at(current.revision)
    const key = storeKey(cache.kind, refOf(current.object))
    if (outcome.type === 'remove') return own.at(await answered(store.delete(key, current.revision)))
    return put(own, () => store.update(key, own.value, current.revision))
  }

  return {
    async create(kind, object, { dryRun = false } = {}) {
      const cache = caches.of(kind)
      const ref = refOf(object)
      const own = cache.write(keyOf(ref), object)
      try {
        if (!dryRun) {
          if (hasRevision(object)) throw revisionOfNew()
          return await put(own, () => store.create(storeKey(kind, ref), own.value))
        }
      } catch (error) {
        if (error instanceof KeyExists) throw alreadyExists(kind, ref.name)
        throw error
      }
      await caches.fresh()
      if (cache.get(own.key)) throw alreadyExists(kind, ref.name)
      // What is not stored has no revision but the one that it came with.
      const { apiVersion, kind: name, metadata, ...rest } = object
      const bytes = Buffer.from(JSON.stringify({ apiVersion, kind: name, metadata, ...rest }))
      return { key: own.key, object, bytes, revision: 0 }
    },

    async modify(kind, ref, change, { dryRun = false } = {}) {
      const cache = caches.of(kind)
      const key = keyOf(ref)
      // The next write often comes before the watch has shown the last one.
      let current = cache.latest(key)
      let newest = false
      const decide = async () => {
        if (!current) throw notFound(kind, ref.name)
        const on = current
        const outcome = await change(on.object)
        const same = outcome.type === 'put' && equalPlain(outcome.object, on.object)
        return { outcome: same ? ({ type: 'keep' } as const) : outcome, on }
      }
      for (;;) {
        try {
          const { outcome, on } = await decide()
          if (outcome.type !== 'keep') return await apply(cache, on, outcome, dryRun)
          if (newest) return on
        } catch (error) {
          if (error instanceof RevisionMismatch) {
            const found = error.current
            current = found && cache.read(key, found.value, found.revision)
            newest = true
            continue
          }
          if (newest) throw error
        }
        // Refusing a change, or leaving it out, wants the newest state; the cache may lag behind the store.
        await caches.fresh()
        current = cache.get(key)
        newest = true
      }
    },
  }
}

/** What is no number says nothing. */
const hasRevision = ({ metadata }: Resource): boolean => /^\d+$/.test(saidRevision(metadata) ?? '')
