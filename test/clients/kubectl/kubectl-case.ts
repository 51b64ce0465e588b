import type { Cluster } from '../../support/cluster.ts'
import type { Kubectl } from '../../support/kubectl.ts'

/** One thing that kubectl does, in a namespace that is new. */
export interface KubectlCase {
  readonly name: string
  /** The first kubectl that can do it. */
  readonly since?: string
  run(kubectl: Kubectl, cluster: Cluster): Promise<void>
}
