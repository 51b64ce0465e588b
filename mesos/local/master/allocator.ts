import type { Clock } from '../../../util/clock.ts'
import type { Offer } from '../../protocol/messages.gen.ts'
import { available, containsResources, type Resources } from '../../protocol/resources.ts'
import { freeOn, makeOffer } from './offers.ts'
import { type Framework, type MasterAgent, type MasterState, rolesOf } from './state.ts'

/** Decides who is offered what, and when. */
export interface Allocator {
  /** Something came free or somebody came who wants it: allocates on the next tick, once for all who ask. */
  soon(): void
  /** Allocates after the batch interval: for what was just refused and would be offered in a circle. */
  later(): void
  /** The framework does not want these resources of the agent, or a part of them, for some time. */
  refuse(framework: string, agent: string, resources: Resources, seconds: number): void
  /** Forgets what the framework refused. */
  clearFilters(framework: string): void
  close(): void
}

interface Filter {
  readonly framework: string
  readonly agent: string
  readonly resources: Resources
  readonly cancel: () => void
}

/** The longest that a timer can wait, a little under 25 days; a filter that ends early does no harm. */
const maxSeconds = 2 ** 31 / 1000 - 1

/** Crumbs are not offered. Thousandths of cpus, and of megabytes; one is enough, as Mesos has it. */
const minimum = [
  ['cpus', 10],
  ['mem', 32_000],
] as const

const isWorthwhile = (resources: Resources): boolean =>
  minimum.some(([name, least]) => {
    const amount = available(resources, name)
    return amount?.type === 'SCALAR' && amount.value >= least
  })

/** The first role that wants offers. */
const wantingRole = ({ info, suppressedRoles }: Framework): string | undefined =>
  rolesOf(info).find(role => !suppressedRoles.has(role))

export const allocator = (state: MasterState, clock: Clock, interval: number): Allocator => {
  const filters = new Set<Filter>()
  let due = Number.POSITIVE_INFINITY
  let cancelDue = () => {}

  const isRefused = (framework: Framework, agent: MasterAgent, resources: Resources): boolean =>
    [...filters].some(
      filter =>
        filter.framework === framework.id &&
        filter.agent === agent.id &&
        containsResources(filter.resources, resources),
    )

  /** The agent's free resources as one offer to the first framework that wants them. */
  const offerAgent = (agent: MasterAgent): { framework: Framework; offer: Offer } | undefined => {
    const free = freeOn(agent)
    if (!agent.send || !isWorthwhile(free)) return undefined
    for (const framework of state.frameworks.values()) {
      const role = wantingRole(framework)
      if (!framework.subscription || role === undefined || isRefused(framework, agent, free)) continue
      return { framework, offer: makeOffer(state, framework, agent, role, free) }
    }
    return undefined
  }

  const allocate = () => {
    due = Number.POSITIVE_INFINITY
    const offered = new Map<Framework, Offer[]>()
    for (const agent of state.agents.values()) {
      const made = offerAgent(agent)
      if (made) offered.set(made.framework, [...(offered.get(made.framework) ?? []), made.offer])
    }
    for (const [framework, offers] of offered) {
      framework.subscription?.events.send({ type: 'OFFERS', offers: { offers } })
    }
  }

  const within = (ms: number) => {
    const at = clock.now() + ms
    if (at >= due) return
    cancelDue()
    due = at
    cancelDue = clock.after(ms, allocate)
  }

  const remove = (filter: Filter) => {
    filter.cancel()
    filters.delete(filter)
  }

  return {
    soon: () => within(0),
    later: () => within(interval),
    refuse(framework, agent, resources, seconds) {
      const cancel = clock.after(Math.min(seconds, maxSeconds) * 1000, () => {
        filters.delete(filter)
        within(0)
      })
      const filter: Filter = { framework, agent, resources, cancel }
      filters.add(filter)
    },
    clearFilters(framework) {
      for (const filter of filters) if (filter.framework === framework) remove(filter)
    },
    close() {
      cancelDue()
      for (const filter of filters) remove(filter)
    },
  }
}
