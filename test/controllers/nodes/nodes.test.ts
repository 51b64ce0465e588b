import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isStatus } from '../../../api/errors.ts'
import { Event, Lease, Node } from '../../../api/kinds/index.ts'
import { sameJson } from '../../../api/patch/json.ts'
import { condition } from '../../../api/pod-phase.ts'
import { nodes } from '../../../controllers/nodes/index.ts'
import { createManager } from '../../../controllers/runtime/index.ts'
import { Unauthorized } from '../../../mesos/protocol/http.ts'
import type { MasterResponseGetAgents, Resource } from '../../../mesos/protocol/messages.gen.ts'
import { type Logger, silent } from '../../../util/logger.ts'
import { operatorAnswers } from '../../mesos/protocol/recordings.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { memoryClient } from '../../support/memory-client.ts'
import { offer } from '../binder/offers.ts'
import { FakeMesos } from '../fake-mesos.ts'

type Told = NonNullable<MasterResponseGetAgents['agents']>[number]

const scalar = (name: string, value: number, more: Partial<Resource> = {}): Resource => ({
  name,
  type: 'SCALAR',
  scalar: { value },
  role: '*',
  ...more,
})

/** An agent as the master tells of it. */
const agent = (id: string, more: Partial<Told> = {}): Told => ({
  agent_info: { id: { value: id }, hostname: `${id}.local` },
  active: true,
  version: '1.12.0',
  pid: 'slave(1)@10.0.0.1:5051',
  total_resources: [scalar('cpus', 8), scalar('mem', 8192), scalar('disk', 1000)],
  ...more,
})

const minute = 60_000

const setUp = async (clock = new ManualClock(), client = memoryClient({ clock })) => {
  const mesos = new FakeMesos()
  const warnings: string[] = []
  const logger: Logger = { ...silent, warn: message => void warnings.push(message), child: () => logger }
  const manager = createManager({ client, logger, clock })
  const usage = { roles: ['*', 'eng/dev'], overhead: { cpus: 0.1, mem: 128 } }
  for (const controller of nodes(mesos, usage)) manager.add(controller)
  await manager.start()
  const node = (name: string) => client.get(Node, { namespace: '', name })
  /** What the condition Ready says; undefined when there is no such node. */
  const ready = async (name: string) => {
    try {
      return condition((await node(name)).status, 'Ready')
    } catch (error) {
      if (isStatus(error, 'NotFound')) return undefined
      throw error
    }
  }
  /** Turns the clock in small steps until something is so. */
  const soon = <T>(what: string, so: () => T | Promise<T>) =>
    eventually(what, () => {
      clock.advance(100)
      return so()
    })
  const is = (name: string, reason: string) =>
    soon(`${name} is ${reason}`, async () => (await ready(name))?.reason === reason)
  const gone = (name: string) => soon(`${name} is gone`, async () => (await ready(name)) === undefined)
  const writes = () =>
    client.calls.filter(({ verb, kind }) => kind.kind === 'Node' && !['get', 'list', 'watch'].includes(verb))
      .length
  return { clock, client, mesos, manager, warnings, node, ready, soon, is, gone, writes }
}

test('every agent that the master knows is a node', async () => {
  const { mesos, manager, node, is, soon, writes } = await setUp()
  const recorded = operatorAnswers().find(body => 'get_agents' in body)
  mesos.agents = (recorded as { get_agents: MasterResponseGetAgents }).get_agents
  mesos.subscribe()
  await is('agent1.local', 'AgentRegistered')
  const { metadata, status } = await node('agent1.local')
  assert.equal(metadata.labels, {
    'kubernetes.io/hostname': 'agent1.local',
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': process.arch === 'x64' ? 'amd64' : process.arch,
    'k8s.mesosphere.io/attribute-rack': 'r1',
    'k8s.mesosphere.io/attribute-zone': 'z1',
  })
  assert.equal(status?.capacity, { cpu: '8', memory: '8Gi', 'ephemeral-storage': '20000Mi' })
  assert.equal(status?.allocatable, { cpu: '7900m', memory: '8064Mi', 'ephemeral-storage': '20000Mi' })
  assert.equal(status?.addresses, [
    { type: 'InternalIP', address: '127.0.0.1' },
    { type: 'Hostname', address: 'agent1.local' },
  ])
  assert.is(status?.nodeInfo?.containerRuntimeVersion, 'mesos://1.12.0')
  const before = writes()
  const { asked } = mesos
  await soon('it is asked again', () => mesos.asked > asked + 1)
  assert.is(writes(), before, 'nothing is written without news')
  await manager.stop()
})

test('what is reserved for others, revocable or a volume cannot be allocated', async () => {
  const { mesos, manager, node, is } = await setUp()
  const total_resources = [
    scalar('cpus', 4),
    scalar('cpus', 2, { role: 'other' }),
    scalar('cpus', 1, { role: 'eng' }),
    scalar('cpus', 1, { reservations: [{ role: 'eng/dev' }] }),
    scalar('cpus', 16, { revocable: {} }),
    scalar('mem', 64),
    scalar('disk', 100),
    scalar('disk', 50, { disk: { persistence: { id: 'v' } } }),
    scalar('gpus', 2),
  ]
  mesos.agents = { agents: [agent('S1', { total_resources })] }
  mesos.subscribe()
  await is('s1.local', 'AgentRegistered')
  const { status } = await node('s1.local')
  const gpus = { 'nvidia.com/gpu': '2' }
  assert.equal(status?.capacity, { cpu: '8', memory: '64Mi', 'ephemeral-storage': '150Mi', ...gpus })
  assert.equal(status?.allocatable, { cpu: '5900m', memory: '0', 'ephemeral-storage': '100Mi', ...gpus })
  await manager.stop()
})

test('labels that people give stay, those of old attributes go, and what is no label does no harm', async () => {
  const { client, mesos, manager, node, soon, is } = await setUp()
  const withAttributes = (attributes: Record<string, string>) => {
    const list = Object.entries(attributes).map(
      ([name, value]) => ({ name, type: 'TEXT', text: { value } }) as const,
    )
    const { agent_info } = agent('a')
    mesos.agents = { agents: [agent('a', { agent_info: { ...agent_info, attributes: list } })] }
  }
  withAttributes({ rack: 'r1', device: '/dev/sda' })
  mesos.subscribe()
  await is('a.local', 'AgentRegistered')
  const made = await node('a.local')
  const labels = { ...made.metadata.labels, disk: 'ssd' }
  await client.update(Node, { ...made, metadata: { ...made.metadata, labels } })
  withAttributes({ row: '7' })
  const now = await soon('the new attribute', async () => {
    const found = (await node('a.local')).metadata.labels
    return found?.['k8s.mesosphere.io/attribute-row'] === '7' && found
  })
  assert.is(now.disk, 'ssd')
  assert.equal(
    Object.keys(now).filter(name => name.startsWith('k8s.mesosphere.io/')),
    ['k8s.mesosphere.io/attribute-row'],
  )
  await manager.stop()
})

test('the heartbeat goes on, but not often', async () => {
  const { clock, client, mesos, manager, node, ready, is, soon, writes } = await setUp()
  mesos.agents = { agents: [agent('a')] }
  mesos.subscribe()
  await is('a.local', 'AgentRegistered')
  const lease = () => client.get(Lease, { namespace: 'kube-node-lease', name: 'a.local' })
  const taken = await soon('a lease', async () => {
    const { items } = await client.list(Lease)
    return items[0]
  })
  assert.equal(
    taken.metadata.ownerReferences?.map(({ uid }) => uid),
    [(await node('a.local')).metadata.uid],
  )
  const [first, before] = [await ready('a.local'), writes()]
  clock.advance(4 * minute)
  const { asked } = mesos
  await soon('the master is asked', () => mesos.asked > asked)
  assert.is(writes(), before)
  assert.equal(await lease(), taken)
  clock.advance(2 * minute)
  const next = await soon('a heartbeat', async () => {
    const now = await ready('a.local')
    return now?.lastHeartbeatTime !== first?.lastHeartbeatTime && now
  })
  assert.is(next.lastTransitionTime, first?.lastTransitionTime)
  assert.is(writes(), before + 1)
  const renewed = async () => (await lease()).spec?.renewTime !== taken.spec?.renewTime
  await soon('the lease is renewed', renewed)
  await manager.stop()
})

test('an agent that is away for a moment is forgiven; then its node is not ready, and ready when it is back', async () => {
  const { clock, mesos, manager, ready, is, soon } = await setUp()
  mesos.agents = { agents: [agent('a')] }
  mesos.subscribe()
  await is('a.local', 'AgentRegistered')
  mesos.agents = { agents: [agent('a', { active: false })] }
  const { asked } = mesos
  clock.advance(15_000)
  await soon('that is heard', () => mesos.asked > asked)
  clock.advance(30_000)
  assert.is((await ready('a.local'))?.status, 'True')
  clock.advance(15_000)
  await is('a.local', 'AgentDisconnected')
  assert.is((await ready('a.local'))?.status, 'Unknown')
  clock.advance(60 * minute)
  await is('a.local', 'AgentDisconnected')
  mesos.agents = { agents: [agent('a')] }
  clock.advance(15_000)
  await is('a.local', 'AgentRegistered')
  await manager.stop()
})

test('the node of an agent that is removed is not ready at once, goes after a while, and comes back', async () => {
  const { clock, client, mesos, manager, is, gone, ready } = await setUp()
  mesos.agents = { agents: [agent('a'), agent('b')] }
  mesos.subscribe()
  await is('a.local', 'AgentRegistered')
  mesos.agents = { agents: [agent('b')] }
  mesos.failures$.next({ agent_id: { value: 'a' } })
  await is('a.local', 'AgentLost')
  const { items } = await client.list(Event)
  assert.equal(
    items.filter(({ reason }) => reason === 'NodeNotReady').map(({ involvedObject }) => involvedObject.name),
    ['a.local'],
  )
  clock.advance(4 * minute)
  await is('a.local', 'AgentLost')
  clock.advance(minute)
  await gone('a.local')
  assert.is((await ready('b.local'))?.status, 'True')
  mesos.agents = { agents: [agent('a'), agent('b')] }
  mesos.offer({ ...offer({ agent: 'a' }), hostname: 'a.local' })
  await is('a.local', 'AgentRegistered')
  await manager.stop()
})

test('a restart removes only what the master does not know, and nothing before it has answered', async () => {
  const first = await setUp()
  first.mesos.agents = { agents: [agent('a'), agent('b')] }
  first.mesos.subscribe()
  await first.is('a.local', 'AgentRegistered')
  await first.is('b.local', 'AgentRegistered')
  await first.client.create(Node, { metadata: { name: 'by-hand' } })
  await first.manager.stop()

  const { client, clock } = first
  const second = await setUp(clock, client)
  clock.advance(60 * minute)
  second.mesos.agents = new Error('no leader')
  second.mesos.subscribe()
  await second.soon('it has been asked', () => second.mesos.asked > 1)
  assert.is((await second.ready('a.local'))?.status, 'True')
  second.mesos.agents = { agents: [agent('b')], recovered_agents: [agent('c').agent_info] }
  await second.is('c.local', 'AgentDisconnected')
  assert.is(
    (await second.ready('a.local'))?.status,
    'True',
    'it may come yet, when the master has just begun',
  )
  clock.advance(40_000)
  await second.is('a.local', 'AgentLost')
  clock.advance(5 * minute)
  await second.gone('a.local')
  assert.is((await second.ready('b.local'))?.status, 'True')
  assert.is((await second.node('by-hand')).metadata.name, 'by-hand')
  await second.manager.stop()
})

test('what was said of a node outlives its agent', async () => {
  const { clock, client, mesos, manager, node, is, gone } = await setUp()
  mesos.agents = { agents: [agent('a')] }
  mesos.subscribe()
  await is('a.local', 'AgentRegistered')
  await client.update(Node, { ...(await node('a.local')), spec: { unschedulable: true } })
  mesos.agents = {}
  mesos.failures$.next({ agent_id: { value: 'a' } })
  await is('a.local', 'AgentLost')
  clock.advance(60 * minute)
  await is('a.local', 'AgentLost')
  await client.update(Node, { ...(await node('a.local')), spec: {} })
  await gone('a.local')
  await manager.stop()
})

test('a node tells that an operator drains its agent', async () => {
  const { clock, mesos, manager, node, ready, is, soon } = await setUp()
  const deactivated = async () => condition((await node('a.local')).status, 'Deactivated')?.reason
  mesos.agents = { agents: [agent('a')] }
  mesos.subscribe()
  await is('a.local', 'AgentRegistered')
  assert.is(await deactivated(), undefined)
  for (const [state, reason] of [
    ['DRAINING', 'AgentDraining'],
    ['DRAINED', 'AgentDrained'],
  ] as const) {
    const drain_info = { state, config: {} }
    mesos.agents = { agents: [agent('a', { active: false, deactivated: true, drain_info })] }
    clock.advance(15_000)
    await soon(reason, async () => (await deactivated()) === reason)
  }
  assert.is((await ready('a.local'))?.status, 'True', 'what runs there is not lost')
  mesos.agents = { agents: [agent('a')] }
  clock.advance(15_000)
  await soon('it is over', async () => (await deactivated()) === undefined)
  await manager.stop()
})

test('a deleted node comes again; of two agents with one host name the newer one counts', async () => {
  const { client, mesos, manager, node, is, soon } = await setUp()
  const at = (nanoseconds: number, id: string) =>
    agent(id, { agent_info: { id: { value: id }, hostname: 'a.local' }, registered_time: { nanoseconds } })
  mesos.agents = { agents: [at(2, 'new'), at(1, 'old')] }
  mesos.subscribe()
  await is('a.local', 'AgentRegistered')
  const { metadata } = await node('a.local')
  assert.is(metadata.annotations?.['k8s.mesosphere.io/agentId'], 'new')
  await client.delete(Node, { namespace: '', name: 'a.local' })
  await soon('another node', async () => {
    const { items } = await client.list(Node)
    return items.length === 1 && items[0]?.metadata.uid !== metadata.uid
  })
  await is('a.local', 'AgentRegistered')
  await manager.stop()
})

test('an agent whose host name is no name in Kubernetes is told of once, and hinders no other', async () => {
  const { clock, client, mesos, manager, warnings, is, soon } = await setUp()
  const named = (id: string, hostname: string) => agent(id, { agent_info: { id: { value: id }, hostname } })
  mesos.agents = { agents: [named('x', 'agent_1'), agent('b')] }
  mesos.subscribe()
  await is('b.local', 'AgentRegistered')
  mesos.agents = { agents: [{ ...named('x', 'agent_1'), version: '1.13.0' }, agent('b')] }
  clock.advance(15_000)
  const { asked } = mesos
  await soon('there is news of it', () => mesos.asked > asked)
  assert.equal(warnings, [
    'an agent cannot be a node because of its host name: start the agent with another --hostname',
  ])
  assert.equal(
    (await client.list(Node)).items.map(({ metadata }) => metadata.name),
    ['b.local'],
  )
  await manager.stop()
})

test('where the master does not tell, the offers have to do: the most that was offered at once', async () => {
  const { client, clock, mesos, manager, warnings, node, is, gone, soon } = await setUp()
  mesos.agents = new Unauthorized('401')
  mesos.subscribe()
  const has = (name: string, capacity: Record<string, string>) =>
    soon(JSON.stringify(capacity), async () => {
      const { items } = await client.list(Node)
      const found = items.find(({ metadata }) => metadata.name === name)
      return sameJson(found?.status?.capacity, capacity)
    })
  mesos.offer(offer({ id: 'O1', cpus: 1.5, mem: 1000 }))
  await has('s1.local', { cpu: '1500m', memory: '1000Mi', 'ephemeral-storage': '0' })
  mesos.offer(offer({ id: 'O2', cpus: 1, mem: 2048 }))
  await has('s1.local', { cpu: '1500m', memory: '2Gi', 'ephemeral-storage': '0' })
  assert.equal((await node('s1.local')).status?.allocatable, {
    cpu: '1400m',
    memory: '1920Mi',
    'ephemeral-storage': '0',
  })
  mesos.offer({ ...offer({ id: 'O3', agent: 'S2', cpus: 1, mem: 1 }), hostname: 'S1.local' })
  await has('s1.local', { cpu: '1', memory: '1Mi', 'ephemeral-storage': '0' })
  clock.advance(30 * minute)
  await soon('it was asked again', () => mesos.asked > 1)
  assert.is(warnings.length, 1)

  mesos.failures$.next({ agent_id: { value: 'S2' }, executor_id: { value: 'e' } })
  await is('s1.local', 'AgentRegistered')
  mesos.failures$.next({ agent_id: { value: 'S2' } })
  await is('s1.local', 'AgentLost')
  mesos.offer({ ...offer({ id: 'O4', agent: 'S2', cpus: 1, mem: 1 }), hostname: 'S1.local' })
  await is('s1.local', 'AgentRegistered')
  mesos.failures$.next({ agent_id: { value: 'S2' } })
  await is('s1.local', 'AgentLost')
  clock.advance(5 * minute)
  await gone('s1.local')
  await manager.stop()
})

test.run()
