import { BehaviorSubject, filter, map, Observable, type Subscriber, type Subscription, take } from 'rxjs'
import { type CacheOptions, createCache } from './cache.ts'
import { type FollowOptions, follow, type News } from './follow.ts'
import type { Change, Informer } from './informer.ts'
import { createMailbox } from './mailbox.ts'

type InformerOptions<T> = CacheOptions<T> & FollowOptions<T>

/**
 * One list and watch, shared by all who subscribe. The cache is filled while there are subscribers and dropped
 * with the last of them: what nobody follows would only grow old.
 */
export const createInformer = <T>(options: InformerOptions<T>): Informer<T> => {
  const cache = createCache(options)
  const post = createMailbox()
  const synced = new BehaviorSubject(false)
  const members = new Set<Subscriber<Change<T>>>()
  const live = new Set<Subscriber<Change<T>>>()
  let following: Subscription | undefined

  const tell = (changes: readonly Change<T>[]): void => {
    if (changes.length === 0) return
    post(() => {
      for (const change of changes) for (const subscriber of [...live]) subscriber.next(change)
    })
  }

  const receive = (news: News<T>): void => {
    if (news.type === 'apply') {
      tell(cache.apply(news.batch))
      return
    }
    tell(cache.replace(news.items, news.revision))
    // In the mailbox, so that those who wait for it have been told of all that was listed.
    const current = following
    post(() => {
      if (following === current) synced.next(true)
    })
  }

  /** What is in the cache now, then what is told from now on: the mailbox lets nothing fall between the two. */
  const join = (subscriber: Subscriber<Change<T>>): void => {
    const known = cache.list()
    members.add(subscriber)
    post(() => {
      for (const item of known) subscriber.next({ type: 'ADDED', key: options.key(item), item })
      if (!subscriber.closed) live.add(subscriber)
    })
  }

  const leave = (subscriber: Subscriber<Change<T>>): void => {
    members.delete(subscriber)
    live.delete(subscriber)
    if (members.size > 0) return
    following?.unsubscribe()
    following = undefined
    cache.clear()
    synced.next(false)
  }

  return {
    cache,
    changes$: new Observable(subscriber => {
      join(subscriber)
      following ??= follow(options, receive)
      return () => leave(subscriber)
    }),
    synced$: synced.pipe(
      filter(isSynced => isSynced),
      take(1),
      map(() => undefined),
    ),
    assume(item) {
      if (following) tell(cache.assume(item))
    },
    assumeDeleted(item, revision) {
      if (following) tell(cache.assumeDeleted(item, revision))
    },
  }
}
