import { nodeNameOf } from '../../mesos/protocol/labels.ts'
import type {
  AgentInfo,
  MasterResponseGetAgents,
  MasterResponseGetAgentsAgent,
  Offer,
  Resource,
} from '../../mesos/protocol/messages.gen.ts'

/** What the master says of an agent that it knows. `disconnected`: or it waits for it after a failover of its own. */
type Standing = 'active' | 'deactivated' | 'draining' | 'drained' | 'disconnected'

/** An agent of Mesos, as far as a node is concerned. */
export interface Agent extends Pick<AgentInfo, 'hostname' | 'attributes' | 'domain'> {
  readonly id: string
  /** Of its machine, where that is told. */
  readonly ip: string | undefined
  /** Version of Mesos. */
  readonly version: string | undefined
  readonly standing: Standing
  /** `whole`: all that it has; else what it offers, which is what is free. */
  readonly whole: boolean
  readonly resources: readonly Resource[]
}

/** Agents by the names of their nodes. Of those with one host name, the one that counts is that which came last. */
export const agentsOf = ({ agents = [], recovered_agents = [] }: MasterResponseGetAgents) => {
  const recovered = recovered_agents.map(info => ({ at: 0, agent: recoveredAgent(info) }))
  const registered = agents.map(told => ({ at: since(told), agent: registeredAgent(told) }))
  const inOrder = [...recovered, ...registered].sort((a, b) => a.at - b.at)
  return new Map(inOrder.map(({ agent }) => [nodeNameOf(agent.hostname), agent]))
}

export const offeringAgent = ({
  agent_id,
  hostname,
  attributes,
  domain,
  resources = [],
  url,
}: Offer): Agent => ({
  id: agent_id.value,
  hostname,
  attributes,
  domain,
  ip: url?.address.ip,
  version: undefined,
  standing: 'active',
  whole: false,
  resources,
})

const since = ({ registered_time, reregistered_time }: MasterResponseGetAgentsAgent): number =>
  (reregistered_time ?? registered_time)?.nanoseconds ?? 0

const registeredAgent = (told: MasterResponseGetAgentsAgent): Agent => ({
  ...shared(told.agent_info),
  ip: /@(.+):\d+$/.exec(told.pid ?? '')?.[1],
  version: told.version,
  standing: standingOf(told),
  resources: told.total_resources ?? [],
})

const recoveredAgent = (info: AgentInfo): Agent => ({
  ...shared(info),
  ip: undefined,
  version: undefined,
  standing: 'disconnected',
  resources: info.resources ?? [],
})

const shared = ({ id, hostname, attributes, domain }: AgentInfo) => ({
  id: id?.value ?? '',
  hostname,
  attributes,
  domain,
  whole: true,
})

/** One that is deactivated is not active either: whether it is connected, too, the master does not tell. */
const standingOf = ({ active, deactivated, drain_info }: MasterResponseGetAgentsAgent): Standing => {
  if (drain_info) return drain_info.state === 'DRAINED' ? 'drained' : 'draining'
  if (deactivated) return 'deactivated'
  return active ? 'active' : 'disconnected'
}
