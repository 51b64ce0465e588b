import { Observable } from 'rxjs'
import type { WatchOptions } from '../../api/client.ts'
import { expired } from '../../api/errors.ts'
import { apiVersionOf, type Kind, resourceOf } from '../../api/kind.ts'
import type { Resource, WatchEvent } from '../../api/resource.ts'

/** What happened to one object; a bookmark has neither `object` nor `previous`. */
interface Entry {
  readonly resource: string
  readonly object?: Resource
  readonly previous?: Resource
}

interface Watcher {
  /** Revision of the last entry that it has seen. */
  seen: number
  deliver(entry: Entry, revision: number): void
  complete(): void
}

/** The history of the memory client, and the watches that follow it. */
export const memoryJournal = () => {
  const watchers = new Set<Watcher>()
  const entries: { entry: Entry; revision: number }[] = []
  let revision = 1
  let oldest = 1
  let paused = false

  const flush = (): void => {
    if (paused) return
    for (const watcher of [...watchers]) {
      for (const { entry, revision } of entries.filter(({ revision }) => revision > watcher.seen)) {
        if (!watchers.has(watcher)) break
        watcher.seen = revision
        watcher.deliver(entry, revision)
      }
    }
  }

  const append = (entry: Entry): void => {
    entries.push({ entry, revision: ++revision })
    // Events leave in a later turn than the answer of the write, as over a real connection.
    setImmediate(flush)
  }

  /** `start` lists what there is when the watch begins without a revision. */
  const watch = <T extends Resource>(
    kind: Kind<T>,
    options: WatchOptions,
    matches: (object: T) => boolean,
    start: () => readonly T[],
  ): Observable<WatchEvent<T>> =>
    new Observable(subscriber => {
      const resource = resourceOf(kind)
      const initial = !options.resourceVersion || options.resourceVersion === '0'
      const after = initial ? revision : Number(options.resourceVersion)
      if (after < oldest) {
        subscriber.error(expired(`too old resource version: ${after} (${oldest})`))
        return
      }
      const deliver = (entry: Entry, at: number): void => {
        if (entry.resource !== resource) return
        const { object, previous } = entry as { object?: T; previous?: T }
        const now = object !== undefined && matches(object)
        const then = previous !== undefined && matches(previous)
        if (object && now) subscriber.next({ type: then ? 'MODIFIED' : 'ADDED', object })
        else if (previous && then) subscriber.next({ type: 'DELETED', object: object ?? previous })
        else if (!object && !previous && options.allowWatchBookmarks) {
          subscriber.next({ type: 'BOOKMARK', object: mark(kind, at) })
        }
      }
      const watcher: Watcher = { seen: after, deliver, complete: () => subscriber.complete() }
      watchers.add(watcher)
      if (initial) for (const object of start()) subscriber.next({ type: 'ADDED', object })
      flush()
      return () => watchers.delete(watcher)
    })

  return {
    get revision() {
      return revision
    },
    append,
    watch,
    pause() {
      paused = true
    },
    resume() {
      paused = false
      flush()
    },
    disconnect() {
      for (const watcher of [...watchers]) {
        watchers.delete(watcher)
        watcher.complete()
      }
    },
    compact() {
      oldest = revision
    },
    bookmark(resources: Iterable<string>) {
      for (const resource of resources) append({ resource })
    },
  }
}

const mark = <T extends Resource>(kind: Kind<T>, revision: number): T =>
  ({
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: { resourceVersion: String(revision) },
  }) as T
