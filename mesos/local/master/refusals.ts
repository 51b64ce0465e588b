import type { Clock } from '../../../util/clock.ts'
import { containsResources, type Resources } from '../../protocol/resources.ts'
import { afterLong } from '../long-timer.ts'
import type { Holder } from './shares.ts'

/** What frameworks do not want for some time. */
export interface Refusals {
  /** These resources of the agent, and every part of them; `over` is called at the end of the time. */
  add(holder: Holder, agent: string, resources: Resources, seconds: number, over: () => void): void
  has(holder: Holder, agent: string, resources: Resources): boolean
  /** Forgets what the framework refused, in these roles or in all. */
  clear(framework: string, roles?: readonly string[]): void
  close(): void
}

interface Refusal {
  readonly resources: Resources
  readonly cancel: () => void
}

export const refusals = (clock: Clock): Refusals => {
  /** By framework, role and agent. */
  const known = new Map<string, Map<string, Map<string, Set<Refusal>>>>()

  const at = ({ framework, role }: Holder, agent: string) => known.get(framework)?.get(role)?.get(agent)

  const child = <V>(parent: Map<string, V>, key: string, make: () => V): V => {
    const there = parent.get(key) ?? make()
    parent.set(key, there)
    return there
  }

  const cancelAll = (agents: Map<string, Set<Refusal>> | undefined) => {
    for (const set of agents?.values() ?? []) for (const { cancel } of set) cancel()
  }

  const clear = (framework: string, roles = [...(known.get(framework)?.keys() ?? [])]) => {
    const ofFramework = known.get(framework)
    for (const role of roles) {
      cancelAll(ofFramework?.get(role))
      ofFramework?.delete(role)
    }
    if (ofFramework?.size === 0) known.delete(framework)
  }

  return {
    add(holder, agent, resources, seconds, over) {
      const roles = child(known, holder.framework, () => new Map<string, Map<string, Set<Refusal>>>())
      const agents = child(roles, holder.role, () => new Map<string, Set<Refusal>>())
      const set = child(agents, agent, () => new Set<Refusal>())
      const refusal: Refusal = {
        resources,
        cancel: afterLong(clock, seconds * 1000, () => {
          set.delete(refusal)
          if (set.size === 0 && agents.get(agent) === set) agents.delete(agent)
          over()
        }),
      }
      set.add(refusal)
    },
    has: (holder, agent, resources) =>
      [...(at(holder, agent) ?? [])].some(refusal => containsResources(refusal.resources, resources)),
    clear,
    close() {
      for (const framework of [...known.keys()]) clear(framework)
    },
  }
}
