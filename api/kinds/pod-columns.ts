import type { ContainerStatus } from 'kubernetes-types/core/v1'
import type { Column } from '../kind.ts'
import { isReady } from '../pod-phase.ts'
import { ageColumn, column, integer, nameColumn, none, wide } from './columns.ts'
import type { Pod } from './pod.ts'

export const podColumns: readonly Column<Pod>[] = [
  nameColumn(),
  column('Ready', 'The aggregate readiness state of this pod for accepting traffic.', pod => {
    const { ready } = summaryOf(pod)
    return `${ready}/${pod.spec.containers.length}`
  }),
  column('Status', 'The aggregate status of the containers in this pod.', pod => summaryOf(pod).reason),
  column(
    'Restarts',
    'The number of times the containers in this pod have been restarted.',
    pod => summaryOf(pod).restarts,
    integer,
  ),
  ageColumn(),
  column(
    'IP',
    'IP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated.',
    pod => pod.status?.podIPs?.[0]?.ip || pod.status?.podIP || none,
    wide,
  ),
  column(
    'Node',
    'NodeName is a request to schedule this pod onto a specific node. If it is non-empty, the scheduler simply schedules this pod onto that node, assuming that it fits resource requirements.',
    pod => pod.spec.nodeName || none,
    wide,
  ),
  column(
    'Nominated Node',
    'nominatedNodeName is set only when this pod preempts other pods on the node, but it cannot be scheduled right away as preemption victims receive their graceful termination periods. This field does not guarantee that the pod will be scheduled on this node. Scheduler may decide to place the pod elsewhere if other nodes become available sooner. Scheduler may also decide to give the resources on this node to a higher priority pod that is created after preemption. As a result, this field may be different than PodSpec.nodeName when the pod is scheduled.',
    pod => pod.status?.nominatedNodeName || none,
    wide,
  ),
  column(
    'Readiness Gates',
    'If specified, all readiness gates will be evaluated for pod readiness. A pod is ready when all its containers are ready AND all conditions specified in the readiness gates have status equal to "True" More info: https://git.k8s.io/enhancements/keps/sig-network/0007-pod-ready%2B%2B.md',
    readinessGates,
    wide,
  ),
]

interface Summary {
  readonly reason: string
  readonly ready: number
  readonly restarts: number
}

/** The words of kubectl for where a pod is: the most telling reason of its containers, else its phase. */
const summaryOf = (pod: Pod): Summary => {
  const summary = initSummary(pod) ?? containerSummary(pod)
  if (pod.metadata.deletionTimestamp === undefined) return summary
  return { ...summary, reason: pod.status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating' }
}

const phaseOf = (pod: Pod): string => pod.status?.reason || pod.status?.phase || ''

/** While init containers run or fail, they are what counts. */
const initSummary = (pod: Pod): Summary | undefined => {
  const statuses = pod.status?.initContainerStatuses ?? []
  const at = statuses.findIndex(({ state }) => state?.terminated?.exitCode !== 0)
  const current = statuses[at]
  if (!current) return undefined
  const { terminated, waiting } = current.state ?? {}
  const reason = terminated
    ? endOf(terminated)
    : waiting?.reason && waiting.reason !== 'PodInitializing'
      ? waiting.reason
      : `${at}/${pod.spec.initContainers?.length ?? 0}`
  return { reason: `Init:${reason}`, ready: 0, restarts: restartsOf(statuses.slice(0, at + 1)) }
}

const containerSummary = (pod: Pod): Summary => {
  const statuses = pod.status?.containerStatuses ?? []
  const ready = statuses.filter(
    ({ ready, state }) => ready && reasonOf(state) === undefined && state?.running,
  )
  // The first container that has something to tell.
  const told = statuses.map(status => reasonOf(status.state)).find(reason => reason !== undefined)
  const reason = told ?? phaseOf(pod)
  const restarts = restartsOf(statuses)
  if (reason !== 'Completed' || ready.length === 0) return { reason, ready: ready.length, restarts }
  return { reason: isReady(pod) ? 'Running' : 'NotReady', ready: ready.length, restarts }
}

const reasonOf = (state: ContainerStatus['state']): string | undefined =>
  state?.waiting?.reason || (state?.terminated && endOf(state.terminated)) || undefined

const endOf = ({
  reason,
  signal,
  exitCode,
}: {
  reason?: string
  signal?: number
  exitCode: number
}): string => reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`)

const restartsOf = (statuses: readonly ContainerStatus[]): number =>
  statuses.reduce((sum, { restartCount }) => sum + restartCount, 0)

function readinessGates(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? []
  if (gates.length === 0) return none
  const holds = gates.filter(gate =>
    pod.status?.conditions?.some(({ type, status }) => type === gate.conditionType && status === 'True'),
  )
  return `${holds.length}/${gates.length}`
}
