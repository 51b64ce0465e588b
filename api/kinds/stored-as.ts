import type { Column, Kind, Storage, Strategy } from '../kind.ts'
import type { Resource } from '../resource.ts'

/** What a kind takes over from the one that it is stored as: all that does not depend on how its objects are written. */
type Shared<T extends Resource> = Required<
  Pick<
    Kind<T>,
    | 'kind'
    | 'plural'
    | 'singular'
    | 'shortNames'
    | 'categories'
    | 'namespaced'
    | 'subresources'
    | 'generations'
    | 'columns'
    | 'storage'
  >
> & { readonly strategy: Pick<Strategy<T>, 'validate' | 'validateUpdate'> }

/** A kind whose objects are kept as those of `stored`, and are shown and checked as those are. */
export const storedAs = <T extends Resource, S extends Resource>(
  stored: Kind<S>,
  to: (object: T) => S,
  from: (stored: S) => Resource,
): Shared<T> => {
  const { kind, plural, singular, shortNames, categories, namespaced, subresources, generations } = stored
  const { strategy } = stored
  const storage: Storage<T> = { kind: stored, to, from: object => from(object as S) }
  return {
    kind,
    plural,
    singular,
    shortNames,
    categories,
    namespaced,
    subresources,
    generations,
    columns: stored.columns.map(
      (column): Column<T> => ({ ...column, cell: (object, now) => column.cell(to(object), now) }),
    ),
    storage,
    strategy: {
      validate: object => strategy.validate?.(to(object)) ?? [],
      validateUpdate: (next, old) => strategy.validateUpdate?.(to(next), to(old)) ?? [],
    },
  }
}
