/** What a Mesos agent tells an executor by its environment. Times are milliseconds. */
export interface AgentEnvironment {
  /** URL of the executor API of the agent. */
  readonly endpoint: URL
  readonly frameworkId: string
  readonly executorId: string
  readonly sandbox: string
  /** Whether the pods may outlive the agent's process. */
  readonly checkpoint: boolean
  /** How long the agent may be away. */
  readonly recoveryTimeout: number
  readonly subscriptionBackoffMax: number
  readonly shutdownGrace: number
  /** Address of the agent's host. */
  readonly hostIP: string
  /** For agents that authenticate executors. */
  readonly token: string | undefined
}

/** Not everything is there that a Mesos agent sets: nobody but an agent can start an executor. */
export class NotUnderMesos extends Error {
  override readonly name = 'NotUnderMesos'

  constructor(what: string) {
    super(`${what}: Mesos agents start this program for the pods of kubernetes-mesos; start that instead`)
  }
}

/** Reads the variables as Mesos 1.12 sets them. Throws NotUnderMesos. */
export const agentEnvironment = (env: NodeJS.ProcessEnv): AgentEnvironment => {
  const needed = (name: string): string => {
    const value = env[name]
    if (!value) throw new NotUnderMesos(`${name} is not set`)
    return value
  }
  const duration = (name: string, otherwise: string): number => {
    const text = env[name] || otherwise
    const ms = parseDuration(text)
    if (ms === undefined) throw new NotUnderMesos(`${name} is no duration: ${text}`)
    return ms
  }
  // Set for all processes of a Mesos that speaks TLS only.
  const scheme = /^(1|true)$/i.test(env.LIBPROCESS_SSL_ENABLED ?? '') ? 'https' : 'http'
  const endpoint = new URL(`${scheme}://${needed('MESOS_AGENT_ENDPOINT')}/api/v1/executor`)
  return {
    endpoint,
    frameworkId: needed('MESOS_FRAMEWORK_ID'),
    executorId: needed('MESOS_EXECUTOR_ID'),
    sandbox: needed('MESOS_SANDBOX'),
    checkpoint: env.MESOS_CHECKPOINT === '1',
    recoveryTimeout: duration('MESOS_RECOVERY_TIMEOUT', '15mins'),
    subscriptionBackoffMax: duration('MESOS_SUBSCRIPTION_BACKOFF_MAX', '2secs'),
    shutdownGrace: duration('MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD', '5secs'),
    // `slave(1)@10.0.0.1:5051`
    hostIP: /@(.+):\d+$/.exec(env.MESOS_SLAVE_PID ?? '')?.[1] ?? env.LIBPROCESS_IP ?? endpoint.hostname,
    token: env.MESOS_EXECUTOR_AUTHENTICATION_TOKEN || undefined,
  }
}

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  secs: 1000,
  mins: 60_000,
  hrs: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
}

/** Mesos' durations (`5secs`, `1.5mins`) in milliseconds; undefined for what is none. */
export const parseDuration = (text: string): number | undefined => {
  const [, count, unit] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(text) ?? []
  const factor = units[unit ?? '']
  return count === undefined || factor === undefined ? undefined : Number(count) * factor
}
