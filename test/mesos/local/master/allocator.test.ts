import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { accept, decline } from '../../../../mesos/local/master/accept.ts'
import { revive, suppress } from '../../../../mesos/local/master/frameworks.ts'
import { parseDomain, parseQuantities, parseResources } from '../../../../mesos/local/resource-text.ts'
import { defaultTiming } from '../../../../mesos/local/timing.ts'
import type { Offer } from '../../../../mesos/protocol/messages.gen.ts'
import { executor, task } from '../scheduler.ts'
import { capable, quietMaster } from './quiet-master.ts'

const small = 'cpus:4;mem:4096'

const rolesOf = (offers: readonly Offer[]) => offers.map(({ allocation_info }) => allocation_info?.role)

const amounts = (offer: Offer | undefined) =>
  Object.fromEntries((offer?.resources ?? []).map(({ name, scalar }) => [name, scalar?.value]))

/** A master with agents of four CPUs each. */
const withAgents = (count: number, options: Parameters<typeof quietMaster>[0] = {}) => {
  const master = quietMaster(options)
  for (let number = 0; number < count; number++) master.addAgent(small)
  return master
}

test('each role of a framework gets offers, and as many as the others', () => {
  const { clock, connect } = withAgents(6)
  const { offers } = connect({ roles: ['a', 'b', 'c'] })
  clock.advance(0)
  assert.equal(rolesOf(offers()).sort(), ['a', 'a', 'b', 'b', 'c', 'c'])
  for (const offer of offers()) {
    const [first] = offer.resources ?? []
    assert.equal(first?.allocation_info, offer.allocation_info)
  }
})

test('frameworks share by dominant share, those of one role among themselves', () => {
  const { clock, connect } = withAgents(8)
  const all = [connect({ roles: ['a'] }), connect({ roles: ['b'] }), connect({ roles: ['b'] })]
  clock.advance(0)
  assert.equal(
    all.map(({ offers }) => offers().length),
    [4, 2, 2],
  )
})

test('a role of three times the weight gets three times as much', () => {
  const { clock, connect, state } = withAgents(8)
  state.weights.set('b', 3)
  const all = [connect({ roles: ['a'] }), connect({ roles: ['b'] })]
  clock.advance(0)
  assert.equal(
    all.map(({ offers }) => offers().length),
    [2, 6],
  )
})

test('what one framework holds counts against it when more comes free', () => {
  const { clock, connect, addAgent } = withAgents(1)
  const first = connect({ roles: ['a'] })
  clock.advance(0)
  const second = connect({ roles: ['b'] })
  addAgent(small)
  clock.advance(0)
  assert.equal([first.offers().length, second.offers().length], [1, 1])
})

test('a role is suppressed and revived by itself', () => {
  const { clock, connect, cx } = withAgents(2)
  const { framework, offers, openOffers } = connect({ roles: ['a', 'b'] })
  suppress(framework, ['a'])
  clock.advance(0)
  assert.equal(rolesOf(offers()), ['b', 'b'])
  const ids = openOffers().map(({ id }) => id)
  decline(cx, framework, { offer_ids: ids, filters: { refuse_seconds: 3600 } })
  clock.advance(0)
  assert.equal(openOffers(), [], 'what b refused, a does not want')
  revive(cx, framework, ['a'])
  clock.advance(0)
  assert.equal(rolesOf(openOffers()), ['a', 'a'])
})

test('what is refused in one role is offered in another, and again after its time', () => {
  const { clock, connect, cx } = withAgents(1)
  const { framework, openOffers } = connect({ roles: ['a', 'b'] })
  const refused: (string | undefined)[] = []
  const refuse = (seconds: number) => {
    const [open] = openOffers()
    assert.ok(open)
    refused.push(open.allocation_info?.role)
    decline(cx, framework, { offer_ids: [open.id], filters: { refuse_seconds: seconds } })
    clock.advance(0)
  }
  clock.advance(0)
  refuse(10)
  refuse(60)
  assert.equal(refused, ['a', 'b'])
  assert.equal(openOffers(), [])
  clock.advance(9_999)
  assert.equal(openOffers(), [])
  clock.advance(1)
  assert.equal(rolesOf(openOffers()), ['a'])
})

test('what is reserved goes to its role and those below it alone', () => {
  const { clock, connect, addAgent } = quietMaster()
  addAgent('cpus:4;mem:4096;cpus(a):2')
  const other = connect({ roles: ['b'] })
  clock.advance(0)
  assert.equal(
    other.offers().map(({ resources = [] }) => resources.map(({ name, scalar }) => [name, scalar?.value])),
    [
      [
        ['cpus', 4],
        ['mem', 4096],
      ],
    ],
  )
  const { offers } = connect({ roles: ['a/x'] })
  clock.advance(0)
  const [reserved] = offers()
  assert.equal(reserved?.resources, [
    {
      name: 'cpus',
      type: 'SCALAR',
      scalar: { value: 2 },
      reservations: [{ type: 'STATIC', role: 'a' }],
      allocation_info: { role: 'a/x' },
    },
  ])
})

test('an offer is taken back after its time, and offered again', () => {
  const { clock, connect, addAgent } = quietMaster({ offerTimeout: 5_000 })
  addAgent(small)
  const { offers, events, openOffers } = connect()
  clock.advance(4_999)
  const [first] = openOffers()
  assert.ok(first)
  clock.advance(1)
  assert.equal(events.find(({ rescind }) => rescind)?.rescind, { offer_id: first.id })
  assert.equal(openOffers(), [])
  clock.advance(defaultTiming.allocation)
  assert.is(offers().length, 2)
})

test('crumbs are not offered, as the master or the framework has it', () => {
  const { clock, connect, addAgent } = quietMaster({
    minAllocatable: parseQuantities('cpus:2;mem:100|mem:5000'),
  })
  addAgent('cpus:1;mem:4096')
  addAgent('cpus:2;mem:4096')
  const { offers } = connect({ roles: ['a'] })
  clock.advance(0)
  assert.equal(
    offers().map(({ hostname }) => hostname),
    ['agent2.local'],
  )
  const modest = connect({
    roles: ['b'],
    offer_filters: {
      b: { min_allocatable_resources: { quantities: [{ quantities: { cpus: { value: 1 } } }] } },
    },
  })
  clock.advance(0)
  assert.equal(
    modest.offers().map(({ hostname }) => hostname),
    ['agent1.local'],
  )
})

test('a limit cuts what a role is offered; the rest is for others', () => {
  const { clock, connect, state } = withAgents(2)
  state.quotas.set('a', { guarantees: new Map(), limits: new Map([['cpus', 5_000]]) })
  const limited = connect({ roles: ['a'] })
  clock.advance(0)
  assert.equal(limited.offers().map(amounts), [
    { cpus: 4, mem: 4096 },
    { cpus: 1, mem: 4096 },
  ])
  const other = connect({ roles: ['b'] })
  clock.advance(0)
  assert.equal(other.offers().map(amounts), [{ cpus: 3 }])
})

test('what is guaranteed to a role is kept for it', () => {
  const { clock, connect, state } = withAgents(2)
  state.quotas.set('a', { guarantees: new Map([['cpus', 6_000]]), limits: new Map() })
  const other = connect({ roles: ['b'] })
  clock.advance(0)
  assert.is(
    other.offers().reduce((sum, offer) => sum + (amounts(offer).cpus ?? 0), 0),
    2,
  )
  const sure = connect({ roles: ['a'] })
  clock.advance(0)
  assert.is(
    sure.offers().reduce((sum, offer) => sum + (amounts(offer).cpus ?? 0), 0),
    6,
  )
})

test('revocable resources and other regions are for those who know of them', () => {
  const { clock, connect, addAgent } = quietMaster({ domain: 'us/a' })
  const revocable = parseResources('cpus:2').map(resource => ({ ...resource, revocable: {} }))
  const us = parseDomain('us/b')
  const eu = parseDomain('eu/a')
  assert.ok(us && eu)
  addAgent(small, { domain: us, resources: [...parseResources(small), ...revocable] })
  addAgent(small, { domain: eu })
  const plain = connect({ roles: ['a'] })
  clock.advance(0)
  assert.equal(
    plain.offers().map(({ hostname }) => hostname),
    ['agent1.local'],
  )
  assert.equal(plain.offers()[0]?.domain, us)
  assert.equal(plain.offers()[0]?.resources?.length, 2)
  const knowing = connect({ roles: ['b'], ...capable('REVOCABLE_RESOURCES', 'REGION_AWARE') })
  clock.advance(0)
  assert.equal(
    knowing.offers().map(({ hostname }) => hostname),
    ['agent1.local', 'agent2.local'],
  )
  assert.equal(
    knowing.offers()[0]?.resources?.map(({ revocable }) => revocable),
    [{}],
  )
})

test('offers of two roles cannot be accepted together', () => {
  const { clock, connect, cx, addAgent } = quietMaster()
  addAgent('cpus:4;mem:4096;cpus(a):2')
  const { framework, events, offers } = connect({ roles: ['b', 'a'] })
  clock.advance(0)
  const [first, second] = offers()
  assert.ok(first && second)
  accept(cx, framework, {
    offer_ids: [first.id, second.id],
    operations: [{ type: 'LAUNCH', launch: { task_infos: [task('t1', first, executor('e1'))] } }],
  })
  const status = events.find(({ update }) => update)?.update?.status
  assert.is(status?.state, 'TASK_DROPPED')
  assert.match(
    status?.message ?? '',
    /Aggregated offers must be allocated to the same role\. Offer m-O1 uses role 'a but another is using role 'b$/,
  )
})

test.run()
