import type { Kind } from '../../api/kind.ts'
import type { Caches } from '../watch/caches.ts'
import type { Watch } from '../watch/kind-cache.ts'
import type { WatchFormat } from '../watch/watch-group.ts'

export const everything = { id: '', namespace: '', matches: undefined }

/** Tells nothing but that there was something. */
const signals: WatchFormat<never, undefined, undefined> = {
  id: 'signals',
  line: () => undefined,
  bookmark: () => undefined,
  pack: () => undefined,
}

/** Calls `changed` after objects of the kind have changed, or may have. The answer ends it. */
export const followChanges = (caches: Caches, kind: Kind, changed: () => void): (() => void) => {
  let watch: Watch | undefined
  let ended = false
  const start = (): void => {
    if (ended) return
    watch = caches.of(kind).watch(everything, signals as WatchFormat<never, undefined, undefined>, watcher, {
      after: caches.revision,
    })
  }
  const watcher = {
    bookmarks: false,
    send: changed,
    // The cache begins anew, and takes watches when it has.
    expire: () =>
      queueMicrotask(() => {
        start()
        changed()
      }),
    end: () => {},
  }
  start()
  return () => {
    ended = true
    watch?.close()
  }
}
