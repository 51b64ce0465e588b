import type { Kind } from '../../api/kind.ts'
import { Deployment, Job, Node, Pod, ReplicaSet, ReplicationController } from '../../api/kinds/index.ts'
import type { Resource } from '../../api/resource.ts'
import { Cluster } from '../support/cluster.ts'
import { Etcd } from '../support/etcd.ts'

export const stores = ['embedded', 'etcd'] as const
export type StoreName = (typeof stores)[number]

/** A whole system for one client, on a store of its own. */
export interface System {
  readonly cluster: Cluster
  stop(): Promise<void>
}

const twoAgents = '-local_agents=2'

export const startSystem = async (store: StoreName): Promise<System> => {
  const etcd = store === 'etcd' ? await Etcd.start() : undefined
  const cluster = new Cluster([twoAgents, ...(etcd ? [`-etcd_servers=${etcd.endpoint}`] : [])])
  await cluster.start()
  return {
    cluster,
    async stop() {
      await deleteOwners(cluster)
      await deleteStrays(cluster)
      await cluster.stop()
      await etcd?.stop()
    },
  }
}

/** They would replace the pods that the cluster's stop deletes. */
const deleteOwners = async ({ client }: Cluster): Promise<void> => {
  const deleteAll = async <T extends Resource>(kind: Kind<T>): Promise<void> => {
    for (const { metadata } of (await client.list(kind)).items) {
      await client.delete(kind, { namespace: 'default', ...metadata })
    }
  }
  await deleteAll(ReplicationController)
  await deleteAll(Deployment)
  await deleteAll(ReplicaSet)
  await deleteAll(Job)
}

/** Pods that a client has put on nodes that are not there: nobody would end them. */
const deleteStrays = async ({ client }: Cluster): Promise<void> => {
  const nodes = new Set((await client.list(Node)).items.map(({ metadata }) => metadata.name))
  for (const { metadata, spec } of (await client.list(Pod)).items) {
    if (!spec.nodeName || nodes.has(spec.nodeName)) continue
    await client.delete(Pod, { namespace: 'default', ...metadata }, { gracePeriodSeconds: 0 })
  }
}
