import type { Resources } from '../../protocol/resources.ts'
import type { Quantities } from '../resource-text.ts'
import type { MasterState } from './state.ts'

/** What a role is sure to get, and what it never gets more of. */
export interface Quota {
  readonly guarantees: Quantities
  readonly limits: Quantities
}

/** What is missing to the role's guarantee of `name`. */
const missing = ({ quotas, shares }: MasterState, role: string, name: string): number =>
  Math.max(0, (quotas.get(role)?.guarantees.get(name) ?? 0) - (shares.heldBy(role).get(name) ?? 0))

export const isUnderGuarantee = (state: MasterState, role: string): boolean =>
  [...(state.quotas.get(role)?.guarantees.keys() ?? [])].some(name => missing(state, role, name) > 0)

/** How much more of `name` the role may get: up to its limit, and what the guarantees of others leave. */
const allowance = (state: MasterState, role: string, name: string): number => {
  const { quotas, shares } = state
  const limit = quotas.get(role)?.limits.get(name) ?? Number.POSITIVE_INFINITY
  const ownMissing = missing(state, role, name)
  let promised = 0
  for (const other of quotas.keys()) if (other !== role) promised += missing(state, other, name)
  const free = (shares.cluster.get(name) ?? 0) - (shares.held.get(name) ?? 0)
  const left = promised > 0 ? Math.max(ownMissing, free - promised) : Number.POSITIVE_INFINITY
  return Math.max(0, Math.min(limit - (shares.heldBy(role).get(name) ?? 0), left))
}

/** The part of `resources` that quotas let the role have. Its own reservations it has anyhow. */
export const withinQuotas = (state: MasterState, role: string, resources: Resources): Resources => {
  if (state.quotas.size === 0) return resources
  const allowed = new Map(resources)
  for (const [key, { identity, amount }] of resources) {
    if (amount.type !== 'SCALAR' || identity.reservations) continue
    const value = Math.min(amount.value, allowance(state, role, identity.name))
    if (value > 0) allowed.set(key, { identity, amount: { ...amount, value } })
    else allowed.delete(key)
  }
  return allowed
}
