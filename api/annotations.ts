/** What the binder writes into a pod's annotations; the task reconciler and the executor read it. */
export const annotation = {
  /** Id of the pod's Mesos task: the pod's uid and the number of the launch. */
  taskId: 'k8s.mesosphere.io/taskId',
  agentId: 'k8s.mesosphere.io/agentId',
  offerId: 'k8s.mesosphere.io/offerId',
  executorId: 'k8s.mesosphere.io/executorId',
  /** Host name of the agent. */
  bindingHost: 'k8s.mesosphere.io/bindingHost',
  /** The node that the pod has named itself, or another scheduler: a launch that comes to nothing does not change it. */
  givenNode: 'k8s.mesosphere.io/givenNode',
  /** Launches so far that came to nothing; counts up with every unbinding. */
  attempt: 'k8s.mesosphere.io/attempt',
} as const

export const portAnnotationPrefix = 'k8s.mesosphere.io/port_'

/**
 * Carries the chosen host port of a container port, `k8s.mesosphere.io/port_TCP_80: "31005"`; where more than one
 * container has that port, a list in their order, with nothing for a port that the pod has chosen itself.
 */
export const portAnnotation = (protocol: string, containerPort: number): string =>
  `${portAnnotationPrefix}${protocol}_${containerPort}`

/** The task id of a pod's launch number `attempt`; one launch per task id. */
export const taskIdOf = (uid: string, attempt: number): string => `${uid}.${attempt}`
