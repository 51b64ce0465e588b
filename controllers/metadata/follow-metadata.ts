import { map, Observable, Subscription } from 'rxjs'
import type { Client } from '../../api/client.ts'
import { apiVersionOf, type Kind, resourceOf } from '../../api/kind.ts'
import { CustomResourceDefinition, Event, kinds, storedKinds } from '../../api/kinds/index.ts'
import { keyOf } from '../../api/resource.ts'
import { clientSource, resourceInformer } from '../../informers/client-source.ts'
import { createInformer } from '../../informers/create-informer.ts'
import type { Change, Informer, Source } from '../../informers/informer.ts'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import { customKind } from './custom-kinds.ts'
import { type Entry, entryOf } from './entry.ts'

export type MetadataEvent =
  | { readonly type: 'change'; readonly change: Change<Entry> }
  /** Nothing more is told of a kind. `gone`: nor is there any object of it, for its definition is deleted. */
  | { readonly type: 'withdrawn'; readonly kind: Kind; readonly gone: boolean }
  /** Every object of every kind has been told; once more whenever a kind has come up. */
  | { readonly type: 'synced' }

/** The metadata of all objects, of Kubernetes' own kinds and of custom ones; only of events nothing is told. */
export interface MetadataFeed {
  /** A subscriber is told of all objects that there are, then of every change. The first starts it, the last ends it. */
  readonly events$: Observable<MetadataEvent>
  /** The kinds that are followed. */
  readonly kinds: readonly Kind[]
  /** The kind that an owner reference names; undefined when none of that name is served. */
  kindOf(reference: { readonly apiVersion: string; readonly kind: string }): Kind | undefined
}

interface MetadataOptions {
  readonly client: Client
  readonly clock?: Clock
  readonly logger: Logger
}

const builtIn: readonly Kind[] = storedKinds.filter(kind => kind !== (Event as unknown))

/**
 * One list and one watch of metadata for each kind. Which custom kinds there are is told by their definitions and not by
 * discovery: nothing else makes kinds here, and a watch tells of them at once, where discovery would have to be polled.
 */
export const followMetadata = ({ client, clock, logger }: MetadataOptions): MetadataFeed => {
  const definitions = resourceInformer(client, CustomResourceDefinition, { logger, ...(clock && { clock }) })
  const informers = new Map<string, Informer<Entry>>()

  const informerOf = (kind: Kind): Informer<Entry> => {
    const id = idOf(kind)
    const known = informers.get(id)
    if (known) return known
    const informer = createInformer<Entry>({
      source: entriesOf(client, kind),
      key: keyOf,
      revision: ({ resourceVersion }) => resourceVersion,
      name: `metadata of ${resourceOf(kind)}`,
      logger,
      ...(clock && { clock }),
    })
    informers.set(id, informer)
    return informer
  }

  const custom = (): Kind[] => definitions.cache.list().flatMap(definition => customKind(definition) ?? [])

  return {
    events$: new Observable(subscriber => {
      const all = new Subscription()
      const followed = new Map<string, { readonly kind: Kind; readonly following: Subscription }>()
      const unsynced = new Set<unknown>([definitions])

      const synced = (who: unknown): void => {
        unsynced.delete(who)
        if (unsynced.size === 0) subscriber.next({ type: 'synced' })
      }

      const follow = (name: string, kind: Kind): void => {
        const informer = informerOf(kind)
        const following = new Subscription()
        followed.set(name, { kind, following })
        unsynced.add(following)
        all.add(following)
        following.add(informer.changes$.subscribe(change => subscriber.next({ type: 'change', change })))
        following.add(informer.synced$.subscribe(() => synced(following)))
      }

      const unfollow = (name: string, gone: boolean): void => {
        const known = followed.get(name)
        if (!known) return
        followed.delete(name)
        known.following.unsubscribe()
        all.remove(known.following)
        informers.delete(idOf(known.kind))
        subscriber.next({ type: 'withdrawn', kind: known.kind, gone })
        synced(known.following)
      }

      /** `name` is the definition's. */
      const redefine = (name: string, kind: Kind | undefined, gone: boolean): void => {
        const known = followed.get(name)?.kind
        if (known && kind && idOf(known) === idOf(kind)) return
        unfollow(name, gone)
        if (kind) follow(name, kind)
      }

      for (const kind of builtIn) follow(resourceOf(kind), kind)
      all.add(
        definitions.changes$.subscribe(({ type, key, item }) =>
          redefine(key, type === 'DELETED' ? undefined : customKind(item), type === 'DELETED'),
        ),
      )
      all.add(definitions.synced$.subscribe(() => synced(definitions)))
      return all
    }),

    get kinds() {
      return [...builtIn, ...custom()]
    },

    kindOf({ apiVersion, kind }) {
      const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
      const named = [...kinds, ...custom()].find(each => each.kind === kind && each.group === group)
      return named?.storage?.kind ?? named
    },
  }
}

const idOf = (kind: Kind): string => `${apiVersionOf(kind)} ${kind.plural}`

const entriesOf = (client: Client, kind: Kind): Source<Entry> => {
  const source = clientSource(client, kind, { metadataOnly: true })
  return {
    async list() {
      const { items, revision } = await source.list()
      return { revision, items: items.map(object => entryOf(kind, object)) }
    },
    watch: from =>
      source.watch(from).pipe(
        map(({ revision, events }) => ({
          revision,
          events: events.map(({ type, item }) => ({ type, item: entryOf(kind, item) })),
        })),
      ),
    isExpired: source.isExpired,
  }
}
