import { map, type Observable } from 'rxjs'
import { annotation } from '../../api/annotations.ts'
import { isStatus } from '../../api/errors.ts'
import { Node, Pod } from '../../api/kinds/index.ts'
import { isTerminal } from '../../api/pod-phase.ts'
import { refOf } from '../../api/resource.ts'
import { isTolerated } from '../../api/tolerations.ts'
import { nodeNameOf } from '../../mesos/protocol/labels.ts'
import type { InverseOffer } from '../../mesos/protocol/messages.gen.ts'
import { groupBy } from '../../util/group-by.ts'
import { type Context, type Controller, controllerOf, done, keyed } from '../runtime/index.ts'
import { departureOf, departureTaint, isDeparture, startOf, untilDeparture } from './window.ts'

/** What is needed of Mesos. Calls reject while there is no session; the next one asks anew. */
interface MaintenanceFeed {
  readonly inverseOffers$: Observable<InverseOffer>
  answerInverse(offerId: string, answer: 'accept' | 'decline', refuseSeconds: number): Promise<void>
}

/** Between two questions of Mesos, seconds: seldom as long as there is nothing to do, and then until all is done. */
const pause = { most: 600, least: 30 } as const

/**
 * What is to become of a pod: it leaves, to be replaced elsewhere; nobody would replace it, so it stays until its
 * machine goes; or it tolerates that.
 */
const fateOf = (pod: Pod): 'leaves' | 'stays' | 'tolerates' => {
  if (isTolerated(departureTaint, pod.spec.tolerations)) return 'tolerates'
  return controllerOf(pod) ? 'leaves' : 'stays'
}

/**
 * Answers Mesos when it asks us to leave an agent. Yes, if every pod there has a controller (or tolerates the end of
 * its machine): these are evicted ten minutes before the window begins. No, as long as there is a pod that nobody
 * would replace. There is no state in it: Mesos asks again until nothing of ours is there, or the schedule is gone.
 */
export const maintenance = (feed: MaintenanceFeed): Controller => {
  const asked = new Map<string, InverseOffer>()

  const asked$ = feed.inverseOffers$.pipe(
    map(offer => {
      const agentId = offer.agent_id?.value ?? ''
      asked.set(agentId, offer)
      return { namespace: '', name: agentId }
    }),
  )

  const reconcile = async (cx: Context, agentId: string, offer: InverseOffer): Promise<void> => {
    const pods = cx
      .list(Pod, { index: { name: 'agent', value: agentId } })
      .filter(pod => !isTerminal(pod) && !pod.metadata.deletionTimestamp)
    const fates = groupBy(pods, fateOf)
    const [leaving, staying] = [fates.get('leaves') ?? [], fates.get('stays') ?? []]
    const { unavailability: window } = offer
    const from = `the machine is to be unavailable from ${startOf(window)}`
    for (const pod of staying) {
      const message = `${from}: without a controller this pod stays until then; delete it and create it anew before`
      cx.event(pod, 'Warning', 'MaintenanceScheduled', message)
    }
    tellNode(cx, offer, `${from}: ${plan(leaving.length, staying.length, departureOf(window))}`)
    const now = cx.clock.now()
    const again = Math.min(pause.most, Math.max(pause.least, untilDeparture(window, now) / 1_000))
    await feed.answerInverse(offer.id.value, staying.length > 0 ? 'decline' : 'accept', again)
    if (isDeparture(window, now)) await Promise.all(leaving.map(pod => evict(cx, pod, from)))
  }

  return keyed('maintenance')
    .index(Pod, 'agent', agentsOf)
    .uses(Node)
    .on(asked$)
    .reconcile(async ({ name }, cx) => {
      const offer = asked.get(name)
      if (!offer) return done
      await reconcile(cx, name, offer)
      if (asked.get(name) === offer) asked.delete(name)
      return done
    })
}

const agentsOf = ({ metadata }: Pod): string[] => {
  const agentId = metadata.annotations?.[annotation.agentId]
  return agentId === undefined ? [] : [agentId]
}

const plan = (leaving: number, staying: number, at: string): string => {
  const plans = [
    ...(leaving > 0 ? [`pods with a controller (${leaving}) are evicted from ${at} on`] : []),
    ...(staying > 0 ? [`pods without one (${staying}) stay`] : []),
  ]
  return plans.length > 0 ? plans.join(', ') : 'no pods are on it'
}

const tellNode = (cx: Context, { url }: InverseOffer, message: string): void => {
  const node = cx.get(Node, { namespace: '', name: nodeNameOf(url?.address.hostname ?? '') })
  if (node) cx.event(node, 'Normal', 'MaintenanceScheduled', message)
}

/** A pod that a budget holds is tried again when Mesos asks again. */
const evict = async (cx: Context, pod: Pod, why: string): Promise<void> => {
  try {
    await cx.client.evict(refOf(pod), { preconditions: { uid: pod.metadata.uid } })
    cx.event(pod, 'Normal', 'MaintenanceEviction', why)
    cx.log.verbose(2, 'pod is evicted before maintenance', { pod: pod.metadata.name })
  } catch (error) {
    if (!isStatus(error, 'NotFound', 'Conflict', 'TooManyRequests')) throw error
    if (isStatus(error, 'TooManyRequests')) cx.event(pod, 'Warning', 'MaintenanceEviction', error.message)
  }
}
