import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { annotation } from '../../../api/annotations.ts'
import { Event, Node, Pod } from '../../../api/kinds/index.ts'
import { condition } from '../../../api/pod-phase.ts'
import { refOf } from '../../../api/resource.ts'
import { binder } from '../../../controllers/binder/index.ts'
import { createManager } from '../../../controllers/runtime/index.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { memoryClient } from '../../support/memory-client.ts'
import { FakeMesos } from '../fake-mesos.ts'
import { offer } from './offers.ts'

const setUp = async () => {
  const clock = new ManualClock()
  const client = memoryClient({ clock })
  const mesos = new FakeMesos()
  const manager = createManager({ client, logger: silent, clock })
  const spared = new Set<string>()
  manager.add(
    binder({
      starts: { spares: ({ agentId }) => spared.has(agentId) },
      feed: mesos,
      ready$: mesos.session$,
      defaults: { cpu: 0.25, mem: 64 },
      executor: { bundleUrl: 'http://api/executor.mjs', cpus: 0.1, mem: 64, verbosity: 0 },
    }),
  )
  await manager.start()
  const post = (name: string, cpu = '1', hostPort = 0) =>
    client.create(Pod, {
      metadata: { name, namespace: 'default' },
      spec: {
        containers: [
          {
            name: 'c',
            image: 'i',
            resources: { requests: { cpu, memory: '64Mi' } },
            ports: [{ containerPort: 80, hostPort }],
          },
        ],
      },
    })
  const pod = (name: string) => client.get(Pod, { namespace: 'default', name })
  /** Turns the clock in small steps until something is so: rounds begin after a moment of gathering. */
  const soon = <T>(what: string, so: () => T | Promise<T>) =>
    eventually(what, () => {
      clock.advance(10)
      return so()
    })
  return { clock, client, mesos, manager, spared, post, pod, soon }
}

test('an agent whose executor did not start is spared for a while, and the pod says so', async () => {
  const { clock, mesos, manager, spared, post, pod, soon } = await setUp()
  spared.add('S1')
  await post('a')
  clock.advance(2_000)
  mesos.offer(offer({ id: 'O1', agent: 'S1', cpus: 32 }))
  mesos.subscribe()
  const message = await soon(
    'the pod is told',
    async () => condition((await pod('a')).status, 'PodScheduled')?.message,
  )
  assert.is(message, 'no agent of 1 fits: 1 agent: the executor did not start, is tried again later')
  mesos.offer(offer({ id: 'O2', agent: 'S2' }))
  await soon('another agent is used', () => mesos.of('accept').length === 1)
  assert.equal(mesos.of('accept')[0]?.offers, ['O2'])
  spared.clear()
  await post('b')
  mesos.offer(offer({ id: 'O3', agent: 'S1' }))
  await soon('it has its next chance', () => mesos.of('accept').length === 2)
  assert.equal(mesos.of('accept')[1]?.offers, ['O3'])
  await manager.stop()
})

test('pods that wait together go out in one ACCEPT for each agent, their bindings written before', async () => {
  const { client, mesos, manager, post, pod, soon } = await setUp()
  for (const name of ['a', 'b', 'c', 'd']) await post(name)
  const bound: unknown[] = []
  const accept = mesos.accept.bind(mesos)
  mesos.accept = async (offers, tasks) => {
    for (const task of tasks) {
      const [namespace = '', name = ''] = task.name.split('/')
      bound.push((await client.get(Pod, { namespace, name })).spec.nodeName)
    }
    return accept(offers, tasks)
  }
  mesos.offer(offer({ id: 'O1', agent: 'S1' }))
  mesos.offer(offer({ id: 'O2', agent: 'S2' }))
  mesos.offer(offer({ id: 'O3', agent: 'S2', cpus: 0, mem: 1, ports: [] }))
  mesos.subscribe()
  await soon('both agents are used', () => mesos.of('accept').length === 2)
  const [first, second] = mesos.of('accept')
  assert.equal([first?.offers, second?.offers], [['O1'], ['O2', 'O3']])
  assert.equal([first?.tasks.length, second?.tasks.length], [2, 2])
  assert.equal(bound.sort(), ['s1.local', 's1.local', 's2.local', 's2.local'])

  const task = first?.tasks[0]
  const sent = JSON.parse(Buffer.from(task?.data ?? '', 'base64').toString()) as Pod
  const stored = await pod(sent.metadata.name)
  assert.equal(sent, JSON.parse(JSON.stringify(stored)), 'the executor gets the pod as it is stored')
  assert.is(stored.metadata.annotations?.[annotation.taskId], `${stored.metadata.uid}.0`)
  assert.is(task?.task_id.value, `${stored.metadata.uid}.0`)
  assert.is(stored.metadata.annotations?.[annotation.executorId], task?.executor?.executor_id.value)
  assert.is(
    new Set(
      [...(first?.tasks ?? []), ...(second?.tasks ?? [])].map(({ executor }) => JSON.stringify(executor)),
    ).size,
    1,
  )
  await manager.stop()
})

test('offers of several roles are not mixed: each role has an executor and an ACCEPT of its own', async () => {
  const { mesos, manager, post, soon } = await setUp()
  for (const name of ['a', 'b']) await post(name)
  mesos.offer(offer({ id: 'O1', cpus: 1.2, role: 'dev' }))
  mesos.offer(offer({ id: 'O2', cpus: 1.2, role: 'prod' }))
  mesos.subscribe()
  await soon('both offers are used', () => mesos.of('accept').length === 2)
  const accepts = mesos.of('accept')
  assert.equal(accepts.map(({ offers }) => offers).sort(), [['O1'], ['O2']])
  for (const { offers, tasks } of accepts) {
    const [task] = tasks
    const roles = [...(task?.resources ?? []), ...(task?.executor?.resources ?? [])].map(
      ({ allocation_info }) => allocation_info?.role,
    )
    assert.equal([...new Set(roles)], [offers[0] === 'O1' ? 'dev' : 'prod'])
  }
  const ids = accepts.map(({ tasks }) => tasks[0]?.executor?.executor_id.value)
  assert.is(new Set(ids).size, 2)
  await manager.stop()
})

test('nothing is launched while there is no session, nor before the tasks of old have been asked for', async () => {
  const { clock, mesos, manager, post, pod, soon } = await setUp()
  await post('a')
  mesos.offer(offer({}))
  clock.advance(5_000)
  const told = await soon('the reason is told', async () =>
    condition((await pod('a')).status, 'PodScheduled'),
  )
  assert.is(told.message, 'no Mesos master: not started')
  assert.equal(mesos.calls, [])
  await manager.stop()
})

test('a pod that fits nowhere says so, keeps no offer, and is placed when it fits', async () => {
  const { clock, client, mesos, manager, post, pod, soon } = await setUp()
  mesos.subscribe()
  await post('big', '9')
  mesos.offer(offer({ id: 'O1', agent: 'S1', cpus: 8 }))
  mesos.offer(offer({ id: 'O2', agent: 'S2', cpus: 4 }))
  await soon('what does not fit is declined for a short time', () => mesos.of('decline').length > 0)
  assert.equal(mesos.of('decline'), [{ type: 'decline', offers: ['O1', 'O2'], refuseSeconds: 5 }])
  clock.advance(2_000)
  const told = await soon('the reasons are told', async () =>
    condition((await pod('big')).status, 'PodScheduled'),
  )
  assert.equal([told.status, told.reason], ['False', 'Unschedulable'])
  assert.is(told.message, 'no agent of 2 fits: 2 agents: cpu short by 1.1 to 5.1')
  const events = await soon('an event', async () => {
    const { items } = await client.list(Event)
    return items.length > 0 && items
  })
  assert.equal(
    events.map(({ reason, message }) => [reason, message]),
    [['FailedScheduling', told.message]],
  )
  mesos.offer(offer({ id: 'O3', agent: 'S3', cpus: 16 }))
  await soon('it is placed', async () => (await pod('big')).spec.nodeName === 's3.local')
  await manager.stop()
})

test('a new pod asks for what was refused because it did not fit another', async () => {
  const { mesos, manager, post, pod, soon } = await setUp()
  mesos.subscribe()
  await post('big', '9')
  mesos.offer(offer({ id: 'O1' }))
  await soon('declined', () => mesos.of('decline').length === 1)
  assert.equal(mesos.of('revive'), [])
  await post('small')
  await soon('asked for', () => mesos.of('revive').length === 1)
  mesos.offer(offer({ id: 'O2' }))
  await soon('placed', async () => (await pod('small')).spec.nodeName === 's1.local')
  await soon('once only', () => mesos.of('revive').length === 1)
  await manager.stop()
})

test('a pod that comes back after its launch came to nothing is placed as any other', async () => {
  const { clock, client, mesos, manager, post, pod, soon } = await setUp()
  mesos.subscribe()
  mesos.offer(offer({}))
  const { metadata } = await post('a')
  await soon('launched', () => mesos.of('accept').length === 1)
  await soon('nothing is left to do', () => manager.depths().binder?.delayed === 1)
  clock.advance(5_000)
  await soon('offers are refused', () => mesos.of('suppress').length === 1)
  await client.unbind({ namespace: 'default', name: 'a' }, { uid: metadata.uid })
  await soon('and asked for again', () => mesos.of('revive').length === 1)
  mesos.offer(offer({ id: 'O2' }))
  await soon('launched again', async () => mesos.of('accept').length === 2 && (await pod('a')).spec.nodeName)
  await manager.stop()
})

test('two containers with the same port get a host port each', async () => {
  const { client, mesos, manager, soon } = await setUp()
  const container = (name: string) => ({ name, image: 'i', ports: [{ containerPort: 80 }] })
  await client.create(Pod, {
    metadata: { name: 'two', namespace: 'default' },
    spec: { containers: [container('a'), container('b')] },
  })
  mesos.offer(offer({ ports: [[31000, 31001]] }))
  mesos.subscribe()
  await soon('a launch', () => mesos.of('accept').length === 1)
  const [task] = mesos.of('accept')[0]?.tasks ?? []
  const { metadata } = JSON.parse(Buffer.from(task?.data ?? '', 'base64').toString()) as Pod
  assert.is(metadata.annotations?.['k8s.mesosphere.io/port_TCP_80'], '31001,31000')
  await manager.stop()
})

test('with nothing to place offers go back and are refused; a new pod asks for them again', async () => {
  const { clock, mesos, manager, post, soon } = await setUp()
  mesos.subscribe()
  mesos.offer(offer({}))
  await soon('a round', () => manager.depths().binder?.delayed === 1)
  assert.equal(mesos.calls, [], 'kept for what may come next')
  clock.advance(5_000)
  await soon('given back', () => mesos.of('decline').length === 1)
  assert.is(mesos.of('suppress').length, 1)
  await post('a')
  await soon('asked for again', () => mesos.of('revive').length === 1)
  mesos.offer(offer({ id: 'O2' }))
  await soon('used', () => mesos.of('accept').length === 1)
  await manager.stop()
})

test('offers that pods could use but do not are given back, however many pods come', async () => {
  const { clock, mesos, manager, post, soon } = await setUp()
  mesos.subscribe()
  mesos.offer(offer({ id: 'idle', agent: 'S1', cpus: 2 }))
  for (const round of [1, 2, 3]) {
    mesos.offer(offer({ id: `O${round}`, agent: 'S2' }))
    await post(`p${round}`)
    await soon('placed', () => mesos.of('accept').length === round)
    clock.advance(3_000)
  }
  assert.equal(
    mesos.of('accept').map(({ offers }) => offers),
    [['O1'], ['O2'], ['O3']],
  )
  await soon('given back', () => mesos.of('decline').length > 0)
  assert.equal(mesos.of('decline'), [{ type: 'decline', offers: ['idle'], refuseSeconds: 5 }])
  assert.is(mesos.of('suppress').length, 0)
  await post('more')
  await soon('and asked for', () => mesos.of('revive').length === 1)
  await manager.stop()
})

test('an agent whose machine is soon to be unavailable takes no new pods, but those that tolerate it', async () => {
  const { clock, client, mesos, manager, post, pod, soon } = await setUp()
  mesos.subscribe()
  await post('a')
  const hour = 3_600_000
  const soonAway = clock.now() + hour
  mesos.offer(offer({ id: 'O1', agent: 'S1', unavailableFrom: soonAway }))
  await soon('given back', () => mesos.of('decline').length === 1)
  clock.advance(2_000)
  const told = await soon('the reason is told', async () =>
    condition((await pod('a')).status, 'PodScheduled'),
  )
  assert.is(told.message, 'no agent of 1 fits: 1 agent: maintenance from 2014-10-17T03:46:00Z')
  mesos.offer(offer({ id: 'O2', agent: 'S2', unavailableFrom: clock.now() + 2 * hour }))
  await soon('placed where there is time', async () => (await pod('a')).spec.nodeName === 's2.local')
  await client.create(Pod, {
    metadata: { name: 'short', namespace: 'default' },
    spec: {
      containers: [{ name: 'c', image: 'i' }],
      tolerations: [{ key: 'k8s.mesosphere.io/maintenance', operator: 'Exists' }],
    },
  })
  mesos.offer(offer({ id: 'O3', agent: 'S1', unavailableFrom: soonAway }))
  await soon('placed all the same', async () => (await pod('short')).spec.nodeName === 's1.local')
  await manager.stop()
})

test('a pod that goes or is taken on the way is not launched; the others are', async () => {
  const { client, mesos, manager, post, soon } = await setUp()
  const [a, b] = [await post('a'), await post('b')]
  await post('c')
  await eventually('the cache knows all', () => manager.informer(Pod).cache.size === 3)
  client.pause()
  await client.delete(Pod, refOf(a))
  await client.bind({
    metadata: { name: 'b', namespace: 'default' },
    target: { kind: 'Node', name: 'other' },
  })
  mesos.offer(offer({}))
  mesos.subscribe()
  await soon('a launch', () => mesos.of('accept').length === 1)
  assert.equal(
    mesos.of('accept')[0]?.tasks.map(({ name }) => name),
    ['default/c'],
  )
  assert.is((await client.get(Pod, refOf(b))).spec.nodeName, 'other')
  client.resume()
  await manager.stop()
})

test('a cordoned node gets no pod, and pods that wait are placed when it is uncordoned', async () => {
  const { clock, client, mesos, manager, post, pod, soon } = await setUp()
  mesos.subscribe()
  const node = await client.create(Node, { metadata: { name: 's1.local' }, spec: { unschedulable: true } })
  await post('a')
  clock.advance(2_000)
  mesos.offer(offer({ id: 'O1' }))
  const told = await soon('why it waits', async () => condition((await pod('a')).status, 'PodScheduled'))
  assert.is(told.message, 'no agent of 1 fits: 1 agent: unschedulable')
  await client.update(Node, { ...node, spec: {} })
  mesos.offer(offer({ id: 'O2' }))
  await soon('it is placed', async () => (await pod('a')).spec.nodeName === 's1.local')
  await manager.stop()
})

test('a pod that names its node is started there, cordoned or not, and nowhere else', async () => {
  const { clock, client, mesos, manager, pod, soon } = await setUp()
  mesos.subscribe()
  await client.create(Node, { metadata: { name: 's2.local' }, spec: { unschedulable: true } })
  await client.create(Pod, {
    metadata: { name: 'a', namespace: 'default' },
    spec: { nodeName: 's2.local', containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80 }] }] },
  })
  clock.advance(2_000)
  mesos.offer(offer({ id: 'O1', agent: 'S1' }))
  const told = await soon('why it waits', async () => condition((await pod('a')).status, 'PodScheduled'))
  assert.is(told.message, 'no agent of 1 fits: 1 agent: not the node s2.local')
  mesos.offer(offer({ id: 'O2', agent: 'S2' }))
  await soon('it is started', () => mesos.of('accept').length === 1)
  const [accept] = mesos.of('accept')
  assert.equal(accept?.offers, ['O2'])
  const { metadata, spec } = await pod('a')
  assert.equal([spec.nodeName, metadata.annotations?.[annotation.taskId]], ['s2.local', `${metadata.uid}.0`])
  // A launch that came to nothing is tried again, there.
  await client.unbind({ namespace: 'default', name: 'a' }, { uid: metadata.uid })
  mesos.offer(offer({ id: 'O3', agent: 'S1', cpus: 16 }))
  mesos.offer(offer({ id: 'O4', agent: 'S2' }))
  await soon('it is started again', () => mesos.of('accept').length === 2)
  assert.equal(mesos.of('accept')[1]?.offers, ['O4'])
  assert.is(mesos.of('accept')[1]?.tasks[0]?.task_id.value, `${metadata.uid}.1`)
  await manager.stop()
})

test('a session that is lost in between leaves bindings only, and the pods are not launched a second time', async () => {
  const { client, mesos, manager, post, pod, soon } = await setUp()
  await post('a')
  mesos.offer(offer({}))
  mesos.subscribe()
  mesos.failure = new Error('the session is over')
  await soon('it is bound', async () => (await pod('a')).spec.nodeName === 's1.local')
  mesos.disconnect()
  mesos.subscribe()
  mesos.offer(offer({ id: 'O2' }))
  await post('b')
  await soon('the next one is launched', () => mesos.of('accept').length === 1)
  assert.equal(
    mesos.of('accept')[0]?.tasks.map(({ name }) => name),
    ['default/b'],
  )
  // What reconciliation finds unknown is unbound, and comes under a new task id.
  const { uid } = (await pod('a')).metadata
  await client.unbind({ namespace: 'default', name: 'a' }, { uid })
  mesos.offer(offer({ id: 'O3' }))
  await soon('it is launched', () => mesos.of('accept').length === 2)
  assert.is(mesos.of('accept')[1]?.tasks[0]?.task_id.value, `${uid}.1`)
  await manager.stop()
})

test.run()
