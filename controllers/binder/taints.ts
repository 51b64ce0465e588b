import type { Taint } from 'kubernetes-types/core/v1'
import type { Node } from '../../api/kinds/index.ts'
import { isTolerated } from '../../api/tolerations.ts'
import type { Unavailability } from '../../mesos/protocol/messages.gen.ts'
import { maintenanceTaints, startOf } from '../maintenance/index.ts'
import type { Demand } from './demand.ts'
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

/** A machine that is soon to be unavailable takes no new pods; `now` is in milliseconds. */
export const repellentsOfMaintenance = (
  window: Unavailability | undefined,
  now: number,
): readonly Repellent[] =>
  maintenanceTaints(window, now).map(taint => ({
    taint,
    shortage: { of: 'maintenance', from: window ? startOf(window) : '' },
  }))

/** Where a pod has its node already, it is for whoever named it to look at NoSchedule. */
export const repels = (
  { taint }: Repellent,
  { node, tolerations }: Pick<Demand, 'node' | 'tolerations'>,
): boolean => (node === undefined || taint.effect === 'NoExecute') && !isTolerated(taint, tolerations)

const textOf = ({ key, value, effect }: Taint): string => `${key}${value ? `=${value}` : ''}:${effect}`
