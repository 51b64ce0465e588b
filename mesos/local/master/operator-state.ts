import type {
  AgentInfoCapability,
  MasterResponse,
  MasterResponseGetAgents,
  MasterResponseGetExecutors,
  MasterResponseGetFrameworks,
  MasterResponseGetFrameworksFramework,
  MasterResponseGetRoles,
  MasterResponseGetTasks,
  Resource,
  Task,
  TimeInfo,
} from '../../protocol/messages.gen.ts'
import { addResources, noResources, type Resources, toResourceList } from '../../protocol/resources.ts'
import type { Quantities } from '../resource-text.ts'
import { isTerminal } from '../task-state.ts'
import { mesosVersion } from '../version.ts'
import type { MasterContext } from './context.ts'
import { maintenanceAnswers } from './maintenance.ts'
import type { Framework, MasterState, MasterTask } from './state.ts'
import { rolesOf, taken } from './state.ts'

export const agentCapabilities: readonly AgentInfoCapability[] = [
  { type: 'MULTI_ROLE' },
  { type: 'HIERARCHICAL_ROLE' },
  { type: 'RESERVATION_REFINEMENT' },
  { type: 'RESOURCE_PROVIDER' },
  { type: 'RESIZE_VOLUME' },
  { type: 'AGENT_OPERATION_FEEDBACK' },
  { type: 'AGENT_DRAINING' },
  { type: 'TASK_RESOURCE_LIMITS' },
]

const time = (ms: number): TimeInfo => ({ nanoseconds: ms * 1e6 })

/** Operators see the role that schedulers do not. */
const withRole = (resources: Resources): Resource[] =>
  toResourceList(resources).map(resource => ({ ...resource, role: '*' }))

const whenAny = <K extends string>(name: K, resources: Resources): { readonly [N in K]?: Resource[] } =>
  (resources.size > 0 ? { [name]: withRole(resources) } : {}) as { readonly [N in K]?: Resource[] }

const agents = (state: MasterState): MasterResponseGetAgents => ({
  agents: [...state.agents.values()].map(agent => ({
    agent_info: agent.info,
    active: agent.send !== undefined && !agent.deactivated,
    deactivated: agent.deactivated,
    ...(agent.drain && { drain_info: agent.drain }),
    version: mesosVersion,
    pid: `slave(1)@${state.info.address?.ip}:${agent.info.port}`,
    registered_time: time(agent.registered),
    ...(agent.reregistered !== undefined && { reregistered_time: time(agent.reregistered) }),
    total_resources: withRole(agent.total),
    ...whenAny('allocated_resources', agent.used),
    ...whenAny('offered_resources', agent.offered),
    capabilities: agentCapabilities,
  })),
  recovered_agents: [],
})

const describeFramework = (
  state: MasterState,
  framework: Framework,
): MasterResponseGetFrameworksFramework => {
  const open = [...state.offers.values()].filter(offer => offer.framework === framework.id)
  const running = [...framework.tasks.values()].filter(task => !isTerminal(task.state))
  const used = running.map(({ info }) => taken(info)).reduce(addResources, noResources)
  const connected = framework.subscription !== undefined
  return {
    framework_info: framework.info,
    active: connected,
    connected,
    recovered: framework.recovered,
    registered_time: time(framework.registered),
    reregistered_time: time(framework.reregistered),
    ...(open.length > 0 && { offers: open.map(({ offer }) => offer) }),
    ...whenAny('allocated_resources', used),
    ...whenAny('offered_resources', open.map(({ resources }) => resources).reduce(addResources, noResources)),
    offer_constraints: {},
  }
}

const frameworks = (state: MasterState): MasterResponseGetFrameworks => ({
  frameworks: [...state.frameworks.values()].map(framework => describeFramework(state, framework)),
  completed_frameworks: [...state.completed.values()].map(({ framework, unregistered }) => ({
    ...describeFramework(state, framework),
    unregistered_time: time(unregistered),
  })),
})

const describeTask = ({ framework, info, state, status }: MasterTask): Task => ({
  name: info.name,
  task_id: info.task_id,
  framework_id: { value: framework },
  ...(info.executor && { executor_id: info.executor.executor_id }),
  agent_id: info.agent_id,
  state,
  resources: info.resources ?? [],
  ...(status && { statuses: [status], status_update_state: status.state }),
  ...(status?.uuid !== undefined && { status_update_uuid: status.uuid }),
  ...(info.labels && { labels: info.labels }),
  ...(info.discovery && { discovery: info.discovery }),
})

const tasks = (state: MasterState): MasterResponseGetTasks => {
  const all = [...state.frameworks.values()]
  return {
    tasks: all.flatMap(framework => [...framework.tasks.values()].map(describeTask)),
    unreachable_tasks: all.flatMap(framework =>
      [...framework.unreachable.values()].map(task => describeTask({ ...task, state: 'TASK_UNREACHABLE' })),
    ),
    completed_tasks: [],
  }
}

const executors = (state: MasterState): MasterResponseGetExecutors => ({
  executors: [...state.agents.values()].flatMap(agent =>
    [...agent.executors.values()].map(({ info }) => ({ executor_info: info, agent_id: { value: agent.id } })),
  ),
})

const scalars = (quantities: Quantities) =>
  Object.fromEntries([...quantities].map(([name, value]) => [name, { value: value / 1000 }]))

/** Roles that some framework or operator has named. */
const roles = ({ frameworks, weights, quotas, shares }: MasterState): MasterResponseGetRoles => {
  const all = [...frameworks.values()].flatMap(({ id, info }) => rolesOf(info).map(role => ({ id, role })))
  const names = [...new Set([...all.map(({ role }) => role), ...weights.keys(), ...quotas.keys()])].sort()
  if (names.length === 0) return {}
  return {
    roles: names.map(name => ({
      name,
      weight: weights.get(name) ?? 1,
      frameworks: all.filter(({ role }) => role === name).map(({ id }) => ({ value: id })),
      resources: [...shares.heldBy(name)].map(([resource, value]) => ({
        name: resource,
        type: 'SCALAR',
        scalar: { value: value / 1000 },
        role: '*',
        allocation_info: { role: name },
      })),
    })),
  }
}

/** The answers of the operator API, by the type of the call. */
export const operatorAnswers: Readonly<
  Record<string, (state: MasterState, cx: MasterContext) => MasterResponse>
> = {
  GET_HEALTH: () => ({ type: 'GET_HEALTH', get_health: { healthy: true } }),
  GET_VERSION: () => ({ type: 'GET_VERSION', get_version: { version_info: { version: mesosVersion } } }),
  GET_MASTER: ({ info, started }) => ({
    type: 'GET_MASTER',
    get_master: { master_info: info, start_time: started / 1000, elected_time: started / 1000 },
  }),
  GET_AGENTS: state => ({ type: 'GET_AGENTS', get_agents: agents(state) }),
  GET_FRAMEWORKS: state => ({ type: 'GET_FRAMEWORKS', get_frameworks: frameworks(state) }),
  GET_EXECUTORS: state => ({ type: 'GET_EXECUTORS', get_executors: executors(state) }),
  GET_TASKS: state => ({ type: 'GET_TASKS', get_tasks: tasks(state) }),
  GET_ROLES: state => ({ type: 'GET_ROLES', get_roles: roles(state) }),
  GET_QUOTA: ({ quotas }) => ({
    type: 'GET_QUOTA',
    get_quota: {
      status: {
        configs: [...quotas].map(([role, { guarantees, limits }]) => ({
          role,
          guarantees: scalars(guarantees),
          limits: scalars(limits),
        })),
      },
    },
  }),
  GET_WEIGHTS: ({ weights }) => ({
    type: 'GET_WEIGHTS',
    get_weights: { weight_infos: [...weights].map(([role, weight]) => ({ role, weight })) },
  }),
  ...maintenanceAnswers,
  GET_STATE: state => ({
    type: 'GET_STATE',
    get_state: {
      get_tasks: tasks(state),
      get_executors: executors(state),
      get_frameworks: frameworks(state),
      get_agents: agents(state),
    },
  }),
}
