import type { Pod } from '../../api/kinds/index.ts'
import { isReady } from '../../api/pod-phase.ts'

const phases: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 }

/** How much would be lost with the pod; compared from left to right. As kube-controller-manager has it. */
const worth = (pod: Pod): readonly number[] => [
  pod.spec.nodeName ? 1 : 0,
  phases[pod.status?.phase ?? 'Pending'] ?? 0,
  isReady(pod) ? 1 : 0,
  // Of two that are alike the newer one goes: the older has proved itself.
  -Date.parse(pod.metadata.creationTimestamp),
]

/** The `count` pods that are missed least. */
export const victims = (pods: readonly Pod[], count: number): Pod[] =>
  pods
    .map(pod => ({ pod, worth: worth(pod) }))
    .sort((a, b) => compare(a.worth, b.worth) || (a.pod.metadata.name < b.pod.metadata.name ? 1 : -1))
    .slice(0, count)
    .map(({ pod }) => pod)

const compare = (a: readonly number[], b: readonly number[]): number => {
  const at = a.findIndex((value, i) => value !== b[i])
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}
