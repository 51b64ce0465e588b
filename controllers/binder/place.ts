import type { Agent } from './agent.ts'
import type { Demand } from './demand.ts'
import type { Grant } from './ledger.ts'
import type { Shortage } from './shortage.ts'

export interface Placement<P> {
  readonly pod: P
  readonly agent: Agent
  readonly grant: Grant
}

export interface Round<P> {
  readonly placed: readonly Placement<P>[]
  /** For every pod that fits nowhere: what each agent lacks. */
  readonly unplaced: readonly { readonly pod: P; readonly shortages: readonly Shortage[] }[]
}

/** An agent that is used is left with at most this much less than the freest one, thousandths of a CPU. */
const margin = 1_000

/** So many agents take part in a round before one takes several pods in a row. */
const breadth = 16

/**
 * Matches the whole queue against all agents at once, oldest pod first. A pod goes where most CPUs are free, which
 * spreads; one that fits nowhere holds up none behind it. Every agent that is used costs a call and a new offer: in a
 * long queue some pods in a row go to the same one, as long as it is about as free as others. Those of one controller
 * never do.
 */
export const place = <P>(
  queue: readonly P[],
  demandOf: (pod: P) => Demand,
  controllerOf: (pod: P) => string | undefined,
  agents: readonly Agent[],
): Round<P> => {
  const placed: Placement<P>[] = []
  const unplaced: { pod: P; shortages: readonly Shortage[] }[] = []
  const byFreeCpus = agents.toSorted((a, b) => b.freeCpus - a.freeCpus)
  // Agents only have less as the round goes on: what found no place finds none later.
  const failed = new Map<string, readonly Shortage[]>()

  const fit = (demand: Demand): { agent: Agent; at: number } | readonly Shortage[] => {
    const key = JSON.stringify(demand)
    const known = failed.get(key)
    if (known) return known
    const shortages: Shortage[] = []
    for (const [at, agent] of byFreeCpus.entries()) {
      const shortage = agent.lacks(demand)
      if (!shortage) return { agent, at }
      shortages.push(shortage)
    }
    failed.set(key, shortages)
    return shortages
  }

  const longest = Math.ceil(queue.length / breadth)
  /** The pods in a row that the agent at this place has taken last. */
  let row:
    | { readonly agent: Agent; at: number; length: number; readonly controllers: Set<string> }
    | undefined

  const inRow = (demand: Demand, controller: string | undefined): boolean =>
    row !== undefined &&
    row.length < longest &&
    (controller === undefined || !row.controllers.has(controller)) &&
    (byFreeCpus[0]?.freeCpus ?? 0) - row.agent.freeCpus < margin &&
    !row.agent.lacks(demand)

  for (const pod of queue) {
    const demand = demandOf(pod)
    const controller = controllerOf(pod)
    const found = row && inRow(demand, controller) ? row : fit(demand)
    if (!('agent' in found)) {
      unplaced.push({ pod, shortages: found })
      continue
    }
    const { agent, at } = found
    placed.push({ pod, agent, grant: agent.take(demand) })
    byFreeCpus.splice(at, 1)
    const now = firstBelow(byFreeCpus, agent.freeCpus)
    byFreeCpus.splice(now, 0, agent)
    if (row?.agent !== agent) row = { agent, at: now, length: 0, controllers: new Set() }
    row.at = now
    row.length++
    if (controller !== undefined) row.controllers.add(controller)
  }
  return { placed, unplaced }
}

/** Where an agent with so many free CPUs belongs: behind its equals, which have their turn first. */
const firstBelow = (agents: readonly Agent[], freeCpus: number): number => {
  let low = 0
  let high = agents.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((agents[middle] as Agent).freeCpus >= freeCpus) low = middle + 1
    else high = middle
  }
  return low
}
