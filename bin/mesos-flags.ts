import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { type Credentials, MalformedMasters, parseMasters } from '../mesos/scheduler/index.ts'
import { type Parsed, UsageError } from '../util/flags.ts'

const optional = undefined as string | undefined

/** How to reach Mesos, and as whom. */
export const mesosFlags = {
  mesos_master: {
    default: optional,
    help: 'masters of Mesos, or the ZooKeeper in which they elect their leader; left out: an embedded Mesos',
    value: 'host:port[,host:port]|zk://host:port[,host:port]/path',
  },
  mesos_tls: {
    default: false,
    help: 'masters speak TLS; NODE_EXTRA_CA_CERTS names a CA of your own',
  },
  mesos_authentication_principal: {
    default: optional,
    help: 'who the framework is to masters that authenticate frameworks',
    value: 'principal',
  },
  mesos_authentication_secret_file: {
    default: optional,
    help: "file with that principal's secret, and nothing else",
    value: 'file',
  },
  mesos_agent_principal: {
    default: optional,
    help: 'who reads the logs of executors that did not start, to agents that authenticate their readers',
    value: 'principal',
  },
  mesos_agent_secret_file: {
    default: optional,
    help: "file with that principal's secret, and nothing else",
    value: 'file',
  },
  mesos_user: { default: userInfo().username, help: 'user that the executor and the pods run as' },
  mesos_role: {
    default: '*',
    help: 'roles to be offered resources for, separated by commas',
    value: 'role[,role]',
  },
  framework_name: { default: 'Kubernetes', help: 'name of the framework in Mesos' },
  framework_weburi: {
    default: optional,
    help: "where Mesos' own web pages lead for this framework; left out: the API server",
    value: 'url',
  },
  mesos_gpus: {
    default: false,
    help: 'take offers of agents with GPUs, for pods that ask for nvidia.com/gpu',
  },
  failover_timeout: { default: 604_800, help: 'seconds for which Mesos keeps the pods without a scheduler' },
  launch_timeout: {
    default: 300,
    help: 'seconds for an executor to take a pod; then the pod is placed anew; 0: for ever',
  },
  reset_framework: {
    default: false,
    help: 'where Mesos has removed the stored framework, start over with a new one instead of giving up',
  },
} as const

/** What the flags say; a value of one of them is wrong: UsageError. */
export const mesosOf = (flags: Parsed<typeof mesosFlags>['flags']) => {
  return {
    /** As `detectMasters` takes it; undefined: the embedded Mesos. */
    master: flags.mesos_master ? checked(flags.mesos_master) : undefined,
    tls: flags.mesos_tls,
    credentials: credentialsOf(flags, 'mesos_authentication'),
    agentCredentials: credentialsOf(flags, 'mesos_agent'),
    user: flags.mesos_user,
    roles: rolesIn(flags.mesos_role),
    frameworkName: flags.framework_name,
    frameworkWebUri: flags.framework_weburi,
    gpus: flags.mesos_gpus,
    /** Seconds. */
    failoverTimeout: flags.failover_timeout,
    /** Seconds; 0: for ever. */
    launchTimeout: flags.launch_timeout,
    /** Start over with a new framework where Mesos has removed the stored one. */
    reset: flags.reset_framework,
  }
}

export type MesosOptions = ReturnType<typeof mesosOf>

const checked = (masters: string): string => {
  try {
    parseMasters(masters)
    return masters
  } catch (error) {
    throw error instanceof MalformedMasters ? new UsageError(`kubernetes-mesos: ${error.message}`) : error
  }
}

const rolesIn = (text: string): readonly string[] => {
  const roles = text.split(',').map(role => role.trim())
  if (roles.some(role => !role || /\s|^-|^\.{1,2}$/.test(role)) || new Set(roles).size < roles.length) {
    throw new UsageError(
      `kubernetes-mesos: -mesos_role names roles, each once and separated by commas, not ${JSON.stringify(text)}`,
    )
  }
  return roles
}

const credentialsOf = (
  flags: Parsed<typeof mesosFlags>['flags'],
  whose: 'mesos_authentication' | 'mesos_agent',
): Credentials | undefined => {
  const principal = flags[`${whose}_principal`]
  const file = flags[`${whose}_secret_file`]
  if (Boolean(principal) !== Boolean(file)) {
    throw new UsageError(
      `kubernetes-mesos: -${whose}_principal and -${whose}_secret_file belong together: name both`,
    )
  }
  if (!principal || !file) return undefined
  // From a file: a command line is for all to see.
  const secret = readFileSync(file, 'utf8').trimEnd()
  if (!secret) throw new UsageError(`kubernetes-mesos: -${whose}_secret_file: ${file} is empty`)
  return { principal, secret }
}
