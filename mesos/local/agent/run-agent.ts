import { type Agent, type AgentOptions, startAgent } from './agent.ts'
import type { AgentParts } from './parts.ts'

/** An agent over several lives. */
export interface RunningAgent {
  readonly current: Agent
  /** Ends this life; nothing happens to one that is over. */
  kill(): Promise<void>
  /** Begins the next life; nothing happens during one. */
  restart(): Promise<void>
}

export interface RunAgentOptions extends Omit<AgentOptions, keyof AgentParts> {
  /** For each life. */
  readonly parts: () => Promise<AgentParts>
}

/** Resolves when a master knows the agent. */
export const runAgent = async ({ parts, ...options }: RunAgentOptions): Promise<RunningAgent> => {
  const start = async () => startAgent({ ...options, ...(await parts()) })
  let current = await start()
  let alive = true
  return {
    get current() {
      return current
    },
    async kill() {
      if (!alive) return
      alive = false
      await current.close()
    },
    async restart() {
      if (alive) return
      alive = true
      current = await start()
    },
  }
}
