import type { Client } from '../../api/client.ts'
import { type Kind, resourceOf } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'
import type { Indexer } from '../../informers/cache-index.ts'
import { resourceInformer } from '../../informers/client-source.ts'
import type { Informer } from '../../informers/informer.ts'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import { builtInIndexes } from './query.ts'

interface SharedInformersOptions {
  readonly client: Client
  readonly clock: Clock
  readonly logger: Logger
}

/** One informer per kind, however many controllers read it. */
export interface SharedInformers {
  /** The kind's informer. It is made with the first call, so declare indexes before. */
  of<T extends Resource>(kind: Kind<T>): Informer<T>
  index<T extends Resource>(kind: Kind<T>, name: string, values: Indexer<T>): void
}

export const sharedInformers = ({ client, clock, logger }: SharedInformersOptions): SharedInformers => {
  const indexes = new Map<string, Record<string, Indexer<never>>>()
  const informers = new Map<string, Informer<never>>()

  return {
    of<T extends Resource>(kind: Kind<T>) {
      const name = resourceOf(kind)
      const known = informers.get(name)
      if (known) return known as unknown as Informer<T>
      const declared = { ...builtInIndexes, ...(indexes.get(name) as Record<string, Indexer<T>> | undefined) }
      const informer = resourceInformer(client, kind, { logger, clock, indexes: declared })
      informers.set(name, informer as unknown as Informer<never>)
      return informer
    },

    index(kind, index, values) {
      const name = resourceOf(kind)
      if (informers.has(name)) throw new Error(`the informer of ${name} runs already without index ${index}`)
      if (indexes.get(name)?.[index]) throw new Error(`index ${index} of ${name} is declared twice`)
      indexes.set(name, { ...indexes.get(name), [index]: values })
    },
  }
}
