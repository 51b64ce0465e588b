import type { Node } from '../../api/kinds/index.ts'
import { agentLabels, nodeNameOf } from '../../mesos/protocol/labels.ts'
import type { ExecutorInfo, Offer } from '../../mesos/protocol/messages.gen.ts'
import type { Demand } from './demand.ts'
import { type Grant, Ledger, offeredCpus } from './ledger.ts'
import type { Shortage } from './shortage.ts'
import { type Repellent, repellentsOf, repels } from './taints.ts'

/**
 * What one agent offers to one role, all its open offers together. Roles are kept apart: Mesos refuses a launch that
 * mixes offers of several. Of a thousand agents a round looks closer at a few, so all but the free CPUs is made then.
 */
export class Agent {
  readonly id: string
  readonly hostname: string
  readonly nodeName: string
  readonly offers: readonly [Offer, ...Offer[]]
  /** Runs the pods that are placed here. */
  readonly executor: ExecutorInfo
  readonly #node: Node | undefined
  readonly #maintenance: readonly Repellent[]
  readonly #spared: boolean
  #freeCpus: number
  #used = false
  #labels: Readonly<Record<string, string>> | undefined
  #repellents: readonly Repellent[] | undefined
  #ledger: Ledger | undefined

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
    this.executor = executor
    this.#node = node
    this.#maintenance = maintenance
    this.#spared = spared
    this.#freeCpus = offeredCpus(offers)
  }

  get labels(): Readonly<Record<string, string>> {
    this.#labels ??= { ...this.#node?.metadata.labels, ...agentLabels(this.offers[0]) }
    return this.#labels
  }

  /** Free CPUs, in thousandths: where most are, the next pod goes. */
  get freeCpus(): number {
    return this.#freeCpus
  }

  /** True when pods have been placed on it in this round. */
  get used(): boolean {
    return this.#used
  }

  /** The first thing that is missing for the demand; undefined when it fits. */
  lacks(demand: Demand): Shortage | undefined {
    const { node } = demand
    if (node !== undefined && node !== this.nodeName) return { of: 'node', node }
    for (const [label, value] of Object.entries(demand.nodeSelector)) {
      if (this.labels[label] !== value) return { of: 'label', label, value }
    }
    this.#repellents ??= [...repellentsOf(this.#node), ...this.#maintenance]
    const repellent = this.#repellents.find(each => repels(each, demand))
    if (repellent) return repellent.shortage
    if (this.#spared) return { of: 'executor' }
    return this.#resources.lacks(demand)
  }

  /** Takes the demand's share; to be called only after `lacks` has found nothing. */
  take(demand: Demand): Grant {
    const grant = this.#resources.take(demand)
    this.#freeCpus = this.#resources.freeCpus
    this.#used = true
    return grant
  }

  get #resources(): Ledger {
    this.#ledger ??= new Ledger(this.offers, this.executor)
    return this.#ledger
  }
}
