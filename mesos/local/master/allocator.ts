import type { Clock } from '../../../util/clock.ts'
import { thousandths } from '../../protocol/amount.ts'
import type { Offer } from '../../protocol/messages.gen.ts'
import type { Resources } from '../../protocol/resources.ts'
import type { Quantities } from '../resource-text.ts'
import { isAllocatable, offerable } from './offerable.ts'
import { freeOn, makeOffer, removeOffer } from './offers.ts'
import { isUnderGuarantee, withinQuotas } from './quotas.ts'
import { refusals } from './refusals.ts'
import { type Framework, type MasterAgent, type MasterState, type OpenOffer, rolesOf } from './state.ts'

/** Decides who is offered what, and when. */
export interface Allocator {
  /**
   * Something came free on the agent: allocates it on the next tick, once for all who ask. Without an agent, all of
   * them: somebody came who wants it.
   */
  soon(agent?: string): void
  /** Allocates after the batch interval: for what was just refused and would be offered in a circle. */
  later(agent: string): void
  /** The framework does not want these resources of the agent, or a part of them, for some time. */
  refuse(from: Pick<OpenOffer, 'framework' | 'role' | 'agent'>, resources: Resources, seconds: number): void
  /** Forgets what the framework refused, in these roles or in all. */
  clearFilters(framework: string, roles?: readonly string[]): void
  close(): void
}

export interface AllocatorOptions {
  readonly state: MasterState
  readonly clock: Clock
  /** Between a refusal without a filter and the next offer, milliseconds. */
  readonly interval: number
  /** What an offer must have at least: all of one of these. */
  readonly minAllocatable?: readonly Quantities[]
  /** Milliseconds after which an offer is taken back; for ever when undefined. */
  readonly offerTimeout?: number | undefined
}

/** As Mesos has it: a hundredth of a CPU, or 32 MB. */
export const defaultMinAllocatable: readonly Quantities[] = [
  new Map([['cpus', 10]]),
  new Map([['mem', 32_000]]),
]

/** What the framework itself calls too little in a role, if it does. */
const leastFor = (
  { info }: Framework,
  role: string,
  standard: readonly Quantities[],
): readonly Quantities[] => {
  const own = info.offer_filters?.[role]?.min_allocatable_resources?.quantities
  if (!own) return standard
  return own.map(
    ({ quantities = {} }) =>
      new Map(Object.entries(quantities).map(([name, { value }]) => [name, thousandths(value)])),
  )
}

/** Agents that wait for an allocation, and when it comes. */
const candidates = (clock: Clock, allocate: (agents: ReadonlySet<string> | 'all') => void) => {
  let waiting: Set<string> | 'all' = new Set()
  let cancel: (() => void) | undefined
  return {
    add(agent: string | undefined, ms: number): void {
      if (agent === undefined) waiting = 'all'
      else if (waiting !== 'all') waiting.add(agent)
      cancel ??= clock.after(ms, () => {
        const chosen = waiting
        waiting = new Set()
        cancel = undefined
        allocate(chosen)
      })
    },
    close: () => cancel?.(),
  }
}

export const allocator = (options: AllocatorOptions): Allocator => {
  const { state, clock, interval, offerTimeout, minAllocatable = defaultMinAllocatable } = options
  const refused = refusals(clock)

  /** The frameworks that want offers, by role. */
  const wanting = (): ReadonlyMap<string, readonly Framework[]> => {
    const roles = new Map<string, Framework[]>()
    for (const framework of state.frameworks.values()) {
      if (!framework.subscription) continue
      for (const role of rolesOf(framework.info)) {
        if (!framework.suppressedRoles.has(role)) roles.set(role, [...(roles.get(role) ?? []), framework])
      }
    }
    return roles
  }

  /** Those with the least of the cluster come first; before them, those that have less than is guaranteed to them. */
  const inOrder = (roles: Iterable<string>): readonly string[] =>
    [...roles]
      .map(role => ({
        role,
        first: isUnderGuarantee(state, role) ? 0 : 1,
        share: state.shares.ofRole(role) / (state.weights.get(role) ?? 1),
      }))
      .sort((a, b) => a.first - b.first || a.share - b.share)
      .map(({ role }) => role)

  const expire = (open: OpenOffer): void => {
    removeOffer(state, open)
    const framework = state.frameworks.get(open.framework)
    framework?.subscription?.events.send({ type: 'RESCIND', rescind: { offer_id: open.offer.id } })
    late.add(open.agent, interval)
  }

  /** What is free on the agent, for one role after the other: each may get what is reserved for it alone. */
  const offerAgent = (
    agent: MasterAgent,
    roles: ReadonlyMap<string, readonly Framework[]>,
    offered: (framework: Framework, offer: Offer) => void,
  ): void => {
    if (!agent.send || agent.deactivated) return
    let free = freeOn(agent)
    for (const role of inOrder(roles.keys())) {
      const byShare = [...(roles.get(role) ?? [])]
        .map(framework => ({ framework, share: state.shares.ofFramework({ framework: framework.id, role }) }))
        .sort((a, b) => a.share - b.share)
      for (const { framework } of byShare) {
        if (free.size === 0) return
        const part = withinQuotas(state, role, offerable(state, agent, free, framework, role))
        if (!isAllocatable(part, leastFor(framework, role, minAllocatable))) continue
        if (refused.has({ framework: framework.id, role }, agent.id, part)) continue
        const open = makeOffer(state, framework, agent, role, part)
        if (offerTimeout !== undefined) open.cancelTimeout = clock.after(offerTimeout, () => expire(open))
        offered(framework, open.offer)
        free = freeOn(agent)
      }
    }
  }

  const allocate = (chosen: ReadonlySet<string> | 'all') => {
    const roles = wanting()
    if (roles.size === 0) return
    const offers = new Map<Framework, Offer[]>()
    const offered = (framework: Framework, offer: Offer) => {
      const list = offers.get(framework) ?? []
      list.push(offer)
      offers.set(framework, list)
    }
    for (const id of chosen === 'all' ? state.agents.keys() : chosen) {
      const agent = state.agents.get(id)
      if (agent) offerAgent(agent, roles, offered)
    }
    for (const [framework, list] of offers) {
      framework.subscription?.events.send({ type: 'OFFERS', offers: { offers: list } })
    }
  }

  const next = candidates(clock, allocate)
  const late = candidates(clock, allocate)

  return {
    soon: agent => next.add(agent, 0),
    later: agent => late.add(agent, interval),
    refuse: (from, resources, seconds) =>
      refused.add(from, from.agent, resources, seconds, () => next.add(from.agent, 0)),
    clearFilters: (framework, roles) => refused.clear(framework, roles),
    close() {
      next.close()
      late.close()
      refused.close()
      for (const { cancelTimeout } of state.offers.values()) cancelTimeout()
    },
  }
}
