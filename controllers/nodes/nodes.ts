import type { NodeStatus } from 'kubernetes-types/core/v1'
import { filter, map, type Observable, tap } from 'rxjs'
import { annotation } from '../../api/annotations.ts'
import { Node } from '../../api/kinds/index.ts'
import { timeOf } from '../../api/pod-phase.ts'
import { agentLabels } from '../../mesos/protocol/labels.ts'
import type { Offer } from '../../mesos/protocol/messages.gen.ts'
import { type Controller, done, keyed } from '../runtime/index.ts'

/** What the node reconciler needs of Mesos. */
export interface AgentFeed {
  readonly offerEvents$: Observable<{ readonly type: 'ADDED' | 'DELETED'; readonly offer: Offer }>
}

/** Keeps one Node for every agent that has offered resources: its labels, its address, where its tasks run. */
export const nodes = (feed: AgentFeed): Controller => {
  const agents = new Map<string, Offer>()
  const offered$ = feed.offerEvents$.pipe(
    filter(({ type }) => type === 'ADDED'),
    filter(({ offer }) => agents.get(offer.hostname)?.agent_id.value !== offer.agent_id.value),
    tap(({ offer }) => agents.set(offer.hostname, offer)),
    map(({ offer }) => ({ namespace: '', name: offer.hostname })),
  )
  return keyed('nodes')
    .uses(Node)
    .on(offered$)
    .reconcile(async (ref, cx) => {
      const offer = agents.get(ref.name)
      if (!offer) return done
      const metadata = {
        name: ref.name,
        labels: agentLabels(offer),
        annotations: { [annotation.agentId]: offer.agent_id.value },
      }
      const [node] = await cx.apply(Node, { metadata })
      const status = statusOf(offer, timeOf(cx.clock.now()))
      const known = node?.status?.conditions?.find(({ type }) => type === 'Ready')?.status
      if (node && known !== 'True')
        await cx.updateStatus(Node, { ...node, status: { ...node.status, ...status } })
      return done
    })
}

const statusOf = ({ hostname, url }: Offer, now: string): NodeStatus => ({
  addresses: [
    { type: 'Hostname', address: hostname },
    ...(url?.address.ip ? [{ type: 'InternalIP', address: url.address.ip }] : []),
  ],
  conditions: [
    {
      type: 'Ready',
      status: 'True',
      reason: 'AgentOffers',
      message: 'the Mesos agent offers resources',
      lastHeartbeatTime: now,
      lastTransitionTime: now,
    },
  ],
})
