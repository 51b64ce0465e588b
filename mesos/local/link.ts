import type {
  AgentInfo,
  DrainConfig,
  ExecutorInfo,
  FrameworkInfo,
  KillPolicy,
  TaskInfo,
  TaskState,
  TaskStatus,
} from '../protocol/messages.gen.ts'

/** What an agent still has of its work when it meets a master. */
export interface Registration {
  /** With its id, when a master has given it one before. */
  readonly agent: AgentInfo
  readonly frameworks: readonly FrameworkInfo[]
  readonly executors: readonly { readonly framework: string; readonly info: ExecutorInfo }[]
  /** Those whose terminal state the scheduler has not acknowledged, too. */
  readonly tasks: readonly TaskSnapshot[]
}

export interface TaskSnapshot {
  readonly framework: string
  readonly info: TaskInfo
  readonly state: TaskState
  /** The last update, if there was one. */
  readonly status?: TaskStatus
}

/** From an agent to its master. Plain data, so that the two may be in different processes. */
export type AgentMessage =
  | { readonly type: 'PONG' }
  | { readonly type: 'REGISTER'; readonly registration: Registration }
  | {
      readonly type: 'UPDATE'
      readonly framework: string
      readonly status: TaskStatus
      readonly latest: TaskState
    }
  | { readonly type: 'MESSAGE'; readonly framework: string; readonly executor: string; readonly data: string }
  | {
      readonly type: 'EXITED'
      readonly framework: string
      readonly executor: string
      /** As wait(2) gives it; unknown of a process that was not the agent's child. */
      readonly status: number | undefined
    }

/** From a master to an agent. */
export type MasterMessage =
  | { readonly type: 'REGISTERED'; readonly agentId: string }
  | {
      readonly type: 'RUN'
      readonly framework: FrameworkInfo
      readonly tasks: readonly TaskInfo[]
      /** Executors that the master counts as new: the agent starts these and no others. */
      readonly newExecutors: readonly string[]
    }
  | {
      readonly type: 'KILL'
      readonly framework: string
      readonly task: string
      readonly policy: KillPolicy | undefined
    }
  | { readonly type: 'ACKNOWLEDGE'; readonly framework: string; readonly task: string; readonly uuid: string }
  | { readonly type: 'MESSAGE'; readonly framework: string; readonly executor: string; readonly data: string }
  | { readonly type: 'SHUTDOWN_EXECUTOR'; readonly framework: string; readonly executor: string }
  | { readonly type: 'SHUTDOWN_FRAMEWORK'; readonly framework: string }
  | { readonly type: 'UPDATE_FRAMEWORK'; readonly framework: FrameworkInfo }
  | { readonly type: 'PING' }
  | { readonly type: 'DRAIN'; readonly config: DrainConfig }
  /** The agent is gone for ever: it ends its executors. */
  | { readonly type: 'SHUTDOWN'; readonly message: string }

/** An agent's connection to its master. */
export interface MasterConnection {
  send(message: AgentMessage): void
  close(): void
}

/** The agent's end of a connection with its master. */
export interface AgentEnd {
  receive(message: MasterMessage): void
  /** The other side has closed the connection, or is gone; nothing comes any more. */
  closed(): void
}

/** How an agent reaches a master. Messages arrive in order, never within the call that sends them. */
export interface MasterLink {
  connect(agent: AgentEnd): MasterConnection
}
