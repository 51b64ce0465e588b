import {
  CoreV1Api,
  type Informer,
  type KubeConfig,
  makeInformer,
  type ObjectCache,
  type V1ConfigMap,
  Watch,
} from '@kubernetes/client-node'
import * as assert from 'uvu/assert'
import { eventually } from '../../support/eventually.ts'
import type { Case } from '../client.ts'
import { configFor, newNamespace } from './connect.ts'

type ConfigMaps = Informer<V1ConfigMap> & ObjectCache<V1ConfigMap>

const pathOf = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`

/** Of the config maps with the label `followed`, started anew whenever it ends, as its documentation says. */
const startInformer = async (config: KubeConfig, namespace: string) => {
  const core = config.makeApiClient(CoreV1Api)
  const labelSelector = 'followed=yes'
  const list = () => core.listNamespacedConfigMap({ namespace, labelSelector })
  const informer: ConfigMaps = makeInformer(config, pathOf(namespace), list, labelSelector)
  let retry: NodeJS.Timeout | undefined
  const start = (): Promise<void> => informer.start().catch(startLater)
  const startLater = () => {
    retry = setTimeout(start, 100)
  }
  informer.on('error', startLater)
  await start()
  return {
    core,
    informer,
    async stop() {
      // A stop is told as an error, too.
      informer.off('error', startLater)
      clearTimeout(retry)
      await informer.stop()
    },
  }
}

export const following: readonly Case[] = [
  {
    name: 'Watch: events in order, and once more from the same revision',
    async run(cluster) {
      const config = configFor(cluster)
      const namespace = await newNamespace(config, 'node-watch')
      const core = config.makeApiClient(CoreV1Api)
      const { metadata } = await core.listNamespacedConfigMap({ namespace })
      const follow = async () => {
        const told: string[] = []
        let ended = false
        const controller = await new Watch(config).watch(
          pathOf(namespace),
          { resourceVersion: metadata?.resourceVersion, fieldSelector: 'metadata.name=a' },
          (type, object: V1ConfigMap) => told.push(`${type} ${object.metadata?.name}`),
          () => (ended = true),
        )
        return {
          told,
          async stop() {
            controller.abort()
            await eventually('the watch has ended', () => ended)
          },
        }
      }
      const first = await follow()
      await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'a' } } })
      await core.deleteNamespacedConfigMap({ namespace, name: 'a' })
      const second = await follow()
      for (const { told, stop } of [first, second]) {
        await eventually('both are told', () => told.length >= 2)
        assert.equal(told, ['ADDED a', 'DELETED a'])
        await stop()
      }
    },
  },
  {
    name: 'makeInformer: list, watch, selector, and a server that is started again',
    async run(cluster) {
      const config = configFor(cluster)
      const namespace = await newNamespace(config, 'node-informer')
      const labels = { followed: 'yes' }
      const { core, informer, stop } = await startInformer(config, namespace)
      const told: string[] = []
      for (const verb of ['add', 'update', 'delete'] as const) {
        informer.on(verb, ({ metadata }) => told.push(`${verb} ${metadata?.name}`))
      }
      const create = (name: string) =>
        core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels } } })
      await create('a')
      await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'unseen' } } })
      await eventually('a is there', () => informer.get('a', namespace))
      await core.replaceNamespacedConfigMap({ namespace, name: 'a', body: { metadata: { name: 'a' } } })
      await eventually('it has left the selection', () => informer.list(namespace).length === 0)
      await create('b')
      await eventually('b is there', () => informer.get('b', namespace))
      assert.equal(told, ['add a', 'delete a', 'add b'])

      await cluster.program.stop()
      await cluster.start()
      await create('c')
      await eventually('it goes on', () => informer.get('c', namespace))
      assert.equal(
        informer
          .list(namespace)
          .map(({ metadata }) => metadata?.name)
          .sort(),
        ['b', 'c'],
      )
      await stop()
    },
  },
  {
    name: 'a revision of before the server was started again is 410, and a new list goes on from there',
    async run(cluster) {
      const config = configFor(cluster)
      const namespace = await newNamespace(config, 'node-expired')
      const core = config.makeApiClient(CoreV1Api)
      const { metadata } = await core.createNamespacedConfigMap({
        namespace,
        body: { metadata: { name: 'a' } },
      })
      await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'b' } } })
      await cluster.program.stop()
      await cluster.start()
      const watch = async (resourceVersion: string | undefined) => {
        const told: [type: string, object: { code?: number; metadata?: { name?: string } }][] = []
        const note = (type: string, object: (typeof told)[number][1]) => told.push([type, object])
        const query = { resourceVersion }
        const controller = await new Watch(config).watch(pathOf(namespace), query, note, () => undefined)
        await eventually('something is told', () => told.length > 0)
        controller.abort()
        return told[0]!
      }
      const [type, status] = await watch(metadata?.resourceVersion)
      assert.equal([type, status.code], ['ERROR', 410])
      const list = await core.listNamespacedConfigMap({ namespace })
      await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'c' } } })
      const [added, object] = await watch(list.metadata?.resourceVersion)
      assert.equal([added, object.metadata?.name], ['ADDED', 'c'])
    },
  },
]
