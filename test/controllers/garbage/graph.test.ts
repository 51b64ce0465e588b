import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ConfigMap } from '../../../api/kinds/index.ts'
import { foregroundDeletion } from '../../../api/propagation.ts'
import { createGraph, waits } from '../../../controllers/garbage/graph.ts'
import { isBlocked } from '../../../controllers/garbage/wait.ts'
import type { Entry } from '../../../controllers/metadata/index.ts'

const names = ['a', 'b', 'c', 'd', 'e'] as const

const entry = (name: string, owners: readonly string[], waiting = false): Entry => ({
  kind: ConfigMap,
  uid: name,
  namespace: 'default',
  name,
  resourceVersion: '1',
  owners: owners.map(owner => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: owner,
    uid: owner,
    blockOwnerDeletion: true,
  })),
  finalizers: waiting ? [foregroundDeletion] : [],
  deleting: waiting,
})

const states = fc.record({
  name: fc.constantFrom(...names),
  owners: fc.subarray([...names]),
  waiting: fc.boolean(),
  there: fc.boolean(),
})

/** What something has to be done about, told from everything that there is. */
const wrong = (all: ReadonlyMap<string, Entry>): string[] =>
  [...all.values()]
    .filter(({ deleting, owners }) =>
      deleting
        ? true
        : owners.some(({ uid }) => {
            const owner = all.get(uid)
            return !owner || waits(owner)
          }),
    )
    .map(({ uid }) => uid)

test('it knows all dependents, and tells of everything that is no longer as it should be', () => {
  fc.assert(
    fc.property(fc.array(states, { maxLength: 40 }), steps => {
      const graph = createGraph()
      const all = new Map<string, Entry>()
      for (const { name, owners, waiting, there } of steps) {
        const before = new Set(wrong(all))
        const old = all.get(name)
        const next = entry(name, owners, waiting)
        if (there) all.set(name, next)
        else all.delete(name)
        const told = there ? graph.put(next, old) : old ? graph.remove(old) : []
        for (const uid of wrong(all)) assert.ok(before.has(uid) || told.includes(uid), `${uid} is told`)
        for (const uid of names) {
          const dependents = [...all.values()].filter(each => each.owners.some(owner => owner.uid === uid))
          assert.equal(
            graph
              .dependentsOf(uid)
              .map(each => each.uid)
              .sort(),
            dependents.map(each => each.uid).sort(),
          )
        }
      }
    }),
  )
})

/** Those that wait are named with what they wait for; all others just are. */
const blocked = (edges: Readonly<Record<string, readonly string[]>>, who: string): boolean => {
  const graph = createGraph()
  const all = [...new Set([...Object.keys(edges), ...Object.values(edges).flat()])]
  for (const name of all) {
    const owners = Object.keys(edges).filter(owner => edges[owner]?.includes(name))
    graph.put(entry(name, owners, name in edges))
  }
  const found = graph.get(who)
  return found !== undefined && isBlocked(found, graph)
}

test('an owner waits for those that block it, but not for a circle that waits for itself', () => {
  assert.not(blocked({ a: [] }, 'a'))
  assert.ok(blocked({ a: ['b'] }, 'a'))
  assert.ok(blocked({ a: ['b'], b: [] }, 'a'), 'it is about to go')
  assert.not(blocked({ a: ['b'], b: ['a'] }, 'a'))
  assert.not(blocked({ a: ['b'], b: ['c'], c: ['a'] }, 'b'))
  assert.ok(blocked({ a: ['b'], b: ['a', 'c'] }, 'a'), 'the circle waits for somebody else')
  assert.ok(blocked({ x: ['a'], a: ['b'], b: ['a'] }, 'x'), 'it is not in the circle')
})

test.run()
