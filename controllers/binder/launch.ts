import { annotation, portAnnotation, taskIdOf } from '../../api/annotations.ts'
import type { Binding, Pod } from '../../api/kinds/index.ts'
import type { Draft } from '../../api/resource.ts'
import type { TaskInfo } from '../../mesos/protocol/messages.gen.ts'
import { groupBy } from '../../util/group-by.ts'
import type { ChosenPort } from './ledger.ts'
import type { Placement } from './place.ts'

/** The binding that assigns a placed pod to its agent. It is written before Mesos hears of the task. */
export const bindingOf = ({ pod, agent, grant }: Placement<Pod>): Draft<Binding> => {
  const attempt = Number(pod.metadata.annotations?.[annotation.attempt] ?? 0)
  return {
    metadata: {
      name: pod.metadata.name,
      namespace: pod.metadata.namespace,
      // A pod of the same name may have come since: bind this one or none.
      uid: pod.metadata.uid,
      annotations: {
        [annotation.taskId]: taskIdOf(pod.metadata.uid, attempt),
        [annotation.agentId]: agent.id,
        [annotation.offerId]: agent.offers.map(offer => offer.id.value).join(','),
        [annotation.executorId]: agent.executor.executor_id.value,
        [annotation.bindingHost]: agent.hostname,
        ...chosenPorts(grant.ports),
      },
    },
    target: { kind: 'Node', name: agent.nodeName },
  }
}

/**
 * The ports that were chosen here. Two containers may have the same port: then there is a list, in the order of the
 * containers, with nothing for what the pod has chosen itself.
 */
const chosenPorts = (ports: readonly ChosenPort[]): Record<string, string> =>
  Object.fromEntries(
    [...groupBy(ports, ({ protocol, containerPort }) => portAnnotation(protocol, containerPort))]
      .filter(([, same]) => same.some(({ free }) => free))
      .map(([name, same]) => [name, same.map(({ hostPort, free }) => (free ? hostPort : '')).join(',')]),
  )

/** The task of a bound pod; its data is the pod for the executor, who does not ask which client owns which field. */
export const taskOf = (bound: Pod, { agent, grant }: Placement<Pod>): TaskInfo => ({
  name: `${bound.metadata.namespace}/${bound.metadata.name}`,
  task_id: { value: bound.metadata.annotations?.[annotation.taskId] ?? '' },
  agent_id: { value: agent.id },
  resources: grant.resources,
  executor: agent.executor,
  data: Buffer.from(
    JSON.stringify({ ...bound, metadata: { ...bound.metadata, managedFields: undefined } }),
  ).toString('base64'),
})
