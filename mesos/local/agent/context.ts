import type { Clock } from '../../../util/clock.ts'
import type { Logger } from '../../../util/logger.ts'
import type { AgentMessage } from '../link.ts'
import type { Timing } from '../timing.ts'
import type { Containers } from './containers.ts'
import type { AgentState } from './state.ts'
import type { StatusUpdates } from './status-updates.ts'

/** What the parts of one agent share. */
export interface AgentContext {
  readonly state: AgentState
  readonly updates: StatusUpdates
  readonly containers: Containers
  readonly clock: Clock
  readonly logger: Logger
  readonly timing: Timing
  readonly workDir: string
  readonly address: string
  /** Signs the tokens that executors must show; without it anybody may speak for an executor. */
  readonly executorSecret: string | undefined
  /** Secrets by principal of who may read files; undefined: anybody may. */
  readonly readers: ReadonlyMap<string, string> | undefined
  send(message: AgentMessage): void
  /** The agent has been closed: executors go on, but nothing is done to them any more. */
  closed(): boolean
}
