import type { Kind } from './kind.ts'
import { ageColumn, nameColumn } from './kinds/columns.ts'
import type { Resource } from './resource.ts'
import { checkMetadata } from './validation/metadata.ts'

type Given<T extends Resource> = Pick<Kind<T>, 'kind' | 'plural'> & Partial<Kind<T>>

/**
 * A Kind with everything usual filled in: core group, v1, namespaced, no subresources, nothing checked but the
 * metadata. Generations are counted outside the core group.
 */
export const defineKind = <T extends Resource>(given: Given<T>): Kind<T> =>
  Object.freeze({
    group: '',
    version: 'v1',
    singular: given.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    subresources: [],
    generations: Boolean(given.group),
    fields: {},
    columns: [nameColumn(), ageColumn()],
    strategy: { validate: (object: T) => checkMetadata(object.metadata) },
    ...given,
  })
