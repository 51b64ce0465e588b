import { annotation, portAnnotation, portAnnotationPrefix } from '../../api/annotations.ts'
import { badRequest, conflict } from '../../api/errors.ts'
import { type Binding, Pod } from '../../api/kinds/index.ts'
import type { Draft } from '../../api/resource.ts'
import type { Outcome } from './deletion.ts'
import { timestamp } from './timestamp.ts'

const subject = { ...Pod, plural: 'pods/binding' }

/** Written with the binding, and gone with it. */
const isOfBinding = (name: string): boolean =>
  Object.values<string>(annotation).includes(name) || name.startsWith(portAnnotationPrefix)

type Container = Pod['spec']['containers'][number]
type ContainerPort = NonNullable<Container['ports']>[number]

const mapPorts = (spec: Pod['spec'], change: (port: ContainerPort) => ContainerPort): Pod['spec'] => ({
  ...spec,
  containers: spec.containers.map(container =>
    container.ports ? { ...container, ports: container.ports.map(change) } : container,
  ),
})

/** The host ports that a binding has chosen, to be asked for port after port: two containers may have the same one. */
const chosenPorts = (annotations: Readonly<Record<string, string>> = {}) => {
  const taken = new Map<string, number>()
  return (port: ContainerPort): number => {
    const name = portAnnotation(port.protocol ?? 'TCP', port.containerPort)
    const at = taken.get(name) ?? 0
    taken.set(name, at + 1)
    const text = annotations[name]?.split(',')[at] ?? ''
    return /^\d{1,5}$/.test(text) ? Number(text) : 0
  }
}

/** A pod that has a node already, but no task, can get that: a kubelet would start it. */
const isLaunch = (
  { metadata, spec }: Pod,
  { metadata: { annotations = {} }, target }: Draft<Binding>,
): boolean =>
  spec.nodeName === target.name &&
  annotations[annotation.taskId] !== undefined &&
  metadata.annotations?.[annotation.taskId] === undefined

/** Assigns the pod, in one write: node, annotations, chosen host ports, condition. */
export const bound = (pod: Pod, binding: Draft<Binding>, now: number): Outcome<Pod> => {
  const { metadata, spec } = pod
  const { uid, annotations: added } = binding.metadata
  const node = binding.target?.name
  if (!node) throw badRequest('target.name: Required value')
  if (uid && uid !== metadata.uid) {
    throw conflict(subject, metadata.name, `the pod has uid ${metadata.uid}, not ${uid}`)
  }
  if (metadata.deletionTimestamp !== undefined) {
    throw conflict(
      subject,
      metadata.name,
      `pod ${metadata.name} is being deleted, cannot be assigned to a host`,
    )
  }
  if (spec.nodeName && !isLaunch(pod, binding)) {
    throw conflict(
      subject,
      metadata.name,
      `pod ${metadata.name} is already assigned to node "${spec.nodeName}"`,
    )
  }
  const given = spec.nodeName ? { [annotation.givenNode]: spec.nodeName } : {}
  const annotations = { ...metadata.annotations, ...added, ...given }
  const chosen = chosenPorts(added)
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled')
  const scheduled = { type: 'PodScheduled', status: 'True' as const, lastTransitionTime: timestamp(now) }
  return {
    type: 'put',
    object: {
      ...pod,
      metadata: Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata,
      spec: {
        ...mapPorts(spec, port => {
          const choice = chosen(port)
          const hostPort = port.hostPort || choice
          return hostPort ? { ...port, hostPort } : port
        }),
        nodeName: node,
      },
      status: { ...pod.status, conditions: [...others, scheduled] },
    } as unknown as Pod,
  }
}

/** Conditions that the scheduler and the executor write. */
const ofBinding: readonly string[] = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready']

/** Forgets the containers but for how often they were restarted; why the pod is placed anew stays. */
const resetStatus = (status: Pod['status']): Pod['status'] => ({
  phase: 'Pending',
  ...(status?.reason && { reason: status.reason }),
  ...(status?.message && { message: status.message }),
  ...(status?.qosClass && { qosClass: status.qosClass }),
  ...(status?.conditions && {
    conditions: status.conditions.filter(({ type }) => !ofBinding.includes(type)),
  }),
  ...(status?.containerStatuses && {
    containerStatuses: status.containerStatuses.map(({ name, image, imageID, restartCount }) => ({
      name,
      image,
      imageID,
      restartCount,
      ready: false,
    })),
  }),
})

/** Takes back an assignment that came to nothing, but for a node that is not of our choice. A pod that waits for its deletion has nobody left to end it, and goes. */
export const unbound = (pod: Pod): Outcome<Pod> => {
  const { metadata, spec } = pod
  if (!spec.nodeName) throw conflict(subject, metadata.name, `pod ${metadata.name} is not assigned to a node`)
  const kept = Object.entries(metadata.annotations ?? {}).filter(([name]) => !isOfBinding(name))
  const chosen = chosenPorts(metadata.annotations)
  const attempt = Number(metadata.annotations?.[annotation.attempt] ?? 0) + 1
  const nodeName = metadata.annotations?.[annotation.givenNode]
  const { nodeName: _, ...unassigned } = mapPorts(spec, port => {
    const { hostPort, ...rest } = port
    const choice = chosen(port)
    return hostPort !== undefined && hostPort === choice ? rest : port
  })
  const object = {
    ...pod,
    metadata: {
      ...metadata,
      annotations: { ...Object.fromEntries(kept), [annotation.attempt]: String(attempt) },
    },
    spec: { ...unassigned, ...(nodeName !== undefined && { nodeName }) },
    status: resetStatus(pod.status),
  } as unknown as Pod
  const dying = metadata.deletionTimestamp !== undefined && !metadata.finalizers?.length
  return { type: dying ? 'remove' : 'put', object }
}
