import { EMPTY, ignoreElements, map, merge, Observable, retry } from 'rxjs'
import type { Kind } from '../../api/kind.ts'
import { keyOf, type Ref, type Resource } from '../../api/resource.ts'
import type { Change } from '../../informers/informer.ts'
import { type BackoffOptions, backoff } from '../../util/backoff.ts'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import type { Predicate } from './changed.ts'
import { type Controller, kindsOf } from './controller.ts'
import type { Reader } from './query.ts'
import type { SharedInformers } from './shared-informers.ts'

interface TriggersOptions {
  readonly informers: SharedInformers
  readonly reader: Reader
  readonly logger: Logger
  readonly clock: Clock
}

/** Between subscriptions to a stream of refs that fails. */
const resubscribe: BackoffOptions = { initial: 1_000, max: 60_000 }

/**
 * The keys that a controller must look at, whatever the cause. While it is subscribed to, every kind that the
 * controller reads is followed. It never fails: what is wrong with one source costs the others nothing.
 */
export const triggersOf = (controller: Controller, options: TriggersOptions): Observable<string> => {
  const { informers, reader, logger, clock } = options

  const own$ = controller.kind
    ? eachOf(informers.of(controller.kind).changes$, change =>
        matters(change, controller.predicates, logger) ? [change.key] : [],
      )
    : EMPTY

  const watched$ = controller.watches.map(({ kind, refs, predicates }) => {
    const guarded = (object: Resource): readonly Ref[] => {
      try {
        return refs(object as never, reader)
      } catch (error) {
        logger.error('cannot tell whom a change concerns: mend the mapper', { kind: kind.kind, error })
        return []
      }
    }
    return eachOf(changesOf(informers, kind), change =>
      matters(change, predicates, logger) ? distinct(refsIn(change, guarded)) : [],
    )
  })

  const external$ = controller.on.map(refs$ =>
    refs$.pipe(map(keyOf), retry({ delay: pause(logger, clock), resetOnSuccess: true })),
  )

  // Only to be read: following them keeps their caches filled.
  const read$ = kindsOf(controller).map(kind => informers.of(kind).changes$.pipe(ignoreElements()))

  return merge(own$, ...watched$, ...external$, ...read$)
}

const changesOf = (informers: SharedInformers, kind: Kind<never>): Observable<Change<Resource>> =>
  informers.of(kind as unknown as Kind).changes$

/** The keys of each item in turn; mergeMap would subscribe anew for each. */
const eachOf = <T>(items$: Observable<T>, keysIn: (item: T) => Iterable<string>): Observable<string> =>
  new Observable(subscriber => {
    const next = (item: T): void => {
      for (const key of keysIn(item)) subscriber.next(key)
    }
    const error = (cause: unknown): void => subscriber.error(cause)
    return items$.subscribe({ next, error, complete: () => subscriber.complete() })
  })

/** An object that a modification takes from one owner to another concerns both. */
const refsIn = (change: Change<Resource>, refsOf: (object: Resource) => readonly Ref[]): readonly Ref[] => {
  const refs = refsOf(change.item)
  const before = change.type === 'MODIFIED' ? refsOf(change.old) : []
  return before.length === 0 ? refs : [...before, ...refs]
}

/** No key twice: its work may have begun when it comes for the second time. */
const distinct = (refs: readonly Ref[]): Iterable<string> =>
  refs.length > 1 ? new Set(refs.map(keyOf)) : refs.map(keyOf)

const matters = (
  change: Change<Resource>,
  predicates: readonly Predicate<never>[],
  logger: Logger,
): boolean => {
  if (change.type !== 'MODIFIED' || predicates.length === 0) return true
  const { item, old } = change
  if (item.metadata.uid !== old.metadata.uid) return true
  if (item.metadata.deletionTimestamp !== old.metadata.deletionTimestamp) return true
  try {
    return predicates.some(predicate => predicate(item as never, old as never))
  } catch (error) {
    logger.error('cannot tell whether a change matters: mend the predicate', { key: change.key, error })
    return true
  }
}

const pause =
  (logger: Logger, clock: Clock) =>
  (error: unknown, failures: number): Observable<void> => {
    if (failures === 1) logger.warn('a stream of refs failed; subscribing again with back-off', { error })
    return new Observable(subscriber =>
      clock.after(backoff(failures - 1, resubscribe), () => {
        subscriber.next()
        subscriber.complete()
      }),
    )
  }
