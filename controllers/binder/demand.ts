import type { Toleration } from 'kubernetes-types/core/v1'
import type { Pod } from '../../api/kinds/index.ts'
import { type ContainerDefaults, type PodRequests, podRequests } from '../../api/pod-resources.ts'

export interface PortDemand {
  readonly protocol: string
  readonly containerPort: number
  /** 0: any that is free. */
  readonly hostPort: number
}

/** What a pod needs of an agent. CPUs, MiB, GPUs. */
export interface Demand extends PodRequests {
  readonly ports: readonly PortDemand[]
  /** The one node that will do: the pod, or another scheduler, has named it already. */
  readonly node: string | undefined
  readonly nodeSelector: Readonly<Record<string, string>>
  readonly tolerations: readonly Toleration[]
}

/** Mesos refuses a task that uses nothing. */
const leastOf = (requests: PodRequests): PodRequests => ({ ...requests, cpus: Math.max(requests.cpus, 0.01) })

/**
 * Every container port gets a host port: pods share their host's network, so a port that nobody accounts for would
 * clash. `defaults` stand for what a container does not ask for.
 */
export const demandOf = (pod: Pod, defaults: ContainerDefaults): Demand => ({
  ...leastOf(podRequests(pod, defaults)),
  ports: pod.spec.containers.flatMap(({ ports = [] }) =>
    ports.map(({ protocol = 'TCP', containerPort, hostPort = 0 }) => ({ protocol, containerPort, hostPort })),
  ),
  node: pod.spec.nodeName,
  nodeSelector: pod.spec.nodeSelector ?? {},
  tolerations: pod.spec.tolerations ?? [],
})
