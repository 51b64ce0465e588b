import { map, type Observable } from 'rxjs'
import type { Client, ListOptions } from '../api/client.ts'
import { isStatus } from '../api/errors.ts'
import { type Kind, resourceOf } from '../api/kind.ts'
import { keyOf, type Resource, refOf, type WatchEvent } from '../api/resource.ts'
import type { CacheOptions } from './cache.ts'
import { createInformer } from './create-informer.ts'
import type { FollowOptions } from './follow.ts'
import type { Informer, Source, SourceBatch } from './informer.ts'
import { compareRevisions } from './revision.ts'

/** The objects of a kind, or those of them that `options` select, as the API tells them. */
export const clientSource = <T extends Resource>(
  client: Client,
  kind: Kind<T>,
  options: Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector' | 'metadataOnly'> = {},
): Source<T> => ({
  async list() {
    const { items, metadata } = await client.list(kind, options)
    return { items, revision: metadata.resourceVersion }
  },
  watch: revision =>
    client
      .watch(kind, { ...options, resourceVersion: revision, allowWatchBookmarks: true })
      .pipe(batches(revision)),
  // Timeout: the revision is in the server's future, as after its store was restored from a backup.
  isExpired: error => isStatus(error, 'Expired', 'Gone', 'Timeout'),
})

/**
 * The events of a watch with the revision to go on from. Several objects may share a revision, and a connection
 * may end between their events: so a revision counts as read only with a later one, or with a bookmark.
 */
const batches =
  (from: string) =>
  <T extends Resource>(events$: Observable<WatchEvent<T>>): Observable<SourceBatch<T>> => {
    let complete = from
    let latest = from
    return events$.pipe(
      map(({ type, object }) => {
        const { resourceVersion } = object.metadata
        if (type === 'BOOKMARK') {
          complete = latest = resourceVersion
          return { revision: complete, events: [] }
        }
        if ((compareRevisions(resourceVersion, latest) ?? 1) > 0) {
          complete = latest
          latest = resourceVersion
        }
        return { revision: complete, events: [{ type, item: object }] }
      }),
    )
  }

interface ResourceInformerOptions<T extends Resource>
  extends Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector'>,
    Pick<FollowOptions<T>, 'logger' | 'clock' | 'backoff'>,
    Pick<CacheOptions<T>, 'indexes'> {}

/** An informer of a kind over the API; its keys are `namespace/name`. */
export const resourceInformer = <T extends Resource>(
  client: Client,
  kind: Kind<T>,
  { namespace, labelSelector, fieldSelector, ...options }: ResourceInformerOptions<T>,
): Informer<T> =>
  createInformer({
    ...options,
    source: clientSource(client, kind, { namespace, labelSelector, fieldSelector }),
    key: object => keyOf(refOf(object)),
    revision: object => object.metadata.resourceVersion,
    name: resourceOf(kind),
  })
