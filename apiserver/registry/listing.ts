import { badRequest, expired } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'
import { Compacted, type Store } from '../../store/store.ts'
import { prefixOf } from '../storage/layout.ts'
import { answered } from '../storage/store-errors.ts'
import type { Stored } from '../storage/stored.ts'
import type { Caches } from '../watch/caches.ts'
import { type Selection, selects } from '../watch/selection.ts'
import { type Position, readToken, TokenExpired, writeToken } from './continue-token.ts'

export interface ListQuery {
  /** 0 or left out: all. */
  readonly limit?: number
  readonly continue?: string
  /** '' or left out: the newest; '0': whatever is at hand; else not older than this. */
  readonly resourceVersion?: string
  readonly resourceVersionMatch?: string
}

export interface Listed<T extends Resource> {
  readonly items: readonly Stored<T>[]
  readonly revision: number
  readonly continue: string | undefined
  /** Objects that follow; undefined when that is not known without looking at them. */
  readonly remaining: number | undefined
}

/** A revision as clients write it; undefined when none is given. */
export const readRevision = (text: string | undefined): number | undefined => {
  if (!text) return undefined
  if (!/^\d{1,15}$/.test(text)) throw badRequest(`invalid resource version "${text}"`)
  return Number(text)
}

export const createLister = (store: Store, caches: Caches) => {
  /** A page out of the store's history. */
  const pageAt = async <T extends Resource>(
    kind: Kind<T>,
    selection: Selection<T>,
    { revision, after }: Position,
    limit: number,
  ): Promise<Listed<T>> => {
    const cache = caches.of(kind)
    const prefix = prefixOf(kind)
    const inNamespace = selection.namespace ? `${prefix}${selection.namespace}/` : prefix
    const items: Stored<T>[] = []
    for (let last = after; ; ) {
      const options = { revision, ...(last && { after: prefix + last }), ...(limit && { limit }) }
      const page = await answered(store.list(inNamespace, options))
      for (const [index, { key, value, revision: changed }] of page.entries.entries()) {
        const stored = cache.read(key.slice(prefix.length), value, changed)
        last = stored.key
        if (!selects(selection, stored)) continue
        items.push(stored)
        const more = page.entries.length - index - 1 + page.remaining
        if (items.length === limit && more > 0) return paged(selection, items, revision, more)
      }
      if (page.remaining === 0 || page.entries.length === 0) return paged(selection, items, revision, 0)
    }
  }

  /** A page out of the cache, which shows `revision`. */
  const cached = <T extends Resource>(
    kind: Kind<T>,
    selection: Selection<T>,
    { revision, after }: Position,
    limit: number,
  ): Listed<T> => {
    const all = caches.of(kind).list(selection, after || undefined)
    const items = limit > 0 && all.length > limit ? all.slice(0, limit) : all
    return paged(selection, items, revision, all.length - items.length)
  }

  /** Rejects with Compacted. Asks for a folder that no kind has. */
  const notCompacted = async (kind: Kind, revision: number): Promise<void> => {
    await answered(store.list(`${prefixOf(kind)}\0/`, { revision, limit: 1 }))
  }

  const goOn = async <T extends Resource>(
    kind: Kind<T>,
    selection: Selection<T>,
    position: Position,
    limit: number,
  ): Promise<Listed<T>> => {
    if (position.revision === -1) {
      await caches.fresh()
      return cached(kind, selection, { ...position, revision: caches.revision }, limit)
    }
    await caches.notBefore(position.revision)
    if (caches.of(kind).unchangedSince(position.revision)) {
      // Could be gone on with even so; but clients are promised to be told, whatever has changed meanwhile.
      await notCompacted(kind, position.revision)
      return cached(kind, selection, position, limit)
    }
    return pageAt(kind, selection, position, limit)
  }

  return async <T extends Resource>(
    kind: Kind<T>,
    selection: Selection<T>,
    query: ListQuery = {},
  ): Promise<Listed<T>> => {
    const { limit = 0, resourceVersionMatch: match } = query
    if (query.continue) {
      const position = readToken(query.continue)
      try {
        return await goOn(kind, selection, position, limit)
      } catch (error) {
        throw error instanceof Compacted ? new TokenExpired(position.after, error) : error
      }
    }
    const wanted = readRevision(query.resourceVersion)
    if (match === 'Exact' && wanted) {
      try {
        return await goOn(kind, selection, { revision: wanted, after: '' }, limit)
      } catch (error) {
        throw error instanceof Compacted
          ? expired(`The provided resource version ${wanted} is too old`)
          : error
      }
    }
    if (wanted === undefined) await caches.fresh()
    else await caches.notBefore(wanted)
    return cached(kind, selection, { revision: caches.revision, after: '' }, limit)
  }
}

const paged = <T extends Resource>(
  selection: Selection<T>,
  items: readonly Stored<T>[],
  revision: number,
  more: number,
): Listed<T> => {
  const last = more > 0 ? items.at(-1) : undefined
  return {
    items,
    revision,
    continue: last && writeToken({ revision, after: last.key }),
    remaining: last && !selection.matches ? more : undefined,
  }
}
