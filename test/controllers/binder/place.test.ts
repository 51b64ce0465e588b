import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Node } from '../../../api/kinds/index.ts'
import { Agent } from '../../../controllers/binder/agent.ts'
import type { Demand } from '../../../controllers/binder/demand.ts'
import { place } from '../../../controllers/binder/place.ts'
import { summary } from '../../../controllers/binder/shortage.ts'
import type { ExecutorInfo, Resource } from '../../../mesos/protocol/messages.gen.ts'
import { offer } from './offers.ts'

const executor = (cpus: number, mem: number): ExecutorInfo => ({
  executor_id: { value: 'ex' },
  resources: [
    { name: 'cpus', type: 'SCALAR', scalar: { value: cpus } },
    { name: 'mem', type: 'SCALAR', scalar: { value: mem } },
  ],
})
const overhead = executor(0.1, 64)
const free = executor(0, 0)
const demand = (given: Partial<Demand> = {}): Demand => ({
  cpus: 0.25,
  mem: 64,
  gpus: 0,
  ports: [],
  node: undefined,
  nodeSelector: {},
  tolerations: [],
  ...given,
})
const node = (given: {
  labels?: Record<string, string>
  unschedulable?: boolean
  taints?: NonNullable<Node['spec']>['taints']
}): Node => {
  const { labels = {}, ...spec } = given
  const meta = { uid: 'u', resourceVersion: '1', creationTimestamp: '2014-10-17T02:46:00Z' }
  return { apiVersion: 'v1', kind: 'Node', metadata: { ...meta, name: 's1.local', labels }, spec }
}
const host = (agent: string) => ({ 'kubernetes.io/hostname': `${agent.toLowerCase()}.local` })
const port = (containerPort: number, hostPort = 0) => ({ protocol: 'TCP', containerPort, hostPort })
const same = (given: Demand) => given
const nobody = () => undefined

const sum = (resources: readonly Resource[], name: string): number =>
  resources
    .filter(resource => resource.name === name)
    .reduce((total, resource) => total + Math.round((resource.scalar?.value ?? 0) * 1_000), 0)

const portsOf = (resources: readonly Resource[]): number[] =>
  resources
    .filter(({ name }) => name === 'ports')
    .flatMap(({ ranges }) => ranges?.range ?? [])
    .flatMap(({ begin, end }) => Array.from({ length: end - begin + 1 }, (_, at) => begin + at))

test('many pods go to one offer, until the first resource is used up', () => {
  const agent = new Agent([offer({ cpus: 1, mem: 8192 })], free)
  const { placed, unplaced } = place(Array(5).fill(demand()), same, nobody, [agent])
  assert.is(placed.length, 4)
  assert.equal(unplaced[0]?.shortages, [{ of: 'cpu', by: 0.25 }])
})

test('pods spread over the agents', () => {
  const agents = ['S1', 'S2', 'S3'].map(agent => new Agent([offer({ agent })], overhead))
  const { placed } = place(Array(6).fill(demand()), same, nobody, agents)
  assert.equal(placed.map(({ agent }) => agent.id).sort(), ['S1', 'S1', 'S2', 'S2', 'S3', 'S3'])
})

test('in a long queue about equal agents take several pods in a row, but not of one controller', () => {
  const used = (pods: number, cpus: number, controllerOf: () => string | undefined): number[] => {
    const agents = Array.from({ length: 40 }, (_, n) => new Agent([offer({ agent: `S${n}`, cpus: 8 })], free))
    const { placed } = place(Array(pods).fill(demand({ cpus })), same, controllerOf, agents)
    const counts = new Map<string, number>()
    for (const { agent } of placed) counts.set(agent.id, (counts.get(agent.id) ?? 0) + 1)
    return [...counts.values()]
  }
  assert.equal(used(64, 0.1, nobody), Array(16).fill(4))
  assert.equal(used(64, 0.6, nobody), Array(32).fill(2), 'none is left with much less than others')
  assert.equal(used(16, 0.1, nobody), Array(16).fill(1), 'a short queue spreads')
  assert.equal(
    used(80, 0.1, () => 'rc'),
    Array(40).fill(2),
  )
})

test('the first pod pays for the executor, unless the agent runs it', () => {
  const needs = demand({ cpus: 1 })
  assert.equal(new Agent([offer({ cpus: 1 })], overhead).lacks(needs), { of: 'cpu', by: 0.1 })
  assert.is(new Agent([offer({ cpus: 1, executors: ['ex'] })], overhead).lacks(needs), undefined)
  const agent = new Agent([offer({ cpus: 2.1 })], overhead)
  assert.is(
    sum(agent.take(needs).resources, 'cpus'),
    1000,
    'the task does not claim what the executor claims',
  )
  assert.is(agent.lacks(needs), undefined, 'the second one pays no more')
})

test('several offers of one agent serve one pod, each part as it was reserved', () => {
  const role = (name: string): Resource => ({
    name: 'cpus',
    type: 'SCALAR',
    scalar: { value: 1 },
    allocation_info: { role: name },
  })
  const agent = new Agent([offer({ cpus: 0.5 }), offer({ id: 'O2', cpus: 0, extra: [role('prod')] })], free)
  const { resources } = agent.take(demand({ cpus: 1.2 }))
  const cpus = resources.filter(({ name }) => name === 'cpus')
  assert.equal(
    cpus.map(({ scalar, allocation_info }) => [scalar?.value, allocation_info?.role]),
    [
      [0.5, '*'],
      [0.7, 'prod'],
    ],
  )
})

test('GPUs are counted as CPUs are', () => {
  const gpus: Resource = {
    name: 'gpus',
    type: 'SCALAR',
    scalar: { value: 2 },
    allocation_info: { role: '*' },
  }
  const agent = new Agent([offer({ extra: [gpus] })], free)
  assert.is(sum(agent.take(demand()).resources, 'gpus'), 0)
  assert.equal(agent.lacks(demand({ gpus: 3 })), { of: 'gpu', by: 1 })
  assert.is(sum(agent.take(demand({ gpus: 2 })).resources, 'gpus'), 2_000)
  assert.equal(agent.lacks(demand({ gpus: 1 })), { of: 'gpu', by: 1 })
})

test('revocable resources are left alone', () => {
  const revocable: Resource = { name: 'cpus', type: 'SCALAR', scalar: { value: 8 }, revocable: {} }
  assert.equal(new Agent([offer({ cpus: 0, extra: [revocable] })], free).lacks(demand()), {
    of: 'cpu',
    by: 0.25,
  })
})

test('an agent is known by its region and zone, too', () => {
  const agent = new Agent([offer({ domain: ['eu', 'eu-1'] })], free)
  const zone = (name: string) => demand({ nodeSelector: { 'topology.kubernetes.io/zone': name } })
  assert.is(agent.lacks(zone('eu-1')), undefined)
  assert.is(agent.lacks(zone('eu-2'))?.of, 'label')
  assert.is(agent.labels['topology.kubernetes.io/region'], 'eu')
})

test('a fixed host port is granted once; 0 gets a free one, never one that is fixed', () => {
  const agent = new Agent([offer({ ports: [[31000, 31002]] })], free)
  const { ports, resources } = agent.take(demand({ ports: [port(80), port(81, 31000), port(82)] }))
  assert.equal(
    ports.map(({ hostPort }) => hostPort),
    [31002, 31000, 31001],
  )
  assert.equal(portsOf(resources), [31000, 31001, 31002])
  assert.equal(agent.lacks(demand({ ports: [port(80, 31000)] })), { of: 'port', port: 31000 })
  assert.equal(agent.lacks(demand({ ports: [port(80)] })), { of: 'ports', by: 1 })
})

test('one host port for TCP and UDP is one port to Mesos', () => {
  const agent = new Agent([offer({ ports: [[31000, 31000]] })], free)
  const both = demand({ ports: [port(53, 31000), { ...port(53, 31000), protocol: 'UDP' }] })
  assert.is(agent.lacks(both), undefined)
  assert.equal(portsOf(agent.take(both).resources), [31000])
})

test('a node selector is matched against the attributes', () => {
  const agents = ['r1', 'r2'].map(rack => new Agent([offer({ agent: rack, attributes: { rack } })], free))
  const label = 'k8s.mesosphere.io/attribute-rack'
  const { placed, unplaced } = place(
    [demand({ nodeSelector: { [label]: 'r2' } }), demand({ nodeSelector: { [label]: 'r3' } })],
    same,
    nobody,
    agents,
  )
  assert.is(placed[0]?.agent.id, 'r2')
  assert.is(summary(unplaced[0]?.shortages ?? []), `no agent of 2 fits: 2 agents: ${label} != r3`)
})

test('labels that somebody gave the node count as well; those of the agent are as Mesos has them', () => {
  const labels = { disk: 'ssd', 'kubernetes.io/hostname': 'elsewhere' }
  const agent = new Agent([offer({})], free, node({ labels }))
  assert.is(agent.lacks(demand({ nodeSelector: { disk: 'ssd' } })), undefined)
  assert.is(agent.lacks(demand({ nodeSelector: { 'kubernetes.io/hostname': 's1.local' } })), undefined)
})

test('a cordoned node takes only pods that tolerate that', () => {
  const agents = ['S1', 'S2'].map(
    agent => new Agent([offer({ agent })], free, node({ unschedulable: agent === 'S1' })),
  )
  const { placed, unplaced } = place([demand({ nodeSelector: host('S1') }), demand()], same, nobody, agents)
  assert.equal(
    placed.map(({ agent }) => agent.id),
    ['S2'],
  )
  assert.is(
    summary(unplaced[0]?.shortages ?? []),
    'no agent of 2 fits: 1 agent: kubernetes.io/hostname != s1.local; 1 agent: unschedulable',
  )
  const tolerations = [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }]
  assert.is(agents[0]?.lacks(demand({ tolerations })), undefined)
})

test('taints keep pods away that do not tolerate them', () => {
  const gpu = { key: 'only', value: 'gpu', effect: 'NoSchedule' }
  const old = { key: 'old', effect: 'NoExecute' }
  const agent = new Agent(
    [offer({})],
    free,
    node({ taints: [gpu, old, { key: 'x', effect: 'PreferNoSchedule' }] }),
  )
  const lacks = (...tolerations: Demand['tolerations']) => agent.lacks(demand({ tolerations }))
  assert.is(
    summary([lacks() ?? { of: 'cordon' }]),
    'no agent of 1 fits: 1 agent: taint only=gpu:NoSchedule not tolerated',
  )
  const all = { operator: 'Exists' }
  assert.is(lacks(all), undefined)
  assert.is(lacks({ key: 'only', value: 'gpu' }, { key: 'old' }), undefined)
  assert.is(lacks({ key: 'only', ...all, effect: 'NoSchedule' }, { ...all, effect: 'NoExecute' }), undefined)
  const stays = { of: 'taint', taint: 'only=gpu:NoSchedule' }
  assert.equal(lacks({ key: 'only', value: 'cpu' }, { key: 'old' }), stays)
  assert.equal(lacks({ key: 'only' }, { key: 'old' }), stays, 'no value is a value')
  assert.equal(lacks({ ...all, effect: 'NoExecute' }), stays)
  assert.equal(lacks({ key: 'only', ...all }), { of: 'taint', taint: 'old:NoExecute' })
})

test('where the pod has its node already, only NoExecute keeps it away', () => {
  const agent = (effect: string) =>
    new Agent([offer({})], free, node({ unschedulable: true, taints: [{ key: 'k', effect }] }))
  const given = demand({ node: 's1.local' })
  assert.is(agent('NoSchedule').lacks(given), undefined)
  assert.equal(agent('NoExecute').lacks(given), { of: 'taint', taint: 'k:NoExecute' })
})

test('the reasons are counted, the most frequent first', () => {
  assert.is(
    summary([
      { of: 'port', port: 31000 },
      { of: 'cpu', by: 1.5 },
      { of: 'cpu', by: 1.5 },
      { of: 'memory', by: 100 },
      { of: 'memory', by: 28.5 },
      { of: 'memory', by: 50 },
    ]),
    'no agent of 6 fits: 3 agents: memory short by 28.5 to 100 MiB; 2 agents: cpu short by 1.5; 1 agent: port 31000 taken',
  )
})

test('no queue is granted more than was offered, and nothing twice', () => {
  const amount = fc.integer({ min: 0, max: 4_000 }).map(milli => milli / 1_000)
  const anyDemand = fc.record({
    cpus: amount,
    mem: amount,
    gpus: fc.constant(0),
    ports: fc.array(
      fc.record({
        protocol: fc.constantFrom('TCP', 'UDP'),
        containerPort: fc.integer({ min: 1, max: 65535 }),
        hostPort: fc.constantFrom(0, 0, 31000, 31002, 31005),
      }),
      { maxLength: 3 },
    ),
    node: fc.constant(undefined),
    nodeSelector: fc.constant({}),
    tolerations: fc.constant([]),
  })
  const anyOffer = fc.record({
    agent: fc.constantFrom('S1', 'S2', 'S3'),
    cpus: amount,
    mem: amount,
    ports: fc.constantFrom<[number, number][]>([], [[31000, 31003]], [[31005, 31005]]),
  })
  fc.assert(
    fc.property(
      fc.array(anyDemand, { maxLength: 60 }),
      fc.array(anyOffer, { minLength: 1, maxLength: 5 }),
      (queue, given) => {
        // Mesos never offers the same port twice.
        const ids = new Set<string>()
        const offers = given.map((one, at) => {
          const key = `${one.agent} ${one.ports[0]?.[0]}`
          const ports = ids.has(key) ? [] : one.ports
          ids.add(key)
          return offer({ ...one, ports, id: `O${at}` })
        })
        const agents = [...new Set(offers.map(one => one.agent_id.value))].map(id => {
          const [first, ...rest] = offers.filter(one => one.agent_id.value === id)
          if (!first) throw new Error('an agent without offers')
          return new Agent([first, ...rest], overhead)
        })
        const { placed, unplaced } = place(queue, same, nobody, agents)
        assert.is(placed.length + unplaced.length, queue.length)
        for (const agent of agents) {
          const grants = placed.filter(placement => placement.agent === agent)
          const granted = grants.flatMap(({ grant }) => grant.resources)
          const offered = agent.offers.flatMap(({ resources }) => resources ?? [])
          const executor = grants.length > 0 ? 100 : 0
          assert.ok(sum(granted, 'cpus') + executor <= sum(offered, 'cpus'))
          assert.ok(sum(granted, 'mem') <= sum(offered, 'mem'))
          const ports = portsOf(granted)
          assert.is(new Set(ports).size, ports.length, 'no port twice')
          assert.ok(ports.every(one => portsOf(offered).includes(one)))
        }
        for (const { pod, grant } of placed) {
          assert.is(sum(grant.resources, 'cpus'), Math.round(pod.cpus * 1_000), 'exactly what was asked for')
          assert.is(grant.ports.length, pod.ports.length)
          assert.ok(grant.ports.every(({ hostPort }) => portsOf(grant.resources).includes(hostPort)))
        }
        for (const { shortages } of unplaced) assert.is(shortages.length, agents.length)
      },
    ),
  )
})

test.run()
