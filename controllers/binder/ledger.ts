import { thousandths } from '../../mesos/protocol/amount.ts'
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

/** Revocable resources can be taken away at any time: not for pods that did not ask for that. */
const isUsable = ({ revocable }: Resource): boolean => !revocable

/** The CPUs of offers, in thousandths, before anything is taken. */
export const offeredCpus = (offers: readonly Offer[]): number => {
  let sum = 0
  for (const { resources = [] } of offers) {
    for (const resource of resources) {
      if (resource.name === 'cpus' && isUsable(resource)) sum += thousandths(resource.scalar?.value ?? 0)
    }
  }
  return sum
}

/**
 * The resources of one agent's offers: every pod takes its share. The first one also pays for the executor, unless the
 * agent runs that already.
 */
export class Ledger {
  readonly #executor: ExecutorInfo
  readonly #cpus: readonly Share[]
  readonly #mem: readonly Share[]
  readonly #gpus: readonly Share[]
  readonly #ports: readonly PortShare[]
  #executorPaid: boolean

  constructor(offers: readonly Offer[], executor: ExecutorInfo) {
    this.#executor = executor
    this.#executorPaid = offers.some(offer =>
      offer.executor_ids?.some(id => id.value === executor.executor_id.value),
    )
    const usable = offers.flatMap(offer => offer.resources ?? []).filter(isUsable)
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

  /** In thousandths. */
  get freeCpus(): number {
    return total(this.#cpus)
  }

  /** The first thing that is missing for the demand; undefined when it fits. */
  lacks(demand: Demand): Shortage | undefined {
    const cpu = thousandths(demand.cpus) + this.#due('cpus') - total(this.#cpus)
    if (cpu > 0) return { of: 'cpu', by: cpu / 1_000 }
    const memory = thousandths(demand.mem) + this.#due('mem') - total(this.#mem)
    if (memory > 0) return { of: 'memory', by: memory / 1_000 }
    const gpus = thousandths(demand.gpus) - total(this.#gpus)
    if (gpus > 0) return { of: 'gpu', by: gpus / 1_000 }
    if (demand.ports.length === 0) return undefined
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
    return this.#executorPaid ? 0 : thousandths(scalarIn(this.#executor.resources ?? [], name))
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
