import { defer, Subscription } from 'rxjs'
import { type BackoffOptions, backoff as delayOf } from '../util/backoff.ts'
import { type Clock, systemClock } from '../util/clock.ts'
import type { Logger } from '../util/logger.ts'
import type { Source, SourceBatch } from './informer.ts'
import { type Effect, type Input, start, step } from './machine.ts'

export interface FollowOptions<T> {
  readonly source: Source<T>
  /** What it informs of, in log lines. */
  readonly name: string
  readonly logger: Logger
  readonly clock?: Clock
  /** Between failures of the source; 0.8 s up to 30 s unless said otherwise. */
  readonly backoff?: BackoffOptions
}

/** What a source says, as whoever keeps a cache of it must take it. */
export type News<T> = Extract<Effect<T>, { type: 'replace' | 'apply' }>

/** A watch that has stood this long is sound, milliseconds. */
const steadyAfter = 5_000

/** Lists and watches the source until unsubscribed, whatever happens to it: the machine's effects made real. */
export const follow = <T>(options: FollowOptions<T>, take: (news: News<T>) => void): Subscription => {
  const { source, name, logger, clock = systemClock, backoff = { initial: 800, max: 30_000 } } = options
  const following = new Subscription()
  let activity = new Subscription()
  let state = start.state

  /** Begins something in the place of what was under way, whose late answers then reach nobody. */
  const instead = (begin: (next: Subscription) => void): void => {
    following.remove(activity)
    activity.unsubscribe()
    activity = new Subscription()
    following.add(activity)
    begin(activity)
  }

  const failed = (error: unknown): void => feed({ type: 'failed', error, expired: source.isExpired(error) })

  const list = (listing: Subscription): void => {
    const list$ = defer(() => source.list())
    listing.add(list$.subscribe({ next: list => feed({ type: 'listed', ...list }), error: failed }))
  }

  const watch = (revision: string) => (watching: Subscription) => {
    watching.add(clock.after(steadyAfter, () => feed({ type: 'steady' })))
    const next = (batch: SourceBatch<T>): void => feed({ type: 'batch', batch })
    const complete = (): void => feed({ type: 'completed' })
    watching.add(defer(() => source.watch(revision)).subscribe({ next, error: failed, complete }))
  }

  const wait = (ms: number) => (waiting: Subscription) => {
    waiting.add(clock.after(ms, () => feed({ type: 'due' })))
  }

  const perform = (effect: Effect<T>): void => {
    switch (effect.type) {
      case 'replace':
      case 'apply':
        take(effect)
        break
      case 'report':
        logger.warn(trouble[effect.doing], { informer: name, error: effect.error })
        break
      case 'recovered':
        logger.info('the source answers again', { informer: name })
        break
      case 'list':
        instead(list)
        break
      case 'watch':
        instead(watch(effect.revision))
        break
      case 'wait':
        instead(wait(delayOf(effect.attempt, backoff)))
        break
    }
  }

  const feed = (input: Input<T>): void => {
    const next = step(state, input)
    state = next.state
    // A reader may end it all on hearing of a change.
    for (const effect of next.effects) if (!following.closed) perform(effect)
  }

  for (const effect of start.effects) perform(effect)
  return following
}

const trouble = {
  list: 'cannot list: readers see what was known before; retrying, check that the server is up and may be read',
  watch: 'watch failed: readers may be behind; retrying, check the connection to the server',
} as const
