import { groupBy } from '../../util/group-by.ts'

/** Why an agent's offers do not take a pod. Amounts in CPUs and MiB. */
export type Shortage =
  | { readonly of: 'cpu' | 'memory' | 'gpu'; readonly by: number }
  | { readonly of: 'port'; readonly port: number }
  | { readonly of: 'ports'; readonly by: number }
  /** The pod names another node, this one. */
  | { readonly of: 'node'; readonly node: string }
  | { readonly of: 'label'; readonly label: string; readonly value: string }
  /** Its node was cordoned. */
  | { readonly of: 'cordon' }
  /** Its machine is to be unavailable from this time on. */
  | { readonly of: 'maintenance'; readonly from: string }
  /** It did not start there, and is tried again later. */
  | { readonly of: 'executor' }
  /** Of its node, as kubectl writes it: `key=value:effect`. */
  | { readonly of: 'taint'; readonly taint: string }

/** What groups shortages in the summary: the amounts differ from agent to agent, the reason does not. */
const groupOf = (shortage: Shortage): string => {
  switch (shortage.of) {
    case 'port':
      return `port ${shortage.port} taken`
    case 'node':
      return `not the node ${shortage.node}`
    case 'label':
      return `${shortage.label} != ${shortage.value}`
    case 'cordon':
      return 'unschedulable'
    case 'maintenance':
      return `maintenance from ${shortage.from}`
    case 'executor':
      return 'the executor did not start, is tried again later'
    case 'taint':
      return `taint ${shortage.taint} not tolerated`
    default:
      return shortage.of
  }
}

const round = (amount: number): number => Math.round(amount * 1_000) / 1_000

const wording = (group: string, shortages: readonly Shortage[]): string => {
  const amounts = shortages.flatMap(shortage => ('by' in shortage ? [shortage.by] : []))
  if (amounts.length === 0) return group
  const [least, most] = [Math.min(...amounts), Math.max(...amounts)].map(round)
  const unit = group === 'memory' ? ' MiB' : ''
  return `${group} short by ${least}${least === most ? '' : ` to ${most}`}${unit}`
}

/**
 * Counts the reasons, most frequent first: `3 agents: cpu short by 1.5; 2 agents: port 31000 taken`.
 * Every agent is counted once, by the first thing that it lacks.
 */
export const summary = (shortages: readonly Shortage[]): string => {
  const counted = [...groupBy(shortages, groupOf)].sort(
    ([a, x], [b, y]) => y.length - x.length || a.localeCompare(b),
  )
  const parts = counted.map(
    ([group, all]) => `${all.length} agent${all.length === 1 ? '' : 's'}: ${wording(group, all)}`,
  )
  return `no agent of ${shortages.length} fits: ${parts.join('; ')}`
}
