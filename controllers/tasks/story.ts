import type { ContainerStatus, PodStatus } from 'kubernetes-types/core/v1'
import type { Pod } from '../../api/kinds/index.ts'
import type { Context } from '../runtime/index.ts'

/** Why containers wait that have been tried: the kubelet's events for it. */
const held: Readonly<Record<string, (pod: Pod, container: ContainerStatus) => readonly [string, string]>> = {
  CreateContainerConfigError: (_, { state }) => ['Failed', `Error: ${state?.waiting?.message}`],
  CreateContainerError: (_, { state }) => ['Failed', `Error: ${state?.waiting?.message}`],
  CrashLoopBackOff: ({ metadata: { name, namespace, uid } }, container) => [
    'BackOff',
    `Back-off restarting failed container ${container.name} in pod ${name}_${namespace}(${uid})`,
  ],
}

/** Tells in events, for `kubectl describe pod`, what a status says that the pod did not have before. */
export const tellStory = (cx: Context, pod: Pod, status: PodStatus): void => {
  const before = new Map(containersOf(pod.status).map(container => [container.name, waits(container)]))
  for (const container of containersOf(status)) {
    const reason = waits(container)
    if (reason === undefined || reason === before.get(container.name)) continue
    const told = held[reason]?.(pod, container)
    if (told) cx.event(pod, 'Warning', ...told)
  }
  const { phase, reason, message } = status
  if (phase === pod.status?.phase) return
  if (phase === 'Running') cx.event(pod, 'Normal', 'Started', `runs on ${pod.spec.nodeName}`)
  if (phase === 'Failed' || phase === 'Unknown')
    cx.event(pod, 'Warning', reason ?? phase, message ?? 'the task failed')
}

const containersOf = ({ initContainerStatuses = [], containerStatuses = [] }: PodStatus = {}) => [
  ...initContainerStatuses,
  ...containerStatuses,
]

const waits = ({ state }: ContainerStatus): string | undefined => state?.waiting?.reason
