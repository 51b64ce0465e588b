import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Kubectl } from '../../support/kubectl.ts'
import { tempDir } from '../../support/temp.ts'
import { startServer } from '../running-server.ts'

const dir = tempDir('custom-kubectl')
const server = await startServer()
test.after(() => server.stop())
const kubectl = new Kubectl(server.url, dir)

const manifest = (name: string, object: object): string => {
  const path = join(dir, `${name}.json`)
  writeFileSync(path, JSON.stringify(object))
  return path
}

const size = { type: 'integer', minimum: 1, description: 'How many it holds.' }
const spec = { type: 'object', properties: { size, replicas: { type: 'integer' } } }

const definition = manifest('definition', {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'caches.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'caches', kind: 'Cache', shortNames: ['cc'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
        subresources: {
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
        },
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
      },
    ],
  },
})

const cache = (spec: object): string =>
  manifest('cache', { apiVersion: 'example.com/v1', kind: 'Cache', metadata: { name: 'a' }, spec })

test('a custom resource is used like any other', async () => {
  await kubectl.ok('create', '-f', definition)
  await kubectl.ok('wait', '--for=condition=established', 'crd/caches.example.com', '--timeout=10s')
  assert.match(await kubectl.ok('get', 'crd'), 'caches.example.com')
  assert.is(await kubectl.ok('apply', '-f', cache({ size: 1 })), 'cache.example.com/a created\n')
  assert.is(await kubectl.ok('apply', '-f', cache({ size: 2 })), 'cache.example.com/a configured\n')
  assert.match(await kubectl.ok('get', 'cc'), /NAME +SIZE\na +2\n/)
  assert.match(await kubectl.ok('explain', 'cache.spec.size'), 'How many it holds.')
  assert.is(
    await kubectl.ok('patch', 'cc', 'a', '--type=merge', '-p', '{"spec":{"size":3}}'),
    'cache.example.com/a patched\n',
  )
  assert.match(
    await kubectl.fails('patch', 'cc', 'a', '--type=merge', '-p', '{"spec":{"size":0}}'),
    'should be greater than or equal to 1',
  )
  // The server says so, and to kubectl of 1.20 its own reading of the schema, with other words.
  assert.match(await kubectl.fails('apply', '-f', cache({ size: 2, odd: 1 })), /unknown field "(spec\.)?odd"/)
  assert.is(await kubectl.ok('scale', 'cc/a', '--replicas=4'), 'cache.example.com/a scaled\n')
  assert.is(await kubectl.ok('get', 'cc', 'a', '-o', 'jsonpath={.spec}'), '{"replicas":4,"size":3}')
  assert.is(await kubectl.ok('delete', 'cc', 'a'), 'cache.example.com "a" deleted\n')
  await kubectl.ok('delete', '-f', definition)
  assert.is((await kubectl.run('get', 'crd')).stderr, 'No resources found\n')
})

test.run()
