import type { Kind } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'
import type { Cache } from '../../informers/informer.ts'
import { controllerOf } from './owner.ts'

/** Selects objects in the cache: those that fit all that is given. An empty query selects all. */
export interface Query {
  readonly namespace?: string
  /** Labels that an object must have, each with this value. */
  readonly labels?: Readonly<Record<string, string>>
  /** The uid of the controller that owns them; see `ownedBy`. */
  readonly owner?: string
  /** A value of an index that the controller has declared. */
  readonly index?: { readonly name: string; readonly value: string }
}

/** The objects that `owner` controls. */
export const ownedBy = (owner: Resource): Query => ({ owner: owner.metadata.uid })

/** Filed for every kind that a controller reads: the way to a query's first few candidates. */
export const builtInIndexes = {
  namespace: ({ metadata }: Resource) => [metadata.namespace ?? ''],
  owner: (object: Resource) => {
    const owner = controllerOf(object)
    return owner ? [owner.uid] : []
  },
} as const

/** Answers a query by the narrowest index. */
export const select = <T extends Resource>(
  cache: Cache<T>,
  { namespace, labels, owner, index }: Query,
): T[] => {
  const candidates =
    index !== undefined
      ? cache.byIndex(index.name, index.value)
      : owner !== undefined
        ? cache.byIndex('owner', owner)
        : namespace !== undefined
          ? cache.byIndex('namespace', namespace)
          : cache.list()
  if (namespace === undefined && owner === undefined && labels === undefined) return candidates
  const wanted = Object.entries(labels ?? {})
  return candidates.filter(
    ({ metadata }) =>
      (namespace === undefined || metadata.namespace === namespace) &&
      (owner === undefined || controllerOf({ metadata })?.uid === owner) &&
      wanted.every(([name, value]) => metadata.labels?.[name] === value),
  )
}

/** Reads of the caches; the kinds must have been declared by the controller. */
export interface Reader {
  get<T extends Resource>(
    kind: Kind<T>,
    ref: { readonly namespace?: string; readonly name: string },
  ): T | undefined
  list<T extends Resource>(kind: Kind<T>, query?: Query): T[]
}
