import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Amount, describeAmount, InvalidResource, thousandths } from '../../../mesos/protocol/amount.ts'
import type { Resource } from '../../../mesos/protocol/messages.gen.ts'
import {
  addResources,
  allocatedTo,
  available,
  containsResources,
  InsufficientResources,
  noResources,
  resourcesOf,
  subtractResources,
  takeResources,
  toResourceList,
} from '../../../mesos/protocol/resources.ts'

const scalar = (name: string, value: number, more: Partial<Resource> = {}): Resource => ({
  name,
  type: 'SCALAR',
  scalar: { value },
  ...more,
})
const ports = (...ranges: readonly (readonly [number, number])[]): Resource => ({
  name: 'ports',
  type: 'RANGES',
  ranges: { range: ranges.map(([begin, end]) => ({ begin, end })) },
})
const items = (...item: string[]): Resource => ({ name: 'disks', type: 'SET', set: { item } })
const forRole = (role: string): Partial<Resource> => ({ reservations: [{ type: 'STATIC', role }] })

const anyResource: fc.Arbitrary<Resource> = fc
  .tuple(
    fc.oneof(
      fc
        .tuple(fc.constantFrom('cpus', 'mem'), fc.integer({ min: 0, max: 1e7 }))
        .map(([name, value]) => scalar(name, value / 1000)),
      fc
        .array(fc.tuple(fc.nat(60), fc.nat(8)), { maxLength: 4 })
        .map(list => ports(...list.map(([begin, length]) => [begin, begin + length] as const))),
      fc.subarray(['a', 'b', 'c', 'd']).map(list => items(...list)),
    ),
    fc.constantFrom<Partial<Resource>>({}, { role: '*' }, forRole('web'), {
      allocation_info: { role: 'web' },
    }),
  )
  .map(([resource, more]) => ({ ...resource, ...more }))

const anyResources = fc.array(anyResource, { maxLength: 6 }).map(resourcesOf)

test('what is added can be taken away again', () => {
  fc.assert(
    fc.property(anyResources, anyResources, (a, b) => {
      const sum = addResources(a, b)
      assert.ok(containsResources(sum, a))
      assert.ok(containsResources(sum, b))
      // Ranges and sets are not counted twice, so that only what is not shared comes back.
      assert.ok(containsResources(b, subtractResources(sum, a)))
      assert.equal(addResources(subtractResources(sum, b), b), sum)
    }),
  )
})

test('scalars add up exactly', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1e6), { maxLength: 30 }), values => {
      const parts = values.map(value => resourcesOf([scalar('cpus', value / 1000)]))
      const total = parts.reduce(addResources, noResources)
      const sum = values.reduce((all, value) => all + value, 0)
      assert.equal(available(total, 'cpus') ?? { type: 'SCALAR', value: 0 }, { type: 'SCALAR', value: sum })
      assert.is(parts.reduce(subtractResources, total).size, 0)
    }),
  )
  // 0.1 + 0.2 as floating point is not 0.3.
  const cpus = resourcesOf([scalar('cpus', 0.1), scalar('cpus', 0.2)])
  assert.equal(toResourceList(cpus), [scalar('cpus', 0.3)])
})

test('there is never less than nothing', () => {
  fc.assert(
    fc.property(anyResources, anyResources, (a, b) => {
      if (containsResources(a, b)) {
        const rest = subtractResources(a, b)
        assert.ok(containsResources(a, rest))
        for (const resource of toResourceList(rest)) assert.ok((resource.scalar?.value ?? 1) > 0)
      } else {
        assert.throws(
          () => subtractResources(a, b),
          (error: unknown) => error instanceof InsufficientResources,
        )
      }
    }),
  )
})

test('the protocol form and back', () => {
  fc.assert(
    fc.property(anyResources, resources => {
      assert.equal(resourcesOf(toResourceList(resources)), resources)
    }),
  )
})

test('reservations, allocations and roles keep resources apart; the role * does not', () => {
  const cpus = resourcesOf([
    scalar('cpus', 1),
    scalar('cpus', 2, { role: '*', reservations: [] }),
    scalar('cpus', 4, forRole('web')),
    scalar('cpus', 8, { reservations: [{ role: 'web', type: 'STATIC' }] }),
    scalar('cpus', 16, { allocation_info: { role: 'web' } }),
  ])
  assert.equal(
    toResourceList(cpus).map(({ scalar }) => scalar?.value),
    [3, 12, 16],
  )
})

test('a shortage says how much is missing', () => {
  const offer = resourcesOf([scalar('cpus', 1), ports([31000, 31005])])
  assert.throws(() => subtractResources(offer, resourcesOf([scalar('cpus', 2.5)])), 'cpus: short by 1.5')
  assert.throws(
    () => subtractResources(offer, resourcesOf([ports([30999, 31001], [31005, 31006])])),
    'ports: short by 30999, 31006',
  )
  assert.throws(() => subtractResources(offer, resourcesOf([scalar('gpus', 1)])), 'gpus: short by 1')
})

test('taking prefers what is reserved and never touches volumes or revocable resources', () => {
  const offer = resourcesOf([
    scalar('cpus', 2),
    scalar('cpus', 1, forRole('web')),
    scalar('cpus', 64, { revocable: {} }),
    scalar('disk', 100, { disk: { persistence: { id: 'v' } } }),
  ])
  assert.equal(available(offer, 'cpus'), { type: 'SCALAR', value: 3000 })
  assert.equal(toResourceList(takeResources(offer, 'cpus', { type: 'SCALAR', value: 1500 }) ?? noResources), [
    scalar('cpus', 1, forRole('web')),
    scalar('cpus', 0.5),
  ])
  assert.is(takeResources(offer, 'cpus', { type: 'SCALAR', value: 3001 }), undefined)
  assert.is(available(offer, 'disk'), undefined)
  assert.is(takeResources(offer, 'disk', { type: 'SCALAR', value: 1 }), undefined)
})

test('what is taken is in the resources and as much as was asked for', () => {
  const request: fc.Arbitrary<readonly [string, Amount]> = fc.oneof(
    fc.nat(5e6).map(value => ['cpus', { type: 'SCALAR', value }] as const),
    fc
      .tuple(fc.nat(60), fc.nat(3))
      .map(
        ([begin, length]) => ['ports', { type: 'RANGES', value: [{ begin, end: begin + length }] }] as const,
      ),
  )
  fc.assert(
    fc.property(anyResources, request, (resources, [name, amount]) => {
      const taken = takeResources(resources, name, amount)
      if (!taken) return
      assert.ok(containsResources(resources, taken))
      if (taken.size > 0) assert.equal(available(taken, name), amount)
    }),
  )
})

test('resources of an agent, allocated to a role and back', () => {
  const agent = resourcesOf([scalar('cpus', 8), ports([31000, 32000])])
  const offered = allocatedTo(agent, 'web')
  assert.equal(
    toResourceList(offered).map(resource => resource.allocation_info),
    [{ role: 'web' }, { role: 'web' }],
  )
  assert.not(containsResources(agent, offered))
  assert.equal(allocatedTo(offered, undefined), agent)
})

test('what Mesos would refuse is InvalidResource', () => {
  for (const resource of [
    scalar('cpus', -1),
    scalar('cpus', Number.NaN),
    ports([5, 4]),
    { name: 'cpus', type: 'SCALAR' } as const,
    { name: 'rack', type: 'TEXT' } as const,
  ]) {
    assert.throws(
      () => resourcesOf([resource as Resource]),
      (error: unknown) => error instanceof InvalidResource,
      JSON.stringify(resource),
    )
  }
})

test('amounts as people read them', () => {
  assert.is(describeAmount({ type: 'SCALAR', value: thousandths(1.5) }), '1.5')
  assert.is(describeAmount({ type: 'SET', value: ['a', 'b'] }), 'a, b')
})

test.run()
