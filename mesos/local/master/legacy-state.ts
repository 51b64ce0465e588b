import { type Resources, toResourceList } from '../../protocol/resources.ts'
import { formatValue } from '../resource-text.ts'
import { mesosVersion } from '../version.ts'
import { agentCapabilities } from './operator-state.ts'
import type { Framework, MasterAgent, MasterState, MasterTask } from './state.ts'

/** Amounts by name, as `/state` and `/slaves` have shown them since before the v1 API. */
const amounts = (resources: Resources): Readonly<Record<string, number | string>> => ({
  disk: 0,
  mem: 0,
  gpus: 0,
  cpus: 0,
  ...Object.fromEntries(
    toResourceList(resources).map(resource => [
      resource.name,
      resource.scalar?.value ?? formatValue(resource),
    ]),
  ),
})

const legacyAgent = (state: MasterState, agent: MasterAgent) => ({
  id: agent.id,
  hostname: agent.info.hostname,
  port: agent.info.port,
  attributes: Object.fromEntries(
    (agent.info.attributes ?? []).map(attribute => [attribute.name, formatValue(attribute)]),
  ),
  pid: `slave(1)@${state.info.address?.ip}:${agent.info.port}`,
  registered_time: agent.registered / 1000,
  resources: amounts(agent.total),
  used_resources: amounts(agent.used),
  offered_resources: amounts(agent.offered),
  reserved_resources: {},
  unreserved_resources: amounts(agent.total),
  active: agent.send !== undefined && !agent.deactivated,
  deactivated: agent.deactivated,
  version: mesosVersion,
  capabilities: agentCapabilities.map(({ type }) => type),
})

const legacyTask = ({ framework, agent, info, state }: MasterTask) => ({
  id: info.task_id.value,
  name: info.name,
  framework_id: framework,
  executor_id: info.executor?.executor_id.value ?? '',
  slave_id: agent,
  state,
})

const legacyFramework = ({
  id,
  info,
  subscription,
  recovered,
  registered,
  tasks,
  unreachable,
}: Framework) => ({
  id,
  name: info.name,
  user: info.user,
  failover_timeout: info.failover_timeout ?? 0,
  checkpoint: info.checkpoint ?? false,
  hostname: info.hostname ?? '',
  webui_url: info.webui_url ?? '',
  capabilities: (info.capabilities ?? []).map(({ type }) => type),
  active: subscription !== undefined,
  connected: subscription !== undefined,
  recovered,
  registered_time: registered / 1000,
  tasks: [...tasks.values()].map(legacyTask),
  unreachable_tasks: [...unreachable.values()].map(legacyTask),
  completed_tasks: [],
})

/** GET /slaves */
export const legacySlaves = (state: MasterState) => ({
  slaves: [...state.agents.values()].map(agent => legacyAgent(state, agent)),
  recovered_slaves: [],
})

/** GET /state */
export const legacyState = (state: MasterState) => {
  const { id, pid, port, hostname, version, capabilities = [] } = state.info
  const active = [...state.agents.values()].filter(agent => agent.send !== undefined).length
  return {
    version,
    start_time: state.started / 1000,
    elected_time: state.started / 1000,
    id,
    pid,
    hostname,
    capabilities: capabilities.map(({ type }) => type),
    activated_slaves: active,
    deactivated_slaves: 0,
    unreachable_slaves: state.agents.size - active,
    leader: pid,
    leader_info: { id, pid, port, hostname },
    ...legacySlaves(state),
    frameworks: [...state.frameworks.values()].map(legacyFramework),
    completed_frameworks: [...state.completed.values()].map(({ framework, unregistered }) => ({
      ...legacyFramework(framework),
      unregistered_time: unregistered / 1000,
    })),
    orphan_tasks: [],
    unregistered_frameworks: [],
  }
}
