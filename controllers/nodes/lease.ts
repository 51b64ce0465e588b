import { Lease, type Node } from '../../api/kinds/index.ts'
import type { Draft } from '../../api/resource.ts'
import type { Context } from '../runtime/index.ts'
import { heartbeat } from './conditions.ts'

const namespace = 'kube-node-lease'

/** One that was not renewed for two heartbeats has run out. Seconds. */
const duration = (2 * heartbeat) / 1_000

const draftOf = ({ apiVersion, kind, metadata: { name, uid } }: Node, now: number): Draft<Lease> => ({
  metadata: { name, namespace, ownerReferences: [{ apiVersion, kind, name, uid }] },
  spec: {
    holderIdentity: name,
    leaseDurationSeconds: duration,
    renewTime: new Date(now).toISOString().replace('Z', '000Z'),
  },
})

/**
 * Renews the node's Lease, which is where Kubernetes' tools look for a sign of life, with its heartbeat: a kubelet does
 * so every ten seconds, but it is Mesos that watches the agents. It goes with its node. `heard`: when the heartbeat was
 * last written, milliseconds.
 */
export const renewLease = async (cx: Context, node: Node, heard: number): Promise<void> => {
  const { name, uid } = node.metadata
  const { metadata, spec } = cx.get(Lease, { namespace, name }) ?? {}
  const isFresh = Date.parse(spec?.renewTime ?? '') >= heard
  const isIts = metadata?.ownerReferences?.some(owner => owner.uid === uid)
  if (!isFresh || !isIts) await cx.apply(Lease, draftOf(node, cx.clock.now()))
}
