import { thousandths } from '../../protocol/amount.ts'
import type { DrainConfig, MasterCall, QuotaQuotaConfig, ValueScalar } from '../../protocol/messages.gen.ts'
import { Refused } from '../http/refused.ts'
import type { Quantities } from '../resource-text.ts'
import { isTerminal } from '../task-state.ts'
import { checkDrained, markGone } from './agent-removal.ts'
import type { MasterContext } from './context.ts'
import { removeFramework } from './frameworks.ts'
import { maintenanceActions } from './maintenance.ts'
import { rescindOffers } from './offers.ts'

/** Throws Refused for an agent that this master does not know. */
const switchOff = ({ state, inverseOffers }: MasterContext, id: string) => {
  const agent = state.agents.get(id) ?? state.unreachable.get(id)
  if (!agent) throw new Refused(400, 'Unknown agent')
  agent.deactivated = true
  rescindOffers(state, open => open.agent === id)
  inverseOffers.rescind(id)
  return agent
}

const drainAgent = (cx: MasterContext, { drain_agent }: MasterCall): void => {
  if (!drain_agent) throw new Refused(400, "Expecting 'drain_agent' to be present")
  const { agent_id, max_grace_period: period, mark_gone = false } = drain_agent
  const config: DrainConfig = {
    mark_gone,
    ...(period && {
      max_grace_period: { nanoseconds: (period.seconds ?? 0) * 1e9 + (period.nanos ?? 0) },
    }),
  }
  switchOff(cx, agent_id.value).drain = { state: 'DRAINING', config }
  const agent = cx.state.agents.get(agent_id.value)
  agent?.send?.({ type: 'DRAIN', config })
  checkDrained(cx, agent)
}

const reactivateAgent = ({ state, allocator }: MasterContext, { reactivate_agent }: MasterCall): void => {
  const id = reactivate_agent?.agent_id.value ?? ''
  const agent = state.agents.get(id) ?? state.unreachable.get(id)
  if (!agent?.deactivated) throw new Refused(400, 'Agent is not deactivated')
  if (agent.drain?.state === 'DRAINING') throw new Refused(400, 'Agent is still in the DRAINING state')
  agent.deactivated = false
  agent.drain = undefined
  allocator.soon(id)
}

const quantities = (fields: Readonly<Record<string, ValueScalar>> = {}): Quantities =>
  new Map(Object.entries(fields).map(([name, { value }]) => [name, thousandths(value)]))

const describe = (sum: Quantities): string =>
  [...sum].map(([name, value]) => `${name}:${value / 1000}`).join('; ')

const exceeds = (sum: Quantities, most: Quantities): boolean =>
  [...most].some(([name, value]) => (sum.get(name) ?? 0) > value)

const checkQuota = ({ state }: MasterContext, config: QuotaQuotaConfig): void => {
  const { role } = config
  if (role === '' || role === '*')
    throw new Refused(400, `Invalid QuotaConfig: Invalid 'QuotaConfig.role': '${role}'`)
  if (role.includes('/')) {
    throw new Refused(400, `Updating quota on nested role '${role}' is not supported yet`)
  }
  const limits = quantities(config.limits)
  if (exceeds(quantities(config.guarantees), limits)) {
    throw new Refused(400, "Invalid QuotaConfig: 'QuotaConfig.guarantees' exceed 'QuotaConfig.limits'")
  }
  const used = new Map<string, number>()
  for (const agent of state.agents.values()) {
    for (const { info, state: at } of agent.tasks.values()) {
      if (isTerminal(at)) continue
      for (const { name, scalar, allocation_info } of info.resources ?? []) {
        if (allocation_info?.role === role)
          used.set(name, (used.get(name) ?? 0) + thousandths(scalar?.value ?? 0))
      }
    }
  }
  if (exceeds(used, limits)) {
    throw new Refused(
      400,
      `Invalid QuotaConfig: Role '${role}' is already consuming '${describe(used)}'; this is more than the requested limits '${describe(limits)}' (use 'force' flag to bypass this check)`,
    )
  }
}

const updateQuota = (cx: MasterContext, { update_quota }: MasterCall): void => {
  const { quota_configs = [], force = false } = update_quota ?? {}
  if (!force) for (const config of quota_configs) checkQuota(cx, config)
  const { quotas } = cx.state
  for (const { role, guarantees, limits } of quota_configs) {
    const quota = { guarantees: quantities(guarantees), limits: quantities(limits) }
    if (quota.guarantees.size + quota.limits.size > 0) quotas.set(role, quota)
    else quotas.delete(role)
    rescindOffers(cx.state, open => open.role === role)
  }
  cx.allocator.soon()
}

const updateWeights = ({ state, allocator }: MasterContext, { update_weights }: MasterCall): void => {
  const infos = update_weights?.weight_infos ?? []
  const wrong = infos.find(({ weight }) => weight <= 0)
  if (wrong) throw new Refused(400, `Invalid weight '${wrong.weight}': Weights must be positive`)
  for (const { role = '*', weight } of infos) state.weights.set(role, weight)
  allocator.soon()
}

const markAgentGone = (cx: MasterContext, { mark_agent_gone }: MasterCall): void => {
  const id = mark_agent_gone?.agent_id.value ?? ''
  if (!markGone(cx, id)) throw new Refused(404, `Agent '${id}' not found`)
}

const teardown = (cx: MasterContext, { teardown: call }: MasterCall): void => {
  const framework = cx.state.frameworks.get(call?.framework_id.value ?? '')
  if (!framework) throw new Refused(400, 'No framework found with specified ID')
  removeFramework(cx, framework)
}

/** What operators can change, by the type of the call. They throw Refused. */
export const operatorActions: Readonly<Record<string, (cx: MasterContext, call: MasterCall) => void>> = {
  TEARDOWN: teardown,
  DRAIN_AGENT: drainAgent,
  DEACTIVATE_AGENT: (cx, { deactivate_agent }) => {
    switchOff(cx, deactivate_agent?.agent_id.value ?? '')
  },
  REACTIVATE_AGENT: reactivateAgent,
  MARK_AGENT_GONE: markAgentGone,
  UPDATE_QUOTA: updateQuota,
  UPDATE_WEIGHTS: updateWeights,
  ...maintenanceActions,
}
