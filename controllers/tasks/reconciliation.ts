import { BehaviorSubject, map, type Observable } from 'rxjs'
import { annotation } from '../../api/annotations.ts'
import { Pod } from '../../api/kinds/index.ts'
import { condition, isTerminal } from '../../api/pod-phase.ts'
import { type BackoffOptions, backoff } from '../../util/backoff.ts'
import { after, type Context, type Controller, done, keyed, type Result } from '../runtime/index.ts'
import type { Ledger } from './ledger.ts'
import type { Session, TaskFeed } from './mesos.ts'

export interface Reconciliation<S extends Session> {
  readonly controller: Controller
  /** The session of the feed, but subscribed only once our tasks have been asked for in it. */
  readonly ready$: Observable<S>
  /** Whether Mesos has said in the session of now what has become of the task. */
  heard(taskId: string): boolean
}

interface Query {
  readonly taskId: string
  readonly agentId: string | undefined
}

/** To the first repetition of a question, milliseconds. A master that has just failed over answers when its agents are back. */
const first = 2_000

/**
 * A launch of which nothing has been heard for this long, milliseconds, is asked for by name; questions are as far
 * apart at the most. Sooner where a launch has less time, and never while it may be on its way.
 */
const silence = (launchTimeout: number): number => Math.max(first, Math.min(60_000, launchTimeout || 60_000))

/** Everything is asked for anew after this time, milliseconds: nothing may stay wrong for ever. */
const period = 10 * 60_000

const all = { namespace: '', name: 'all tasks' }

/**
 * Asks Mesos what has become of our tasks: of all that it knows, then by name of those that it has not spoken of,
 * until it has. A launch that may still be on its way is not asked for: Mesos takes calls in order, and would say
 * that it knows nothing of it.
 */
export const reconciliation = <S extends Session>(
  feed: Pick<TaskFeed, 'reconcile'> & { readonly session$: Observable<S> },
  ledger: Ledger,
  initial: S,
  launchTimeout: number,
): Reconciliation<S> => {
  const patience = silence(launchTimeout)
  const pause: BackoffOptions = { initial: first, max: patience }
  const ready$ = new BehaviorSubject(initial)
  let session = initial
  let begun: { session: number; asked: readonly Query[]; attempt: number; again: number } | undefined

  const ask = async (cx: Context, asked: readonly Query[]): Promise<void> => {
    if (asked.length === 0) return
    cx.log.verbose(1, 'tasks are asked for by name', { tasks: asked.length })
    await feed.reconcile(asked)
  }

  const begin = async (cx: Context, number: number, asked: readonly Query[]): Promise<Result> => {
    await feed.reconcile([])
    await ask(cx, asked)
    begun = { session: number, asked, attempt: 0, again: cx.clock.now() + period }
    return after(backoff(0, pause))
  }

  const turn = async (cx: Context): Promise<Result> => {
    const current: Session = session
    if (current.state !== 'subscribed') return done
    const now = cx.clock.now()
    if (begun?.session !== current.session) {
      const result = await begin(cx, current.session, boundPods(cx, now))
      ready$.next(session)
      return result
    }
    const settled = boundPods(cx, now - patience)
    if (now >= begun.again) return begin(cx, current.session, settled)
    const bound = new Set(boundPods(cx, now).map(({ taskId }) => taskId))
    const open = begun.asked.filter(({ taskId }) => bound.has(taskId))
    const candidates = new Map([...open, ...settled].map(query => [query.taskId, query]))
    const silent = [...candidates.values()].filter(({ taskId }) => !ledger.heard(taskId, current.session))
    await ask(cx, silent)
    begun = { ...begun, asked: silent, attempt: begun.attempt + 1 }
    return after(backoff(begun.attempt, pause))
  }

  const sessions$ = feed.session$.pipe(
    map(next => {
      session = next
      if (next.state !== 'subscribed') ready$.next(next)
      return all
    }),
  )

  return {
    ready$,
    heard: taskId => session.state === 'subscribed' && ledger.heard(taskId, session.session),
    controller: keyed('reconciliation')
      .uses(Pod)
      .on(sessions$)
      .reconcile((_, cx) => turn(cx)),
  }
}

/** The tasks of the pods that are not over and were bound before this time, milliseconds since the epoch. */
const boundPods = (cx: Context, before: number): Query[] =>
  cx.list(Pod).flatMap(pod => {
    const { annotations } = pod.metadata
    const taskId = annotations?.[annotation.taskId]
    const since = condition(pod.status, 'PodScheduled')?.lastTransitionTime
    if (taskId === undefined || isTerminal(pod) || (since && Date.parse(since) > before)) return []
    return [{ taskId, agentId: annotations?.[annotation.agentId] }]
  })
