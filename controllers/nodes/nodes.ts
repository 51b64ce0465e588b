import { map, Subject } from 'rxjs'
import { Lease, Node } from '../../api/kinds/index.ts'
import { sameJson } from '../../api/patch/json.ts'
import { condition } from '../../api/pod-phase.ts'
import { dnsSubdomain } from '../../api/validation/names.ts'
import { after, type Context, type Controller, changed, done, keyed, type Result } from '../runtime/index.ts'
import { agents } from './agents.ts'
import { heartbeat, patience } from './conditions.ts'
import { Directory, type Entry } from './directory.ts'
import { renewLease } from './lease.ts'
import type { AgentFeed } from './mesos.ts'
import { agentIdOf, metadataOf } from './metadata.ts'
import { lostStatus, statusOf, type Usage } from './node-status.ts'

/** Heartbeats drift apart by up to this time, milliseconds: a thousand nodes are not written at once. */
const drift = 60_000

/** A node whose agent is lost stays for this time, milliseconds: the agent may come back. */
const lostGrace = 5 * 60_000

/**
 * Keeps one Node for every agent of Mesos: its labels, its address, what it has, whether it is there. A node whose
 * agent is lost is not ready, and goes after a while; when the agent comes back, so does the node.
 */
export const nodes = (feed: AgentFeed, usage: Usage): readonly Controller[] => {
  const directory = new Directory()
  const news$ = new Subject<string>()
  const nameless = new Set<string>()

  /** Mesos takes any host name, Kubernetes does not. */
  const tellNameless = (cx: Context, name: string, { agent }: Entry): Result => {
    if (nameless.has(name)) return done
    nameless.add(name)
    const advice = 'start the agent with another --hostname'
    const [why] = dnsSubdomain(name)
    cx.log.warn(`an agent cannot be a node because of its host name: ${advice}`, {
      agent: agent.id,
      name,
      why,
    })
    return done
  }

  const keep = async (cx: Context, name: string, node: Node | undefined, entry: Entry): Promise<Result> => {
    const now = cx.clock.now()
    const known = node && agentIdOf(node) === entry.agent.id ? node.status : undefined
    const written = await writeMetadata(cx, name, node, entry)
    const status = statusOf(entry, known, usage, now)
    await writeStatus(cx, written, status)
    if (entry.awaySince === undefined) {
      const heard = Date.parse(condition(status, 'Ready')?.lastHeartbeatTime ?? '')
      await renewLease(cx, written, heard)
      return after(heard + heartbeat - now + Math.random() * drift)
    }
    const left = entry.awaySince + patience - now
    return left > 0 ? after(left) : done
  }

  const lose = async (cx: Context, node: Node): Promise<Result> => {
    const now = cx.clock.now()
    const status = lostStatus(node.status, now)
    await writeStatus(cx, node, status)
    const left = Date.parse(condition(status, 'Ready')?.lastTransitionTime ?? '') + lostGrace - now
    if (left > 0) return after(left)
    if (isMarked(node)) return done
    cx.log.info('the node of a lost agent is removed', { node: node.metadata.name })
    await cx.delete(Node, node)
    return done
  }

  return [
    agents(feed, directory, news$),
    keyed('nodes', { concurrency: 8 })
      .watches(
        Node,
        ({ metadata }) => refOf(metadata.name),
        changed.spec,
        changed.labels,
        changed.annotations,
      )
      .uses(Lease)
      .on(news$.pipe(map(refOf)))
      .reconcile(async (ref, cx) => {
        const node = cx.get(Node, ref)
        const entry = directory.get(ref.name)
        if (entry && dnsSubdomain(ref.name).length > 0) return tellNameless(cx, ref.name, entry)
        if (entry) return keep(cx, ref.name, node, entry)
        const lost = node !== undefined && agentIdOf(node) !== undefined && directory.isAbsent(ref.name)
        return lost ? lose(cx, node) : done
      }),
  ]
}

const refOf = (name: string) => ({ namespace: '', name })

/** What somebody has said of a node must outlive a reboot of its machine, however long that takes. */
const isMarked = ({ spec }: Node): boolean => Boolean(spec?.unschedulable || spec?.taints?.length)

const writeMetadata = async (
  cx: Context,
  name: string,
  node: Node | undefined,
  { agent }: Entry,
): Promise<Node> => {
  const metadata = { ...node?.metadata, name, ...metadataOf(agent, node?.metadata) }
  if (!node) {
    cx.log.verbose(1, 'an agent becomes a node', { node: name, agent: agent.id })
    return cx.create(Node, { metadata })
  }
  return sameJson(node.metadata, metadata)
    ? node
    : cx.update(Node, { ...node, metadata: { ...node.metadata, ...metadata } })
}

const writeStatus = async (cx: Context, node: Node, status: NonNullable<Node['status']>): Promise<void> => {
  if (sameJson(node.status, status)) return
  await cx.updateStatus(Node, { ...node, status })
  const [before, ready] = [condition(node.status, 'Ready'), condition(status, 'Ready')]
  if (!ready || before?.status === ready.status) return
  const is = ready.status === 'True'
  cx.event(node, is ? 'Normal' : 'Warning', is ? 'NodeReady' : 'NodeNotReady', ready.message ?? '')
  cx.log.verbose(1, is ? 'node is ready' : 'node is not ready', {
    node: node.metadata.name,
    why: ready.reason,
  })
}
