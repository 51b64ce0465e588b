import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ReplicationController } from '../../api/kinds/index.ts'
import { refOf } from '../../api/resource.ts'
import { controllerOf } from '../../controllers/runtime/index.ts'
import {
  createController,
  defineCaches,
  isGone,
  openWorld,
  ownerRef,
  pods,
} from '../controllers/cluster-of-controllers.ts'
import { Kubectl } from '../support/kubectl.ts'
import { tempDir } from '../support/temp.ts'

const world = await openWorld(({ http }) => http)
const { client } = world
const dir = tempDir('kubectl-deletion')
const kubectl = new Kubectl(world.server.url, dir)

test.before(world.start)
test.after(world.close)

const ref = { namespace: 'default', name: 'web' }

for (const cascade of ['background', 'foreground']) {
  test(`delete --cascade=${cascade} takes the pods along`, async () => {
    await createController(client)
    await pods(client, 2)
    assert.match(await kubectl.ok('delete', 'rc', 'web', `--cascade=${cascade}`), '"web" deleted')
    assert.ok(await isGone(client, ReplicationController, ref), 'it has waited for the end')
    if (cascade === 'foreground') assert.is(await kubectl.ok('get', 'pods', '-o', 'name'), '')
    await pods(client, 0)
  })
}

test('delete --cascade=orphan leaves the pods, which nobody owns then', async () => {
  await createController(client)
  const before = await pods(client, 2)
  assert.match(await kubectl.ok('delete', 'rc', 'web', '--cascade=orphan'), '"web" deleted')
  const after = await pods(client, 2)
  assert.equal(after.map(refOf), before.map(refOf))
  assert.ok(after.every(pod => !controllerOf(pod)))
  assert.match(await kubectl.ok('delete', 'pods', '--all'), /pod "web-\w+" deleted/)
})

test('custom resources are deleted with their owners', async () => {
  const Cache = await defineCaches(client)
  const owner = await client.create(Cache, { metadata: ref })
  const dependent = { ...ref, name: 'dependent' }
  await client.create(Cache, { metadata: { ...dependent, ownerReferences: [ownerRef(owner)] } })
  assert.match(await kubectl.ok('delete', 'cache', 'web', '--cascade=foreground'), '"web" deleted')
  assert.ok(await isGone(client, Cache, dependent))
})

test('delete namespace returns when all that was in it is gone', async () => {
  assert.is(await kubectl.ok('create', 'namespace', 'team'), 'namespace/team created\n')
  const manifest = join(dir, 'team.json')
  const metadata = { name: 'held', namespace: 'team', finalizers: ['example.com/held'] }
  writeFileSync(manifest, JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata }))
  assert.is(await kubectl.ok('create', '-f', manifest), 'configmap/held created\n')
  await kubectl.ok('create', 'secret', 'generic', 'used', '--namespace=team', '--from-literal=a=b')
  assert.match(await kubectl.ok('delete', 'namespace', 'team', '--wait=false'), '"team" deleted')
  assert.match(await kubectl.ok('get', 'namespace', 'team'), /^team +Terminating/m)
  assert.match(
    await kubectl.fails('create', 'configmap', 'late', '--namespace=team'),
    'unable to create new content in namespace team because it is being terminated',
  )
  const deletion = kubectl.ok('delete', 'namespace', 'team')
  await kubectl.ok('wait', '--for=condition=NamespaceFinalizersRemaining', 'namespace/team', '--timeout=20s')
  const patch = '{"metadata":{"finalizers":null}}'
  await kubectl.ok('patch', 'configmap', 'held', '--namespace=team', '--type=merge', '-p', patch)
  assert.match(await deletion, '"team" deleted')
  assert.match(await kubectl.fails('get', 'namespace', 'team'), 'not found')
  assert.match(await kubectl.fails('delete', 'namespace', 'default'), 'this namespace may not be deleted')
})

test.run()
