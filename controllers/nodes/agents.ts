import { filter, map, merge, mergeMap, type Observer, tap } from 'rxjs'
import { Node } from '../../api/kinds/index.ts'
import { CallRefused, Unauthorized } from '../../mesos/protocol/http.ts'
import { after, type Context, type Controller, done, keyed, type Result } from '../runtime/index.ts'
import { patience } from './conditions.ts'
import type { Directory } from './directory.ts'
import type { AgentFeed } from './mesos.ts'

/**
 * Between two questions, milliseconds. A subscription to the master's events would bring every task of every
 * framework, and nothing of an agent that is disconnected or drained.
 */
const period = 15_000

/** There may be many reasons to ask at once: this much lies between two questions all the same, milliseconds. */
const pause = 2_000

/** Where we may not ask, we try again after this time, milliseconds: somebody may have allowed it. */
const refusedPeriod = 10 * 60_000

const all = { namespace: '', name: 'all agents' }

/** Keeps the directory: asks the master for its agents, and makes do with offers where that is not allowed. */
export const agents = (
  feed: AgentFeed,
  directory: Directory,
  news: Pick<Observer<string>, 'next'>,
): Controller => {
  /** Counts changes of the session. */
  let session = 0
  let subscribed = false
  /** When the master was first asked in this session, and last; milliseconds. */
  let since = 0
  let asked = Number.NEGATIVE_INFINITY
  /** Every agent has had the time to register with the master of this session. */
  let settled = false
  /** A refusal is told once. */
  let told = false

  const tell = (names: readonly string[]): void => {
    for (const name of names) news.next(name)
  }

  const refused = (cx: Context, error: unknown): Result => {
    if (!told) cx.log.warn('the master does not tell us its agents: nodes are what offers show', { error })
    told = true
    tell(directory.refused())
    return after(refusedPeriod)
  }

  const turn = async (cx: Context): Promise<Result> => {
    const current = session
    if (!subscribed) return done
    const wait = asked + pause - cx.clock.now()
    if (wait > 0) return after(wait)
    if (asked === Number.NEGATIVE_INFINITY) since = cx.clock.now()
    asked = cx.clock.now()
    try {
      const answer = await feed.getAgents()
      // What was true in an earlier session need not be true in this one.
      if (session !== current) return after(pause)
      tell(directory.answered(answer, cx.clock.now()))
    } catch (error) {
      if (session !== current) return after(pause)
      if (error instanceof Unauthorized || error instanceof CallRefused) return refused(cx, error)
      throw error
    }
    if (!settled && cx.clock.now() >= since + patience) {
      settled = true
      directory.settle()
      // Those that went while we were not there are missed only by their nodes.
      tell(cx.list(Node).map(({ metadata }) => metadata.name))
    }
    return after(period)
  }

  const sessions$ = feed.session$.pipe(
    tap(({ state }) => {
      session++
      subscribed = state === 'subscribed'
      asked = Number.NEGATIVE_INFINITY
      settled = false
      directory.forget()
    }),
  )
  const unknown$ = feed.offerEvents$.pipe(
    filter(({ type }) => type === 'ADDED'),
    tap(({ offer }) => tell(directory.offered(offer))),
    filter(({ offer }) => directory.lacks(offer.agent_id.value)),
  )
  const removed$ = feed.failures$.pipe(
    mergeMap(({ agent_id, executor_id }) => (agent_id && !executor_id ? [agent_id.value] : [])),
    tap(agentId => tell(directory.removed(agentId))),
  )
  return keyed('agents')
    .uses(Node)
    .on(merge(sessions$, unknown$, removed$).pipe(map(() => all)))
    .reconcile((_, cx) => turn(cx))
}
