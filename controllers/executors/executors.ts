import { filter, map, merge, mergeMap, type Observable, tap } from 'rxjs'
import { annotation } from '../../api/annotations.ts'
import { Pod } from '../../api/kinds/index.ts'
import { isTerminal } from '../../api/pod-phase.ts'
import { keyOf, type Ref } from '../../api/resource.ts'
import type { Offer, SchedulerEventFailure, TaskStatus } from '../../mesos/protocol/messages.gen.ts'
import { after, type Controller, done, keyed } from '../runtime/index.ts'
import { type ExecutorConfig, executorInfo } from './executor-info.ts'

type Session =
  | { readonly state: 'subscribed'; readonly session: number; readonly frameworkId: string }
  | { readonly state: 'disconnected' | 'removed' | 'superseded'; readonly reason: string }

/** What is needed of Mesos. Calls reject while there is no session. */
export interface ExecutorFeed {
  readonly offerEvents$: Observable<{ readonly type: 'ADDED' | 'DELETED'; readonly offer: Offer }>
  readonly updates$: Observable<{ readonly status: TaskStatus }>
  readonly failures$: Observable<SchedulerEventFailure>
  /** Ends the executor with all its tasks. */
  shutdown(executorId: string, agentId: string): Promise<void>
}

export interface ExecutorsOptions {
  readonly feed: ExecutorFeed
  /** As the binder's: once our tasks have been asked for. */
  readonly ready$: Observable<Session>
  readonly executor: ExecutorConfig
  readonly roles: readonly string[]
}

/** A call may be lost with its agent or its master: it is repeated after this time, milliseconds. */
const again = 30_000

/** Calls for one executor: Mesos does not tell of one that is gone already. */
const tries = 3

/**
 * Ends executors that have no pods any more: those of an older configuration, for a changed one runs beside its
 * predecessor on the same agent; and those on an agent that an operator drains, for it takes no task again before its
 * last executor has ended, even when it was reactivated.
 */
export const executors = ({ feed, ready$, executor, roles }: ExecutorsOptions): Controller => {
  let current: ReadonlySet<string> | undefined
  /** What offers have told of in this session. */
  const offered = new Map<string, Ref>()
  const drained = new Set<string>()
  const asked = new Map<string, { readonly count: number; readonly at: number }>()

  const idsOf = (frameworkId: string): ReadonlySet<string> =>
    new Set(roles.map(role => executorInfo(executor, frameworkId, role).executor_id.value))

  /** True for one that is to go with its last pod. */
  const isToEnd = (ref: Ref): boolean =>
    current !== undefined && (!current.has(ref.name) || drained.has(keyOf(ref)))

  const offered$ = feed.offerEvents$.pipe(
    filter(({ type }) => type === 'ADDED'),
    map(({ offer }) => (offer.executor_ids ?? []).map(({ value }) => refOf(value, offer.agent_id.value))),
    tap(refs => {
      for (const ref of refs) offered.set(keyOf(ref), ref)
    }),
  )
  const drained$ = feed.updates$.pipe(
    filter(({ status }) => status.reason === 'REASON_AGENT_DRAINING'),
    map(({ status: { executor_id, agent_id } }) =>
      executor_id && agent_id ? [refOf(executor_id.value, agent_id.value)] : [],
    ),
    tap(refs => {
      for (const ref of refs) drained.add(keyOf(ref))
    }),
  )
  const forget = (key: string): void => {
    drained.delete(key)
    asked.delete(key)
  }
  const ended$ = feed.failures$.pipe(
    map(({ executor_id, agent_id }) => {
      if (executor_id && agent_id) forget(keyOf(refOf(executor_id.value, agent_id.value)))
      return []
    }),
  )
  const sessions$ = ready$.pipe(
    map(session => {
      asked.clear()
      current = session.state === 'subscribed' ? idsOf(session.frameworkId) : undefined
      if (!current) offered.clear()
      // The offers of a session begin before it is ready.
      return [...offered.values()]
    }),
  )
  return keyed('executors')
    .index(Pod, 'executor', pod => refsOf(pod).map(({ name }) => name))
    .watches(Pod, pod => refsOf(pod).filter(isToEnd))
    .on(merge(sessions$, offered$, drained$, ended$).pipe(mergeMap(refs => refs.filter(isToEnd))))
    .reconcile(async (ref, cx) => {
      const { namespace: agentId, name: executorId } = ref
      const key = keyOf(ref)
      if (!isToEnd(ref)) return done
      const pods = cx.list(Pod, { index: { name: 'executor', value: executorId } })
      if (pods.some(pod => !isTerminal(pod) && agentOf(pod) === agentId)) return done
      const { count, at } = asked.get(key) ?? { count: 0, at: Number.NEGATIVE_INFINITY }
      if (count === tries) {
        // Where it is drained and there all the same, the next task is dropped, and brings us here again.
        if (drained.delete(key)) asked.delete(key)
        return done
      }
      const wait = at + again - cx.clock.now()
      if (wait > 0) return after(wait)
      await feed.shutdown(executorId, agentId)
      asked.set(key, { count: count + 1, at: cx.clock.now() })
      const fields = { executor: executorId, agent: agentId }
      cx.log.verbose(1, 'an executor without pods is ended', fields)
      return after(again)
    })
}

/** An executor is known by its agent and its id. */
const refOf = (executorId: string, agentId: string): Ref => ({ namespace: agentId, name: executorId })

const agentOf = (pod: Pod): string | undefined => pod.metadata.annotations?.[annotation.agentId]

const refsOf = (pod: Pod): Ref[] => {
  const executorId = pod.metadata.annotations?.[annotation.executorId]
  const agentId = agentOf(pod)
  return executorId && agentId ? [refOf(executorId, agentId)] : []
}
