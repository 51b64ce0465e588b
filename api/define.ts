import type { Kind } from './kind.ts'
import type { Resource } from './resource.ts'

type Given<T extends Resource> = Pick<Kind<T>, 'kind' | 'plural'> & Partial<Kind<T>>

/** A Kind with everything usual filled in: core group, v1, namespaced, no subresources. */
export const defineKind = <T extends Resource>(given: Given<T>): Kind<T> =>
  Object.freeze({
    group: '',
    version: 'v1',
    singular: given.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    subresources: [],
    fields: {},
    columns: [],
    strategy: {},
    ...given,
  })
