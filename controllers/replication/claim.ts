import type { Pod, ReplicationController } from '../../api/kinds/index.ts'
import { isTerminal } from '../../api/pod-phase.ts'
import { selectorOfMap } from '../../api/selectors/labels.ts'
import { controllerOf } from '../runtime/index.ts'

interface Claim {
  /** Nobody's, and selected. */
  readonly adopted: readonly Pod[]
  /** Under control, but no longer selected: somebody has changed their labels to have a look at them. */
  readonly released: readonly Pod[]
}

/** True when the selector selects these labels. An empty one, which elsewhere selects all, selects nothing. */
export const selects = ({ spec }: ReplicationController, labels: Pod['metadata']['labels']): boolean =>
  Object.keys(spec.selector ?? {}).length > 0 && selectorOfMap(spec.selector).matches(labels)

/** Which pods are whose. Those on their way out stay as they are. */
export const claim = (rc: ReplicationController, pods: readonly Pod[]): Claim => {
  const mine = pods.filter(pod => controllerOf(pod)?.uid === rc.metadata.uid)
  const leaving = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined
  return {
    adopted: pods.filter(
      pod => !controllerOf(pod) && !leaving(pod) && !isTerminal(pod) && selects(rc, pod.metadata.labels),
    ),
    released: mine.filter(pod => !leaving(pod) && !selects(rc, pod.metadata.labels)),
  }
}
