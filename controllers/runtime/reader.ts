import { type Kind, resourceOf } from '../../api/kind.ts'
import { keyOf, type Resource } from '../../api/resource.ts'
import type { Informer } from '../../informers/informer.ts'
import { type Reader, select } from './query.ts'
import type { SharedInformers } from './shared-informers.ts'

/** Reads of the kinds that a controller has declared: of no others is it known that they are complete. */
export const createReader = (
  controller: string,
  kinds: readonly Kind<never>[],
  informers: SharedInformers,
) => {
  const declared = new Set(kinds.map(resourceOf))

  const informerOf = <T extends Resource>(kind: Kind<T>): Informer<T> | undefined =>
    declared.has(resourceOf(kind)) ? informers.of(kind) : undefined

  const cacheOf = <T extends Resource>(kind: Kind<T>) => {
    const informer = informerOf(kind)
    if (informer) return informer.cache
    throw new Error(`${controller} reads ${resourceOf(kind)} without saying so: add .uses(${kind.kind})`)
  }

  const reader: Reader = {
    get: (kind, { namespace = '', name }) => cacheOf(kind).get(keyOf({ namespace, name })),
    list(kind, query = {}) {
      // Two controllers may call different indexes by the same name.
      const index = query.index && { ...query.index, name: indexName(controller, query.index.name) }
      return select(cacheOf(kind), { ...query, index })
    },
  }
  return { ...reader, informerOf }
}

export const indexName = (controller: string, index: string): string => `${controller}/${index}`
