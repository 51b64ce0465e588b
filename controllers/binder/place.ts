import type { Agent, Grant } from './agent.ts'
import type { Demand } from './demand.ts'
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

/**
 * Matches the whole queue against all agents at once, oldest pod first. A pod goes where most CPUs are free, which
 * spreads; one that fits nowhere holds up none behind it.
 */
export const place = <P>(
  queue: readonly P[],
  demandOf: (pod: P) => Demand,
  agents: readonly Agent[],
): Round<P> => {
  const placed: Placement<P>[] = []
  const unplaced: { pod: P; shortages: Shortage[] }[] = []
  for (const pod of queue) {
    const demand = demandOf(pod)
    const shortages: Shortage[] = []
    let best: Agent | undefined
    for (const agent of agents) {
      const shortage = agent.lacks(demand)
      if (shortage) shortages.push(shortage)
      else if (!best || agent.freeCpus > best.freeCpus) best = agent
    }
    if (best) placed.push({ pod, agent: best, grant: best.take(demand) })
    else unplaced.push({ pod, shortages })
  }
  return { placed, unplaced }
}
