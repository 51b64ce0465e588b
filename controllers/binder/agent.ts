import type { Node } from '../../api/kinds/index.ts'
import { thousandths } from '../../mesos/protocol/amount.ts'
import { agentLabels, nodeNameOf } from '../../mesos/protocol/labels.ts'
import type { ExecutorInfo, Offer, Resource } from '../../mesos/protocol/messages.gen.ts'
import {
  containsRanges,
  countRanges,
  normalizeRanges,
  type Ranges,
  subtractRanges,
} from '../../mesos/protocol/ranges.ts'
import type { Demand } from './demand.ts'
import type { Shortage } from './shortage.ts'
import { type Repellent, repellentsOf, repels } from './taints.ts'

/** A scalar resource of an offer with what is left of it, in thousandths. */
interface Share {
  readonly resource: Resource
  left: number
}

/** The port ranges of an offer's resource, with what is left of them. */
interface PortShare {
  readonly resource: Resource
  left: Ranges
}

/** A host port for a container port of the pod. */
export interface ChosenPort {
  readonly protocol: string
  readonly containerPort: number
  readonly hostPort: number
  /** False where the pod itself says which. */
  readonly free: boolean
}

export interface Grant {
  readonly resources: readonly Resource[]
  readonly ports: readonly ChosenPort[]
}

/**
 * What one agent offers to one role, all its open offers together, as a ledger: every pod that is placed on it takes
 * its share. The first pod also pays for the executor, unless the agent runs that already. Roles are kept apart:
 * Mesos refuses a launch that mixes offers of several.
 */
export class Agent {
  readonly id: string
  readonly hostname: string
  readonly nodeName: string
  readonly offers: readonly [Offer, ...Offer[]]
  /** Runs the pods that are placed here. */
  readonly executor: ExecutorInfo
  readonly #node: Node | undefined
  #labels: Readonly<Record<string, string>> | undefined
  readonly #repellents: readonly Repellent[]
  readonly #spared: boolean
  readonly #cpus: Share[]
  readonly #mem: Share[]
  readonly #gpus: Share[]
  readonly #ports: PortShare[]
  #executorPaid: boolean
  #granted = 0

  /**
   * `node`: what operators say of it, where it has one already; `maintenance`: what the schedule of its machine says;
   * `spared`: the executor has just failed to start there.
   */
  constructor(
    offers: readonly [Offer, ...Offer[]],
    executor: ExecutorInfo,
    node?: Node,
    maintenance: readonly Repellent[] = [],
    spared = false,
  ) {
    const [first] = offers
    this.id = first.agent_id.value
    this.hostname = first.hostname
    this.nodeName = nodeNameOf(first.hostname)
    this.offers = offers
    this.#node = node
    this.#repellents = [...repellentsOf(node), ...maintenance]
    this.#spared = spared
    this.executor = executor
    this.#executorPaid = offers.some(offer =>
      offer.executor_ids?.some(id => id.value === executor.executor_id.value),
    )
    // Revocable resources can be taken away at any time: not for pods that did not ask for that.
    const usable = offers.flatMap(offer => offer.resources ?? []).filter(resource => !resource.revocable)
    const shares = (name: string): Share[] =>
      usable
        .filter(resource => resource.name === name)
        .map(resource => ({ resource, left: thousandths(resource.scalar?.value ?? 0) }))
    this.#cpus = shares('cpus')
    this.#mem = shares('mem')
    this.#gpus = shares('gpus')
    this.#ports = usable
      .filter(resource => resource.name === 'ports')
      .map(resource => ({ resource, left: normalizeRanges(resource.ranges?.range ?? []) }))
  }

  /** Made when a pod asks for one: most pods select no node. */
  get labels(): Readonly<Record<string, string>> {
    this.#labels ??= { ...this.#node?.metadata.labels, ...agentLabels(this.offers[0]) }
    return this.#labels
  }

  /** Free CPUs, in thousandths: where most are, the next pod goes. */
  get freeCpus(): number {
    return total(this.#cpus)
  }

  /** True when pods have been placed on it in this round. */
  get used(): boolean {
    return this.#granted > 0
  }

  /** The first thing that is missing for the demand; undefined when it fits. */
  lacks(demand: Demand): Shortage | undefined {
    const { node } = demand
    if (node !== undefined && node !== this.nodeName) return { of: 'node', node }
    for (const [label, value] of Object.entries(demand.nodeSelector)) {
      if (this.labels[label] !== value) return { of: 'label', label, value }
    }
    const repellent = this.#repellents.find(each => repels(each, demand))
    if (repellent) return repellent.shortage
    if (this.#spared) return { of: 'executor' }
    const cpu = thousandths(demand.cpus) + this.#due('cpus') - total(this.#cpus)
    if (cpu > 0) return { of: 'cpu', by: cpu / 1_000 }
    const memory = thousandths(demand.mem) + this.#due('mem') - total(this.#mem)
    if (memory > 0) return { of: 'memory', by: memory / 1_000 }
    const gpus = thousandths(demand.gpus) - total(this.#gpus)
    if (gpus > 0) return { of: 'gpu', by: gpus / 1_000 }
    const fixed = new Set(demand.ports.map(port => port.hostPort).filter(port => port > 0))
    for (const port of fixed) {
      if (!this.#ports.some(share => containsRanges(share.left, single(port)))) return { of: 'port', port }
    }
    const free = countRanges(this.#ports.flatMap(share => share.left))
    const wanted = fixed.size + demand.ports.filter(port => port.hostPort === 0).length
    return wanted > free ? { of: 'ports', by: wanted - free } : undefined
  }

  /** Takes the demand's share; to be called only after `lacks` has found nothing. */
  take(demand: Demand): Grant {
    if (!this.#executorPaid) {
      // The ExecutorInfo claims these itself; here they only leave the ledger.
      draw(this.#cpus, this.#due('cpus'))
      draw(this.#mem, this.#due('mem'))
      this.#executorPaid = true
    }
    this.#granted++
    const scalars = [
      ...draw(this.#cpus, thousandths(demand.cpus)),
      ...draw(this.#mem, thousandths(demand.mem)),
      ...draw(this.#gpus, thousandths(demand.gpus)),
    ]
    const claims = new Map<PortShare, number[]>()
    const claim = (port: number): void => {
      const share = this.#ports.find(({ left }) => containsRanges(left, single(port)))
      // The same host port for TCP and UDP is one port to Mesos: already claimed by this pod.
      if (!share) return
      share.left = subtractRanges(share.left, single(port))
      claims.set(share, [...(claims.get(share) ?? []), port])
    }
    // Fixed ports first, so that a free choice does not take one of them.
    for (const port of demand.ports) if (port.hostPort > 0) claim(port.hostPort)
    const ports = demand.ports.map(port => {
      if (port.hostPort > 0) return { ...port, free: false }
      // From the top: what people choose themselves is mostly at the bottom.
      const hostPort = Math.max(...this.#ports.flatMap(({ left }) => left).map(range => range.end))
      claim(hostPort)
      return { ...port, hostPort, free: true }
    })
    const ranges = [...claims].map(([{ resource }, taken]) => ({
      ...resource,
      ranges: { range: normalizeRanges(taken.flatMap(single)) },
    }))
    return { resources: [...scalars, ...ranges], ports }
  }

  #due(name: 'cpus' | 'mem'): number {
    return this.#executorPaid ? 0 : thousandths(scalarIn(this.executor.resources ?? [], name))
  }
}

const scalarIn = (resources: readonly Resource[], name: string): number =>
  resources.find(resource => resource.name === name)?.scalar?.value ?? 0

const total = (shares: readonly Share[]): number => shares.reduce((sum, share) => sum + share.left, 0)

/** Takes `amount` thousandths from the shares in turn, and says what came from each. */
const draw = (shares: readonly Share[], amount: number): Resource[] => {
  const drawn: Resource[] = []
  let missing = amount
  for (const share of shares) {
    const part = Math.min(share.left, missing)
    if (part === 0) continue
    share.left -= part
    missing -= part
    drawn.push({ ...share.resource, scalar: { value: part / 1_000 } })
  }
  return drawn
}

const single = (port: number): Ranges => [{ begin: port, end: port }]
