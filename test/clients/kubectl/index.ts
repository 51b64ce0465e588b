import { Namespace } from '../../../api/kinds/index.ts'
import { Kubectl } from '../../support/kubectl.ts'
import type { Case, Client } from '../client.ts'
import { installed } from '../installed.ts'
import { applying } from './applying.ts'
import { custom } from './custom.ts'
import { discovery } from './discovery.ts'
import { generators } from './generators.ts'
import type { KubectlCase } from './kubectl-case.ts'
import { marking } from './marking.ts'
import { nodes } from './nodes.ts'
import { patching } from './patching.ts'
import { pods } from './pods.ts'
import { reading } from './reading.ts'
import { workloads } from './workloads.ts'

const all: readonly KubectlCase[] = [
  ...discovery,
  ...reading,
  ...generators,
  ...applying,
  ...patching,
  ...marking,
  ...workloads,
  ...pods,
  ...nodes,
  ...custom,
]

/** Every case has a namespace of its own. */
const inNamespace = (each: KubectlCase, at: number): Case => ({
  ...each,
  async run(cluster, { path }) {
    const name = `case-${at}`
    await cluster.client.create(Namespace, { metadata: { name } })
    await each.run(new Kubectl(cluster.url, cluster.dir, { binary: path, namespace: name }), cluster)
  },
})

/** The kubectl of this machine, or those that KUBECTLS names, separated by colons. */
export const kubectl: Client = {
  name: 'kubectl',
  cases: all.map(inNamespace),
  installations: () =>
    (process.env.KUBECTLS ?? 'kubectl')
      .split(':')
      .flatMap(path => installed(path, ['version', '--client', '-o', 'json'], /"gitVersion": "v([\d.]+)/)),
}
