import type { Taint, Toleration } from 'kubernetes-types/core/v1'
import type { Node } from '../../api/kinds/index.ts'
import type { Shortage } from './shortage.ts'

/** What keeps pods from a node, but those that tolerate it. */
export interface Repellent {
  readonly taint: Taint
  readonly shortage: Shortage
}

/** What a cordoned node has, as far as tolerations are concerned. */
const cordon: Repellent = {
  taint: { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
  shortage: { of: 'cordon' },
}

/** PreferNoSchedule keeps nobody away. */
export const repellentsOf = (node: Node | undefined): readonly Repellent[] => {
  const { unschedulable = false, taints = [] } = node?.spec ?? {}
  const hard = taints.filter(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute')
  return [
    ...(unschedulable ? [cordon] : []),
    ...hard.map(taint => ({ taint, shortage: { of: 'taint', taint: textOf(taint) } as const })),
  ]
}

export const repels = ({ taint }: Repellent, tolerations: readonly Toleration[]): boolean =>
  !tolerations.some(toleration => tolerates(toleration, taint))

/** What a toleration leaves out, it takes as it comes; without a key it must say Exists, which validation sees to. */
const tolerates = ({ key, operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean =>
  (!effect || effect === taint.effect) &&
  (!key || key === taint.key) &&
  (operator === 'Exists' || value === (taint.value ?? ''))

const textOf = ({ key, value, effect }: Taint): string => `${key}${value ? `=${value}` : ''}:${effect}`
