import type { Scalable } from '../../kind.ts'
import type { Resource } from '../../resource.ts'

/** For kinds that keep their numbers in `spec.replicas` and `status.replicas`, as all of Kubernetes' own do. */
export const scaleOfReplicas = <T extends Resource>(selector: (object: T) => string): Scalable<T> => ({
  wanted: ['spec', 'replicas'],
  current: ['status', 'replicas'],
  selector,
})
