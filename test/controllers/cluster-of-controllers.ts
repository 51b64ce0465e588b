import { test } from 'uvu'
import type { Client } from '../../api/client.ts'
import { isStatus } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import { CustomResourceDefinition, Pod, ReplicationController } from '../../api/kinds/index.ts'
import type { Draft, Ref, Resource } from '../../api/resource.ts'
import { garbage } from '../../controllers/garbage/index.ts'
import { customKind, followMetadata } from '../../controllers/metadata/index.ts'
import { namespaces } from '../../controllers/namespaces/index.ts'
import { replication } from '../../controllers/replication/index.ts'
import { createManager, type Manager } from '../../controllers/runtime/index.ts'
import { silent } from '../../util/logger.ts'
import { type RunningServer, startServer } from '../apiserver/running-server.ts'
import { eventually } from '../support/eventually.ts'

export interface World {
  /** The test's client, of the same kind as the controllers'. */
  readonly client: Client
  readonly server: RunningServer
  readonly manager: Manager
  /** Starts the controllers, anew when they have been stopped. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** The controllers that need only the API, at work on an API server of their own. */
export const openWorld = async (
  clientOf: (server: RunningServer) => Client,
  controllersClientOf = clientOf,
): Promise<World & { close(): Promise<void> }> => {
  const server = await startServer()
  const open = (): Manager => {
    const options = { client: controllersClientOf(server), logger: silent }
    const manager = createManager(options)
    const metadata = followMetadata(options)
    for (const each of [replication(), namespaces(metadata), garbage(metadata)]) manager.add(each)
    return manager
  }
  let manager = open()
  return {
    client: clientOf(server),
    server,
    get manager() {
      return manager
    },
    start: () => {
      manager = open()
      return manager.start()
    },
    stop: () => manager.stop(),
    async close() {
      await manager.stop()
      await server.stop()
    },
  }
}

/** A test in a running world: with clients in the server's process, and over HTTP. */
export const inWorlds = (what: string, run: (world: World) => Promise<void>): void => {
  const clients = {
    'in process': ({ server }: RunningServer) => server.client,
    HTTP: ({ http }: RunningServer) => http,
  }
  for (const [name, clientOf] of Object.entries(clients)) {
    test(`${name}: ${what}`, async () => {
      const world = await openWorld(clientOf)
      await world.start()
      await run(world).finally(world.close)
    })
  }
}

export const labels = { app: 'web' }

export const podSpec = { containers: [{ name: 'web', image: 'web', command: ['web'] }] }

export const createController = (
  client: Client,
  replicas = 2,
  name = 'web',
): Promise<ReplicationController> =>
  client.create(ReplicationController, {
    metadata: { name, namespace: 'default' },
    spec: { replicas, selector: labels, template: { metadata: { labels }, spec: podSpec } },
  })

/** Waits until there are so many pods, and answers them. */
export const pods = (client: Client, count: number, namespace = 'default'): Promise<readonly Pod[]> =>
  eventually(`${count} pods`, async () => {
    const { items } = await client.list(Pod, { namespace })
    return items.length === count && items
  })

export const isGone = async (client: Client, kind: Kind<never>, ref: Ref): Promise<boolean> => {
  try {
    await client.get(kind, ref)
    return false
  } catch (error) {
    return isStatus(error, 'NotFound')
  }
}

export const gone = (client: Client, kind: Kind<never>, name: string, namespace = 'default'): Promise<true> =>
  eventually(`${kind.kind} ${name} gone`, () => isGone(client, kind, { namespace, name }))

/** A reference to an owner, as Kubernetes' own tests make it. */
export const ownerRef = (owner: Resource, blockOwnerDeletion = true) => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  blockOwnerDeletion,
})

export type Cache = Resource & { spec?: { size?: number } }

/** Defines a kind, and answers it. */
export const defineCaches = async (client: Client): Promise<Kind<Cache>> => {
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const draft: Draft<CustomResourceDefinition> = {
    metadata: { name: 'caches.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'caches', kind: 'Cache' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  }
  const { metadata } = await client.create(CustomResourceDefinition, draft)
  const kind = await eventually('established', async () =>
    customKind(await client.get(CustomResourceDefinition, { namespace: '', name: metadata.name })),
  )
  return kind as unknown as Kind<Cache>
}
