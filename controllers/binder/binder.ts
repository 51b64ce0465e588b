import { auditTime, map, merge, type Observable } from 'rxjs'
import { isStatus } from '../../api/errors.ts'
import { Node, Pod } from '../../api/kinds/index.ts'
import type { ContainerDefaults } from '../../api/pod-resources.ts'
import { nodeNameOf } from '../../mesos/protocol/labels.ts'
import type { Offer } from '../../mesos/protocol/messages.gen.ts'
import { sleep } from '../../util/clock.ts'
import { groupBy } from '../../util/group-by.ts'
import { type ExecutorConfig, executorInfo, type FailedStarts } from '../executors/index.ts'
import { after, type Context, changed, controllerOf, done, keyed, type Result } from '../runtime/index.ts'
import { Agent } from './agent.ts'
import { type Demand, demandOf } from './demand.ts'
import { HeldOffers } from './held-offers.ts'
import { bindingOf, taskOf } from './launch.ts'
import type { OfferFeed, Session } from './mesos.ts'
import { explain, isWaiting, pendingPods } from './pending.ts'
import { type Placement, place } from './place.ts'
import { summary } from './shortage.ts'
import { repellentsOfMaintenance } from './taints.ts'

export interface BinderOptions {
  readonly feed: OfferFeed
  /** The session in which launches may be made: that of Mesos, once our tasks have been asked for in it. */
  readonly ready$: Observable<Session>
  readonly executor: ExecutorConfig
  /** Which agents are spared. */
  readonly starts: Pick<FailedStarts, 'spares'>
  /** What is counted for a container that asks for nothing. */
  readonly defaults: ContainerDefaults
}

/** All pending pods are one piece of work: they are matched against all offers together. */
const queue = { namespace: '', name: 'pending pods' }

/** Pods that are posted together are placed together: an offer that is used is gone until Mesos offers anew. */
const gather = 10

/** Offers without a use are kept this long for what may come next, milliseconds. */
const offerTtl = 5_000

/** Seconds for which Mesos keeps an agent's resources to others: after they did not fit, and when nothing waits. */
const refusal = { unfit: 5, idle: 300 } as const

/** Without a session for so long, milliseconds, the pods that wait are told. */
const awayTime = 5_000

/** What an agent last had to offer explains for this long, milliseconds, why a pod waits. */
const memory = 60_000

/**
 * Assigns pods to agents. The binding is written before Mesos hears of the task, so a crash in between leaves a pod
 * whose task nobody knows, which reconciliation finds; never a task whose pod nobody knows.
 */
export const binder = ({ feed, ready$, executor, starts, defaults }: BinderOptions) => {
  let session: Session = { state: 'disconnected', reason: 'not started' }
  /** What keeps offers from us until we ask for them: a suppression, or the filter of an offer that did not fit. */
  let withheld: 'all' | 'unfit' | undefined
  const held = new HeldOffers()
  let idleSince: number | undefined
  let awaySince: number | undefined
  /** The pods that found no place in the last round. */
  let unlucky: ReadonlySet<string> = new Set()
  const seen = new Map<string, { readonly agent: Agent; readonly at: number }>()

  const demand = (pod: Pod): Demand => demandOf(pod, defaults)

  /** What is open: the offers of each agent, of one role at a time. */
  const agents = (cx: Context, frameworkId: string): Agent[] => {
    const now = cx.clock.now()
    const byRole = groupBy(feed.offers.values(), roleOf)
    const open = [...byRole].flatMap(([role, offers]) => {
      const info = executorInfo(executor, frameworkId, role)
      const byAgent = groupBy(offers, offer => offer.agent_id.value)
      const executorId = info.executor_id.value
      return [...byAgent].map(([agentId, list]) => {
        const window = list.find(({ unavailability }) => unavailability)?.unavailability
        const maintenance = repellentsOfMaintenance(window, now)
        const spared = starts.spares({ agentId, executorId })
        return new Agent(list, info, nodeOf(cx, list[0]), maintenance, spared)
      })
    })
    for (const [key, { at }] of seen) if (now - at > memory) seen.delete(key)
    for (const agent of open) seen.set(`${agent.id} ${agent.executor.executor_id.value}`, { agent, at: now })
    return open
  }

  const launch = async (cx: Context, placements: readonly Placement<Pod>[]): Promise<void> => {
    const byAgent = groupBy(placements, ({ agent }) => agent)
    await Promise.all(
      [...byAgent].map(async ([agent, group]) => {
        const bound = await Promise.all(group.map(placement => bind(cx, placement)))
        const tasks = bound.flatMap((pod, at) => {
          const placement = group[at]
          return pod && placement ? [taskOf(pod, placement)] : []
        })
        if (tasks.length > 0) await feed.accept(offerIds(agent), tasks, 0)
      }),
    )
  }

  /** Sleeps until something changes, and gives back what nobody needs. */
  const rest = async (now: number): Promise<Result> => {
    idleSince ??= now
    const left = idleSince + offerTtl - now
    if (left > 0) return after(left)
    if (withheld !== 'all') {
      withheld = 'all'
      await feed.suppress()
    }
    if (feed.offers.size > 0) await feed.decline([...feed.offers.keys()], refusal.idle)
    return done
  }

  /** Asks for what is withheld if there is a pod that has not had its chance. */
  const ask = async (waiting: readonly Pod[]): Promise<void> => {
    const fresh = waiting.some(({ metadata }) => !unlucky.has(metadata.uid))
    if (withheld === undefined || (withheld === 'unfit' && !fresh)) return
    withheld = undefined
    await feed.revive()
  }

  /** A session that comes back soon is not worth a word. */
  const tellAway = async (cx: Context, waiting: readonly Pod[]): Promise<Result> => {
    awaySince ??= cx.clock.now()
    const left = awaySince + awayTime - cx.clock.now()
    return left > 0 ? after(left) : tell(cx, waiting)
  }

  const tell = async (cx: Context, waiting: readonly Pod[]): Promise<Result> => {
    let again = Number.POSITIVE_INFINITY
    // Pods that are alike wait for the same reason.
    const messages = new Map<string, string | undefined>()
    const messageFor = (wanted: Demand): string | undefined => {
      const key = JSON.stringify(wanted)
      if (!messages.has(key)) {
        const lacks = [...seen.values()].map(({ agent }) => agent.lacks(wanted))
        messages.set(key, whyItWaits(session, lacks))
      }
      return messages.get(key)
    }
    for (const pod of waiting) {
      const message = messageFor(demand(pod))
      if (message) again = Math.min(again, await explain(cx, pod, message))
    }
    return Number.isFinite(again) ? after(again) : done
  }

  const round = async (cx: Context): Promise<Result> => {
    await sleep(cx.clock, gather, cx.signal)
    const waiting = pendingPods(cx)
    if (session.state !== 'subscribed') return tellAway(cx, waiting)
    awaySince = undefined
    if (waiting.length === 0) return rest(cx.clock.now())
    idleSince = undefined
    await ask(waiting)
    const open = agents(cx, session.frameworkId)
    const { placed, unplaced } = place(waiting, demand, pod => controllerOf(pod)?.uid, open)
    unlucky = new Set(unplaced.map(({ pod }) => pod.metadata.uid))
    await launch(cx, placed)
    // What was used is not open any more. As long as something waits, nothing is kept that does not fit it.
    const expired = held.expired(feed.offers, cx.clock.now(), offerTtl)
    const unfit = unplaced.length === 0 ? expired : open.filter(agent => !agent.used).flatMap(offerIds)
    if (unfit.length > 0) {
      withheld = 'unfit'
      await feed.decline(unfit, refusal.unfit)
    }
    if (unplaced.length === 0) return after(offerTtl)
    return tell(
      cx,
      unplaced.map(({ pod }) => pod),
    )
  }

  const sessions$ = ready$.pipe(
    map(next => {
      session = next
      // A new session begins unsuppressed, and knows none of the offers before.
      withheld = undefined
      seen.clear()
    }),
  )

  return keyed('binder')
    .watches(Pod, pod => (isWaiting(pod) ? [queue] : []))
    .watches(Node, () => queue, changed.spec, changed.labels)
    .index(Pod, 'waiting', pod => (isWaiting(pod) ? [''] : []))
    .on(merge(sessions$, feed.offerEvents$.pipe(auditTime(gather))).pipe(map(() => queue)))
    .reconcile((_, cx) => round(cx))
}

const roleOf = ({ allocation_info }: Offer): string => allocation_info?.role ?? '*'

const nodeOf = (cx: Context, { hostname }: Offer): Node | undefined =>
  cx.get(Node, { namespace: '', name: nodeNameOf(hostname) })

const offerIds = (agent: Agent): string[] => agent.offers.map(offer => offer.id.value)

/** Writes the binding; the pod as it is then, or nothing when it has gone or has been changed on the way. */
const bind = async (cx: Context, placement: Placement<Pod>): Promise<Pod | undefined> => {
  const { pod, agent } = placement
  try {
    const bound = await cx.client.bind(bindingOf(placement))
    // What Mesos says of the task must find the pod that it belongs to.
    cx.see(Pod, bound)
    cx.log.verbose(2, 'pod bound', { pod: pod.metadata.name, agent: agent.hostname })
    cx.event(pod, 'Normal', 'Scheduled', `assigned to ${agent.hostname}`)
    return bound
  } catch (error) {
    if (!isStatus(error, 'NotFound', 'Conflict')) throw error
    cx.log.verbose(2, 'pod was not bound', { pod: pod.metadata.name, error })
    return undefined
  }
}

const whyItWaits = (session: Session, lacks: readonly ReturnType<Agent['lacks']>[]): string | undefined => {
  if (session.state !== 'subscribed') return `no Mesos master: ${session.reason}`
  const shortages = lacks.filter(shortage => shortage !== undefined)
  if (shortages.length === 0 && lacks.length === 0) return 'no agent has offered resources yet'
  // One that has room takes the pod with its next offer.
  return shortages.length === lacks.length ? summary(shortages) : undefined
}
