import {
  ApiException,
  ApiextensionsV1Api,
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubernetesObjectApi,
  PatchStrategy,
  setHeaderOptions,
  type V1ConfigMap,
} from '@kubernetes/client-node'
import * as assert from 'uvu/assert'
import { eventually } from '../../support/eventually.ts'
import type { Case } from '../client.ts'
import { configFor, newNamespace } from './connect.ts'

const as = (type: PatchStrategy) => setHeaderOptions('Content-Type', type)

/** Fails unless the call does with this code. */
const fails = async (code: number, call: Promise<unknown>): Promise<void> => {
  const failure = await call.then(
    () => 'nothing',
    (error: unknown) => error,
  )
  if (!(failure instanceof ApiException) || failure.code !== code) {
    throw new Error(`no ${code}`, { cause: failure })
  }
}

// Nowhere to run: this pod is only looked at.
const podSpec = {
  nodeSelector: { none: 'such' },
  containers: [{ name: 'main', image: 'busybox:1', command: ['sleep', '1000'] }],
}

export const objects: readonly Case[] = [
  {
    name: 'pods, config maps: create, read, list, replace, delete, errors',
    async run(cluster) {
      const config = configFor(cluster)
      const core = config.makeApiClient(CoreV1Api)
      const namespace = await newNamespace(config, 'node-objects')
      const made = await core.createNamespacedPod({
        namespace,
        body: { metadata: { name: 'web', labels: { app: 'web' } }, spec: podSpec },
      })
      assert.instance(made.metadata?.creationTimestamp, Date)
      assert.is(made.spec?.restartPolicy, 'Always')
      const { items } = await core.listNamespacedPod({ namespace, labelSelector: 'app in (web)' })
      assert.equal(
        items.map(({ metadata }) => metadata?.uid),
        [made.metadata?.uid],
      )
      await core.deleteNamespacedPod({ namespace, name: 'web', gracePeriodSeconds: 0 })
      await fails(404, core.readNamespacedPod({ namespace, name: 'web' }))

      const body: V1ConfigMap = { metadata: { name: 'it' }, data: { n: '1' } }
      const old = await core.createNamespacedConfigMap({ namespace, body })
      await fails(409, core.createNamespacedConfigMap({ namespace, body }))
      const change = { ...old, data: { n: '2' } }
      await core.replaceNamespacedConfigMap({ namespace, name: 'it', body: change })
      await fails(409, core.replaceNamespacedConfigMap({ namespace, name: 'it', body: change }))
      await fails(
        422,
        core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'Not_A_Name' } } }),
      )
    },
  },
  {
    name: 'patch: JSON, merge, strategic merge, server-side apply with its conflict',
    async run(cluster) {
      const config = configFor(cluster)
      const apps = config.makeApiClient(AppsV1Api)
      const namespace = await newNamespace(config, 'node-patch')
      const labels = { app: 'web' }
      const template = { metadata: { labels }, spec: podSpec }
      const spec = { replicas: 0, selector: { matchLabels: labels }, template }
      await apps.createNamespacedDeployment({ namespace, body: { metadata: { name: 'web' }, spec } })
      const patch = (body: unknown, type: PatchStrategy, fieldManager?: string, force?: boolean) =>
        apps.patchNamespacedDeployment({ namespace, name: 'web', body, fieldManager, force }, as(type))
      await patch({ metadata: { labels: { m: '1' } } }, PatchStrategy.MergePatch)
      await patch([{ op: 'replace', path: '/metadata/labels/m', value: '2' }], PatchStrategy.JsonPatch)
      const containers = [{ name: 'main', image: 'busybox:2' }]
      const patched = await patch(
        { spec: { template: { spec: { containers } } } },
        PatchStrategy.StrategicMergePatch,
      )
      assert.is(patched.metadata?.labels?.m, '2')
      const [container] = patched.spec?.template.spec?.containers ?? []
      assert.equal([container?.image, container?.command], ['busybox:2', ['sleep', '1000']])
      const applied = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { labels: { m: '3' } } }
      await patch(applied, PatchStrategy.ServerSideApply, 'one', true)
      const other = { ...applied, metadata: { labels: { m: '4' } } }
      await fails(409, patch(other, PatchStrategy.ServerSideApply, 'two'))
      const forced = await patch(other, PatchStrategy.ServerSideApply, 'two', true)
      assert.is(forced.metadata?.labels?.m, '4')
    },
  },
  {
    name: 'KubernetesObjectApi: any kind by its object',
    async run(cluster) {
      const config = configFor(cluster)
      const namespace = await newNamespace(config, 'node-any')
      const api = KubernetesObjectApi.makeApiClient(config)
      const metadata = { name: 'it', namespace }
      const map: V1ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { n: '1' } }
      await api.create(map)
      const headers = PatchStrategy.MergePatch
      await api.patch({ ...map, data: { m: '1' } }, undefined, undefined, 'node', undefined, headers)
      const read = await api.read<V1ConfigMap>({ ...map, metadata })
      assert.equal(read.data, { n: '1', m: '1' })
      await api.replace({ ...read, data: { n: '2' } })
      const { items } = await api.list<V1ConfigMap>('v1', 'ConfigMap', namespace)
      assert.equal(items.find(each => each.metadata?.name === 'it')?.data, { n: '2' })
      await api.delete(map)
      await fails(404, api.read({ ...map, metadata }))
    },
  },
  {
    name: 'custom objects: definition, create, patch, status, list, delete',
    async run(cluster) {
      const config = configFor(cluster)
      const namespace = await newNamespace(config, 'node-custom')
      const group = 'node.example.com'
      const extensions = config.makeApiClient(ApiextensionsV1Api)
      const name = `caches.${group}`
      const openAPIV3Schema = { type: 'object', x_kubernetes_preserve_unknown_fields: true }
      const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }
      await extensions.createCustomResourceDefinition({
        body: {
          metadata: { name },
          spec: {
            group,
            scope: 'Namespaced',
            names: { plural: 'caches', kind: 'Cache' },
            versions: [{ ...version, subresources: { status: {} } }],
          },
        },
      })
      await eventually('it is established', async () => {
        const { status } = await extensions.readCustomResourceDefinition({ name })
        return status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True')
      })
      const custom = config.makeApiClient(CustomObjectsApi)
      const all = { group, version: 'v1', namespace, plural: 'caches' }
      const one = { ...all, name: 'a' }
      const body = { apiVersion: `${group}/v1`, kind: 'Cache', metadata: { name: 'a' }, spec: { size: 1 } }
      await custom.createNamespacedCustomObject({ ...all, body })
      const merge = as(PatchStrategy.MergePatch)
      await custom.patchNamespacedCustomObject({ ...one, body: { spec: { size: 2 } } }, merge)
      await custom.patchNamespacedCustomObjectStatus({ ...one, body: { status: { phase: 'Warm' } } }, merge)
      const { items } = await custom.listNamespacedCustomObject(all)
      assert.equal(
        items.map(({ spec, status }: Record<string, unknown>) => [spec, status]),
        [[{ size: 2 }, { phase: 'Warm' }]],
      )
      await custom.deleteNamespacedCustomObject(one)
      await fails(404, custom.getNamespacedCustomObject(one))
      await extensions.deleteCustomResourceDefinition({ name })
    },
  },
]
