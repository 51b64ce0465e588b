import type { AgentContext } from './context.ts'
import type { Executor } from './state.ts'

/** Where an agent's executors run. A container goes on when its agent is closed. */
export interface Containers {
  /** Runs the executor to its end; the answer is its exit status. Rejects when it cannot be started. */
  run(cx: AgentContext, executor: Executor): Promise<number | undefined>
  /** Finds a container that an earlier life of the agent started; undefined when it never was. */
  recover(cx: AgentContext, executor: Executor): Promise<{ readonly ended: Promise<void> } | undefined>
  /** Ends the container at once. */
  destroy(executor: Executor): void
  /** Kills everything that an ended container has left behind. */
  sweep(executor: Executor): Promise<void>
}
