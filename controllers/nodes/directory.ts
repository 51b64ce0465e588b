import { sameJson } from '../../api/patch/json.ts'
import { nodeNameOf } from '../../mesos/protocol/labels.ts'
import type { MasterResponseGetAgents, Offer } from '../../mesos/protocol/messages.gen.ts'
import { type Agent, agentsOf, offeringAgent } from './agent.ts'

/** An agent, and since when the master has had no connection with it, milliseconds; undefined while it has. */
export interface Entry {
  readonly agent: Agent
  readonly awaySince: number | undefined
}

/**
 * What is known of the agents in this session, by the names of their nodes. The master's own word counts; where it
 * is not given to us, the offers have to do.
 */
export class Directory {
  readonly #entries = new Map<string, Entry>()
  /** The agents that Mesos has removed, as long as they do not come again. */
  readonly #removed = new Set<string>()
  /** Ids of those that the master told to be active; several agents may have one host name. */
  #active: ReadonlySet<string> = new Set()
  /** The newest of each agent, for the case that there will be nothing else. */
  readonly #offers = new Map<string, Offer>()
  /** All agents have had the time to register with a master that has just begun to lead. */
  #settled = false
  #source: 'none' | 'master' | 'offers' = 'none'

  /** The session is over: nothing is known any more. */
  forget(): void {
    this.#source = 'none'
    this.#settled = false
    for (const known of [this.#entries, this.#removed, this.#offers]) known.clear()
  }

  /** Takes the master's word; answers the names of those of whom it says something new. */
  answered(answer: MasterResponseGetAgents, now: number): string[] {
    const agents = agentsOf(answer)
    const gone = [...this.#entries.keys()].filter(name => !agents.has(name))
    for (const name of gone) {
      this.#entries.delete(name)
      this.#removed.add(name)
    }
    for (const name of agents.keys()) this.#removed.delete(name)
    const changed = [...agents].filter(([name, agent]) => {
      const before = this.#entries.get(name)
      const away = agent.standing === 'disconnected'
      this.#entries.set(name, { agent, awaySince: away ? (before?.awaySince ?? now) : undefined })
      return !before || !sameJson(before.agent, agent)
    })
    this.#source = 'master'
    this.#active = new Set(
      answer.agents?.filter(({ active }) => active).map(({ agent_info }) => agent_info.id?.value ?? ''),
    )
    this.#offers.clear()
    return [...gone, ...changed.map(([name]) => name)]
  }

  /** From now on, agents that the master has not told of in this session are absent. */
  settle(): void {
    this.#settled = true
  }

  /** The master does not tell us; answers the names of those that have offered. */
  refused(): string[] {
    if (this.#source !== 'offers') this.#entries.clear()
    this.#source = 'offers'
    const offers = [...this.#offers.values()]
    this.#offers.clear()
    return offers.flatMap(offer => this.offered(offer))
  }

  /** Answers the names of those of whom it says something new. */
  offered(offer: Offer): string[] {
    const name = nodeNameOf(offer.hostname)
    if (this.#source === 'none') this.#offers.set(name, offer)
    if (this.#source !== 'offers') return []
    this.#removed.delete(name)
    this.#entries.set(name, { agent: offeringAgent(offer), awaySince: undefined })
    return [name]
  }

  /** True when the master has told of its agents, but not that this one is active. */
  lacks(agentId: string): boolean {
    return this.#source === 'master' && !this.#active.has(agentId)
  }

  /** Mesos has removed an agent; answers the names of those of whom that says something new. */
  removed(agentId: string): string[] {
    const names = [...this.#entries].filter(([, { agent }]) => agent.id === agentId).map(([name]) => name)
    for (const name of names) {
      this.#entries.delete(name)
      this.#removed.add(name)
    }
    return names
  }

  get(name: string): Entry | undefined {
    return this.#entries.get(name)
  }

  /** True for one that Mesos does not have; that nothing is known is no reason. */
  isAbsent(name: string): boolean {
    if (this.#entries.has(name)) return false
    return this.#removed.has(name) || (this.#source === 'master' && this.#settled)
  }
}
