import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Namespace, Pod, ReplicationController } from '../../../api/kinds/index.ts'
import { refOf } from '../../../api/resource.ts'
import { replication } from '../../../controllers/replication/index.ts'
import { controllerOf, createManager } from '../../../controllers/runtime/index.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { memoryClient } from '../../support/memory-client.ts'
import { createController, gone, inWorlds, labels, podSpec, pods } from '../cluster-of-controllers.ts'

const ref = { namespace: 'default', name: 'web' }

inWorlds(
  'a new controller of the same name takes the pods of the old one, and makes none beside them',
  async world => {
    const { client } = world
    await createController(client)
    const before = await pods(client, 2)
    await client.delete(ReplicationController, ref)
    await gone(client, ReplicationController, ref.name)
    const next = await createController(client)
    await eventually('taken over', async () =>
      (await pods(client, 2)).every(pod => controllerOf(pod)?.uid === next.metadata.uid),
    )
    assert.equal((await pods(client, 2)).map(refOf), before.map(refOf))
  },
)

inWorlds(
  'a controller whose namespace is terminating makes no pods, and complains of nothing',
  async world => {
    const { client, manager } = world
    const failures: unknown[] = []
    manager.outcomes$.subscribe(({ controller, error }) => {
      if (controller === 'replicationcontrollers' && error !== undefined) failures.push(error)
    })
    await client.create(Namespace, { metadata: { name: 'team' } })
    const template = { metadata: { labels, finalizers: ['example.com/held'] }, spec: podSpec }
    await client.create(ReplicationController, {
      metadata: { name: 'web', namespace: 'team' },
      spec: { replicas: 2, selector: labels, template },
    })
    const held = await pods(client, 2, 'team')
    await client.delete(Namespace, { namespace: '', name: 'team' })
    await eventually('the pods are deleted', async () =>
      (await pods(client, 2, 'team')).every(({ metadata }) => metadata.deletionTimestamp),
    )
    for (const pod of held) await client.patch(Pod, refOf(pod), { metadata: { finalizers: null } })
    await gone(client, Namespace, 'team', '')
    assert.equal(failures, [])
  },
)

test('a controller that is deleted makes no pods, and counts those that it has', async () => {
  const client = memoryClient()
  const manager = createManager({ client, logger: silent })
  manager.add(replication())
  await manager.start()
  await createController(client, 2)
  const [first] = await pods(client, 2)
  assert.ok(first)
  await client.delete(ReplicationController, ref, { propagationPolicy: 'Foreground' })
  await client.delete(Pod, refOf(first))
  await eventually(
    'counted',
    async () => (await client.get(ReplicationController, ref)).status?.replicas === 1,
  )
  await pods(client, 1)
  await manager.stop()
})

test.run()
