import type { ExecutorInfo, FrameworkInfo } from '../../protocol/messages.gen.ts'
import type { Timing } from '../timing.ts'

interface EnvironmentInput {
  readonly framework: FrameworkInfo
  readonly executor: ExecutorInfo
  readonly agentId: string
  /** The agent's address and port. */
  readonly address: string
  readonly port: number
  readonly sandbox: string
  /** Where the agent authenticates its executors. */
  readonly token: string | undefined
  readonly timing: Timing
}

const units = [
  ['weeks', 604_800_000],
  ['days', 86_400_000],
  ['hrs', 3_600_000],
  ['mins', 60_000],
  ['secs', 1_000],
] as const

/** A duration as Mesos writes it: `5secs`, `15mins`. */
export const formatDuration = (ms: number): string => {
  const [unit, size] = units.find(([, size]) => ms >= size) ?? ['ms', 1]
  return `${ms / size}${unit}`
}

/** Milliseconds that the executor gets between SHUTDOWN and the kill. */
export const shutdownGrace = (executor: ExecutorInfo, timing: Timing): number =>
  executor.shutdown_grace_period ? executor.shutdown_grace_period.nanoseconds / 1e6 : timing.executorShutdown

/** An executor's whole environment; nothing of the agent's own leaks into it. The command's variables win. */
export const executorEnvironment = (input: EnvironmentInput): Record<string, string> => {
  const { framework, executor, agentId, address, port, sandbox, token, timing } = input
  return {
    LIBPROCESS_IP: address,
    LIBPROCESS_PORT: '0',
    MESOS_AGENT_ENDPOINT: `${address}:${port}`,
    MESOS_CHECKPOINT: framework.checkpoint ? '1' : '0',
    MESOS_DIRECTORY: sandbox,
    MESOS_EXECUTOR_ID: executor.executor_id.value,
    MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: formatDuration(shutdownGrace(executor, timing)),
    MESOS_FRAMEWORK_ID: framework.id?.value ?? '',
    MESOS_HTTP_COMMAND_EXECUTOR: '0',
    MESOS_SANDBOX: sandbox,
    MESOS_SLAVE_ID: agentId,
    MESOS_SLAVE_PID: `slave(1)@${address}:${port}`,
    ...(framework.checkpoint && {
      MESOS_RECOVERY_TIMEOUT: formatDuration(timing.executorRecovery),
      MESOS_SUBSCRIPTION_BACKOFF_MAX: '2secs',
    }),
    ...(token !== undefined && { MESOS_EXECUTOR_AUTHENTICATION_TOKEN: token }),
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...Object.fromEntries(
      (executor.command?.environment?.variables ?? []).map(({ name, value }) => [name, value ?? '']),
    ),
  }
}
