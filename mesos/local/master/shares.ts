import type { Resources } from '../../protocol/resources.ts'
import type { Quantities } from '../resource-text.ts'

/** Who has resources: a framework, in one of its roles. */
export interface Holder {
  readonly framework: string
  readonly role: string
}

/**
 * What roles and their frameworks have of the cluster: tasks, executors and open offers. Only scalars count, as in
 * Mesos.
 */
export interface Shares {
  /** An agent has come. */
  grow(total: Resources): void
  shrink(total: Resources): void
  add(holder: Holder, resources: Resources): void
  subtract(holder: Holder, resources: Resources): void
  /** Of all agents. */
  readonly cluster: Quantities
  /** Of all roles together. */
  readonly held: Quantities
  heldBy(role: string): Quantities
  /** The dominant share, 0 to 1: of the resource of which the holder has the greatest part of the cluster. */
  ofRole(role: string): number
  ofFramework(holder: Holder): number
}

const nothing: Quantities = new Map()

const scalarsOf = function* (resources: Resources): Iterable<readonly [string, number]> {
  for (const { identity, amount } of resources.values()) {
    if (amount.type === 'SCALAR') yield [identity.name, amount.value]
  }
}

const count = (sum: Map<string, number>, resources: Resources, sign: 1 | -1): void => {
  for (const [name, value] of scalarsOf(resources)) sum.set(name, (sum.get(name) ?? 0) + sign * value)
}

export const quantitiesOf = (resources: Resources): Quantities => {
  const sum = new Map<string, number>()
  count(sum, resources, 1)
  return sum
}

export const shares = (): Shares => {
  const cluster = new Map<string, number>()
  const held = new Map<string, number>()
  const roles = new Map<string, Map<string, number>>()
  const frameworks = new Map<string, Map<string, number>>()

  const keyOf = ({ framework, role }: Holder) => `${framework} ${role}`
  const sumOf = (sums: Map<string, Map<string, number>>, key: string) => {
    const known = sums.get(key)
    if (known) return known
    const fresh = new Map<string, number>()
    sums.set(key, fresh)
    return fresh
  }
  const dominant = (sum: Quantities | undefined): number => {
    let most = 0
    for (const [name, value] of sum ?? nothing) {
      const all = cluster.get(name) ?? 0
      if (all > 0) most = Math.max(most, value / all)
    }
    return most
  }
  const change = (holder: Holder, resources: Resources, sign: 1 | -1) => {
    count(held, resources, sign)
    count(sumOf(roles, holder.role), resources, sign)
    count(sumOf(frameworks, keyOf(holder)), resources, sign)
  }

  return {
    grow: total => count(cluster, total, 1),
    shrink: total => count(cluster, total, -1),
    add: (holder, resources) => change(holder, resources, 1),
    subtract: (holder, resources) => change(holder, resources, -1),
    cluster,
    held,
    heldBy: role => roles.get(role) ?? nothing,
    ofRole: role => dominant(roles.get(role)),
    ofFramework: holder => dominant(frameworks.get(keyOf(holder))),
  }
}
