/** Every interval and timeout, milliseconds. The defaults are those of Mesos where it has one. */
export interface Timing {
  /** Between HEARTBEATs to a scheduler. */
  readonly heartbeat: number
  /** Between HEARTBEATs to an executor. */
  readonly executorHeartbeat: number
  /** Between allocations that nothing asks for. */
  readonly allocation: number
  /** From the launch of an executor to its first SUBSCRIBE. */
  readonly executorRegistration: number
  /** From an agent's restart to a living executor's SUBSCRIBE. */
  readonly executorReregistration: number
  /** From SHUTDOWN to the kill, where the executor does not say otherwise. */
  readonly executorShutdown: number
  /** How long an executor may look for its agent before it gives up. */
  readonly executorRecovery: number
  /** To the first repetition of an unacknowledged status update; each one after it waits twice as long. */
  readonly updateRetry: number
  readonly updateRetryMax: number
  /** Between two looks at a process that is not our child. */
  readonly processPoll: number
  /** Between two questions whether an agent is there. */
  readonly agentPing: number
  /** From the loss of an agent, or its last answer, to its tasks being unreachable. */
  readonly agentReregistration: number
}

export const defaultTiming: Timing = {
  heartbeat: 15_000,
  executorHeartbeat: 30 * 60_000,
  allocation: 1_000,
  executorRegistration: 60_000,
  executorReregistration: 30_000,
  executorShutdown: 5_000,
  executorRecovery: 15 * 60_000,
  updateRetry: 10_000,
  updateRetryMax: 10 * 60_000,
  processPoll: 200,
  agentPing: 15_000,
  agentReregistration: 75_000,
}
