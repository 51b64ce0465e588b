import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Node } from '../../../api/kinds/index.ts'
import { sameJson } from '../../../api/patch/json.ts'
import { nodes } from '../../../controllers/nodes/index.ts'
import { createManager } from '../../../controllers/runtime/index.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { memoryClient } from '../../support/memory-client.ts'
import { offer } from '../binder/offers.ts'
import { FakeMesos } from '../fake-mesos.ts'

test('every agent that offers is a node, with its attributes as labels, written once', async () => {
  const client = memoryClient()
  const mesos = new FakeMesos()
  const manager = createManager({ client, logger: silent })
  manager.add(nodes(mesos))
  await manager.start()
  for (const id of ['O1', 'O2']) mesos.offer(offer({ id, attributes: { rack: 'r1' } }))
  mesos.offer(offer({ id: 'O3', agent: 'S2' }))
  const items = await eventually('both are ready', async () => {
    const found = (await client.list(Node)).items
    return found.length === 2 && found.every(node => node.status?.conditions?.[0]?.status === 'True') && found
  })
  assert.equal(items.map(({ metadata }) => metadata.name).sort(), ['S1.local', 'S2.local'])
  const first = items.find(({ metadata }) => metadata.name === 'S1.local')
  assert.equal(first?.metadata.labels, {
    'kubernetes.io/hostname': 'S1.local',
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': process.arch === 'x64' ? 'amd64' : process.arch,
    'k8s.mesosphere.io/attribute-rack': 'r1',
  })
  assert.equal(first?.status?.capacity, { cpu: '8', memory: '8Gi', 'ephemeral-storage': '0' })
  assert.equal(first?.status?.allocatable, first?.status?.capacity)
  assert.is(first?.status?.nodeInfo?.operatingSystem, 'linux')
  const writes = client.calls.length
  mesos.offer(offer({ id: 'O4', attributes: { rack: 'r1' } }))
  mesos.offer(offer({ id: 'O5', agent: 'S3' }))
  await eventually('the third one', async () => (await client.list(Node)).items.length === 3)
  assert.equal(
    client.calls.slice(writes).filter(({ ref }) => ref?.name === 'S1.local'),
    [],
  )
  await manager.stop()
})

test('the capacity is the most that the agent has offered at once; another agent begins anew', async () => {
  const client = memoryClient()
  const mesos = new FakeMesos()
  const manager = createManager({ client, logger: silent })
  manager.add(nodes(mesos))
  await manager.start()
  const has = (capacity: Record<string, string>) =>
    eventually(JSON.stringify(capacity), async () => {
      const node = await client.get(Node, { namespace: '', name: 'S1.local' })
      return sameJson(node.status?.capacity, capacity)
    })
  mesos.offer(offer({ id: 'O1', cpus: 1.5, mem: 1000 }))
  await has({ cpu: '1500m', memory: '1000Mi', 'ephemeral-storage': '0' })
  mesos.offer(offer({ id: 'O2', cpus: 1, mem: 2048 }))
  await has({ cpu: '1500m', memory: '2Gi', 'ephemeral-storage': '0' })
  mesos.offer({ ...offer({ id: 'O3', agent: 'S2', cpus: 1, mem: 1 }), hostname: 'S1.local' })
  await has({ cpu: '1', memory: '1Mi', 'ephemeral-storage': '0' })
  await manager.stop()
})

test.run()
