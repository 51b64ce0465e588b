import type { Resource } from '../../protocol/messages.gen.ts'
import { noResources, type Resources } from '../../protocol/resources.ts'
import type { Quantities } from '../resource-text.ts'
import { quantitiesOf } from './shares.ts'
import { type Framework, hasCapability, type MasterAgent, type MasterState } from './state.ts'

/** A reservation for `a` is for `a/b`, too. */
const isReservedFor = (reserved: string, role: string): boolean =>
  role === reserved || role.startsWith(`${reserved}/`)

const isRemote = ({ info }: MasterState, agent: MasterAgent): boolean => {
  const ours = info.domain?.fault_domain?.region.name
  const its = agent.info.domain?.fault_domain?.region.name
  return ours !== undefined && its !== undefined && ours !== its
}

/** Some agents are for those only who know what they get: with GPUs, or in another region than the master. */
const mayUse = (state: MasterState, { info }: Framework, agent: MasterAgent): boolean =>
  (hasCapability(info, 'GPU_RESOURCES') || !quantitiesOf(agent.total).has('gpus')) &&
  (hasCapability(info, 'REGION_AWARE') || !isRemote(state, agent))

/** On which terms a resource is there. */
type Terms = Pick<Resource, 'reservations' | 'revocable' | 'shared'>

/** The part of the agent's free resources that a framework can be offered in a role. */
export const offerable = (
  state: MasterState,
  agent: MasterAgent,
  free: Resources,
  framework: Framework,
  role: string,
): Resources => {
  if (!mayUse(state, framework, agent)) return noResources
  const { info } = framework
  const suits = ({ reservations = [], revocable, shared }: Terms): boolean => {
    const last = reservations.at(-1)?.role
    return (
      (last === undefined || isReservedFor(last, role)) &&
      (reservations.length < 2 || hasCapability(info, 'RESERVATION_REFINEMENT')) &&
      (!revocable || hasCapability(info, 'REVOCABLE_RESOURCES')) &&
      (!shared || hasCapability(info, 'SHARED_RESOURCES'))
    )
  }
  return new Map([...free].filter(([, { identity }]) => suits(identity)))
}

/** Crumbs are not offered: the resources must have all quantities of one of these. */
export const isAllocatable = (resources: Resources, least: readonly Quantities[]): boolean => {
  if (least.length === 0) return resources.size > 0
  const there = quantitiesOf(resources)
  return least.some(wanted => [...wanted].every(([name, value]) => (there.get(name) ?? 0) >= value))
}
