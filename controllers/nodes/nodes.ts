import { filter, map, type Observable, tap } from 'rxjs'
import { annotation } from '../../api/annotations.ts'
import { Node } from '../../api/kinds/index.ts'
import { sameJson } from '../../api/patch/json.ts'
import { agentLabels } from '../../mesos/protocol/labels.ts'
import type { Offer } from '../../mesos/protocol/messages.gen.ts'
import { type Controller, done, keyed } from '../runtime/index.ts'
import { statusAfter } from './node-status.ts'

/** What the node reconciler needs of Mesos. */
export interface AgentFeed {
  readonly offerEvents$: Observable<{ readonly type: 'ADDED' | 'DELETED'; readonly offer: Offer }>
}

/** Keeps one Node for every agent that has offered resources: its labels, its address, what it has. */
export const nodes = (feed: AgentFeed): Controller => {
  const offers = new Map<string, Offer>()
  const offered$ = feed.offerEvents$.pipe(
    filter(({ type }) => type === 'ADDED'),
    tap(({ offer }) => offers.set(offer.hostname, offer)),
    map(({ offer }) => ({ namespace: '', name: offer.hostname })),
  )
  return keyed('nodes')
    .uses(Node)
    .on(offered$)
    .reconcile(async (ref, cx) => {
      const offer = offers.get(ref.name)
      if (!offer) return done
      const agentId = offer.agent_id.value
      const before = cx.get(Node, ref)
      const metadata = {
        name: ref.name,
        labels: agentLabels(offer),
        annotations: { [annotation.agentId]: agentId },
      }
      const [node] = await cx.apply(Node, { metadata })
      const sameAgent = before?.metadata.annotations?.[annotation.agentId] === agentId
      const status = statusAfter(offer, sameAgent ? before?.status : undefined, cx.clock.now())
      if (node && !sameJson(node.status, status)) await cx.updateStatus(Node, { ...node, status })
      return done
    })
}
