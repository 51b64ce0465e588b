import * as assert from 'uvu/assert'
import type { KubectlCase } from './kubectl-case.ts'

const size = { type: 'integer', minimum: 1, description: 'How many it holds.' }
const phase = { type: 'string' }

/** Of a group of its own for every case. */
const definition = (group: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `caches.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'caches', kind: 'Cache', shortNames: ['cc'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { size, replicas: { type: 'integer' } } },
              status: { type: 'object', properties: { phase } },
            },
          },
        },
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
        },
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
      },
    ],
  },
})

const cache = (group: string, spec: object) => ({
  apiVersion: `${group}/v1`,
  kind: 'Cache',
  metadata: { name: 'a' },
  spec,
})

export const custom: readonly KubectlCase[] = [
  {
    name: 'a custom resource: create, apply, get, explain, patch, scale, delete',
    async run(kubectl) {
      const group = 'one.example.com'
      const caches = `caches.${group}`
      const said = `cache.${group}/a`
      const apply = (spec: object, ...flags: string[]) =>
        kubectl.given(cache(group, spec)).ok('apply', '-f', '-', ...flags)
      await kubectl.given(definition(group)).ok('create', '-f', '-')
      await kubectl.ok('wait', '--for=condition=established', `crd/${caches}`, '--timeout=10s')
      assert.match(await kubectl.ok('get', 'crd'), caches)
      assert.match(await kubectl.ok('describe', 'crd', caches), /^ +Kind: +Cache$/m)
      assert.is(await apply({ size: 1 }), `${said} created\n`)
      assert.is(await apply({ size: 2 }), `${said} configured\n`)
      assert.match(await kubectl.ok('get', caches), /NAME +SIZE\na +2\n/)
      assert.match(await kubectl.ok('get', 'cc', 'a'), /NAME +SIZE\na +2\n/)
      assert.match(await kubectl.ok('describe', caches, 'a'), /^ +Size: +2$/m)
      assert.match(await kubectl.ok('explain', 'cache.spec.size'), 'How many it holds.')
      const merge = (patch: string) => ['patch', caches, 'a', '--type=merge', '-p', patch]
      assert.is(await kubectl.ok(...merge('{"spec":{"size":3}}')), `${said} patched\n`)
      assert.match(
        await kubectl.fails(...merge('{"spec":{"size":0}}')),
        'should be greater than or equal to 1',
      )
      // The server says so, and to kubectl of 1.20 its own reading of the schema, with other words.
      const odd = kubectl.given(cache(group, { size: 2, odd: 1 }))
      assert.match(await odd.fails('apply', '-f', '-'), /unknown field "(spec\.)?odd"/)
      assert.is(await kubectl.ok('scale', `${caches}/a`, '--replicas=4'), `${said} scaled\n`)
      assert.is(await kubectl.ok('get', caches, 'a', '-o', 'jsonpath={.spec}'), '{"replicas":4,"size":3}')
      assert.match(await kubectl.ok('delete', caches, 'a'), `cache.${group} "a" deleted`)
      await kubectl.clusterWide.given(definition(group)).ok('delete', '-f', '-')
      assert.match(await kubectl.fails('get', 'crd', caches), 'not found')
    },
  },
  {
    name: 'a custom resource: apply --server-side, edit, label, get -w, what goes with its definition',
    async run(kubectl) {
      const group = 'two.example.com'
      const caches = `caches.${group}`
      await kubectl.given(definition(group)).ok('apply', '--server-side', '-f', '-')
      await kubectl.ok('wait', '--for=condition=established', `crd/${caches}`, '--timeout=10s')
      const watch = kubectl.start('get', caches, '-w', '--output-watch-events')
      const apply = ['apply', '--server-side', '-f', '-']
      const said = `cache.${group}/a serverside-applied\n`
      assert.is(await kubectl.given(cache(group, { size: 1 })).ok(...apply), said)
      const other = kubectl.given(cache(group, { size: 2 }))
      assert.match(
        await other.fails(...apply, '--field-manager=other'),
        'conflict with "kubectl": .spec.size',
      )
      assert.is(await other.ok(...apply, '--field-manager=other', '--force-conflicts'), said)
      const editing = kubectl.with({ env: { KUBE_EDITOR: `sed -i 's/size: 2/size: 5/'` } })
      assert.is(await editing.ok('edit', caches, 'a'), `cache.${group}/a edited\n`)
      assert.is(await kubectl.ok('label', caches, 'a', 'tier=front'), `cache.${group}/a labeled\n`)
      await watch.printed(/^MODIFIED +a +5$/m)
      await kubectl.clusterWide.given(definition(group)).ok('delete', '-f', '-')
      assert.match(await kubectl.fails('get', caches), /the server doesn't have a resource type|not find/)
      await watch.stop()
    },
  },
  {
    name: 'a custom resource: patch --subresource=status',
    since: '1.24',
    async run(kubectl) {
      const group = 'three.example.com'
      const caches = `caches.${group}`
      await kubectl.given(definition(group)).ok('create', '-f', '-')
      await kubectl.ok('wait', '--for=condition=established', `crd/${caches}`, '--timeout=10s')
      await kubectl.given(cache(group, { size: 1 })).ok('create', '-f', '-')
      const patch = '{"spec":{"size":7},"status":{"phase":"Warm"}}'
      await kubectl.ok('patch', caches, 'a', '--subresource=status', '--type=merge', '-p', patch)
      const shown = 'jsonpath={.spec.size} {.status.phase} {.metadata.generation}'
      assert.is(await kubectl.ok('get', caches, 'a', '-o', shown), '1 Warm 1')
      await kubectl.ok('wait', `${caches}/a`, '--for=jsonpath={.status.phase}=Warm', '--timeout=10s')
      await kubectl.clusterWide.ok('delete', 'crd', caches)
    },
  },
]
