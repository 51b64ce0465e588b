import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createCache } from '../../informers/cache.ts'
import type { Change } from '../../informers/informer.ts'
import { compareRevisions } from '../../informers/revision.ts'

interface Item {
  readonly key: string
  readonly at: string
  readonly tags: readonly string[]
}

const item = (key: string, at: number | string, ...tags: string[]): Item => ({ key, at: String(at), tags })
const cacheOf = () =>
  createCache<Item>({ key: ({ key }) => key, revision: ({ at }) => at, indexes: { tag: ({ tags }) => tags } })

const told = (changes: readonly Change<Item>[]): string[] =>
  changes.map(({ type, key, item }) => `${type} ${key}@${item.at}`)
const put = (revision: number, ...items: Item[]) => ({
  revision: String(revision),
  events: items.map(item => ({ type: 'MODIFIED' as const, item })),
})
const gone = (revision: number, item: Item) => ({
  revision: String(revision),
  events: [{ type: 'DELETED' as const, item }],
})

test('a list tells the difference to what was known', () => {
  const cache = cacheOf()
  assert.equal(told(cache.replace([item('a', 1), item('b', 2), item('c', 3)], '3')), [
    'ADDED a@1',
    'ADDED b@2',
    'ADDED c@3',
  ])
  const [vanished, modified, added] = cache.replace([item('a', 1), item('c', 5), item('d', 6)], '6')
  assert.equal(vanished, { type: 'DELETED', key: 'b', item: item('b', 2) })
  assert.equal(modified, { type: 'MODIFIED', key: 'c', item: item('c', 5), old: item('c', 3) })
  assert.equal(added, { type: 'ADDED', key: 'd', item: item('d', 6) })
  assert.is(cache.revision, '6')
  assert.is(cache.size, 3)
})

test('indexes follow every change', () => {
  const cache = cacheOf()
  cache.replace([item('a', 1, 'x', 'y'), item('b', 2, 'x')], '2')
  const keys = (tag: string) => cache.byIndex('tag', tag).map(({ key }) => key)
  assert.equal([keys('x'), keys('y'), keys('z')], [['a', 'b'], ['a'], []])
  cache.apply(put(3, item('a', 3, 'y', 'z')))
  assert.equal([keys('x'), keys('y'), keys('z')], [['b'], ['a'], ['a']])
  cache.apply(gone(4, item('a', 4)))
  assert.equal([keys('x'), keys('y'), keys('z')], [['b'], [], []])
  assert.throws(() => cache.byIndex('colour', 'red'), /index colour is not declared; there are: tag/)
})

test('an assumed write is told once, whenever the source shows it', () => {
  const cache = cacheOf()
  cache.replace([item('a', 1)], '1')
  assert.equal(told(cache.assume(item('a', 4))), ['MODIFIED a@4'])
  assert.equal(told(cache.apply(put(2, item('a', 2)))), [])
  assert.is(cache.get('a')?.at, '4')
  assert.equal(told(cache.apply(put(4, item('a', 4)))), [])
  assert.equal(told(cache.apply(put(5, item('a', 5)))), ['MODIFIED a@5'])
  assert.equal(told(cache.assume(item('a', 4))), [])
})

test('an assumed deletion outlives older events, and ends with its own', () => {
  const cache = cacheOf()
  cache.replace([item('a', 1)], '1')
  assert.equal(told(cache.assumeDeleted(item('a', 1), '4')), ['DELETED a@1'])
  assert.equal(told(cache.apply(put(3, item('a', 3)))), [])
  assert.equal(told(cache.replace([item('a', 3)], '3')), [])
  assert.equal(told(cache.apply(gone(4, item('a', 3)))), [])
  assert.equal(told(cache.apply(put(5, item('a', 5)))), ['ADDED a@5'])
})

test('an item created anew is not lost to the deletion before it', () => {
  const cache = cacheOf()
  cache.replace([item('a', 1)], '1')
  cache.assumeDeleted(item('a', 1), '2')
  assert.equal(told(cache.assume(item('a', 3))), ['ADDED a@3'])
  assert.equal(told(cache.apply(gone(2, item('a', 1)))), [])
  assert.equal(told(cache.apply(put(3, item('a', 3)))), [])
  assert.is(cache.get('a')?.at, '3')
})

test('an answer that comes after the source has undone the write brings nothing back', () => {
  const cache = cacheOf()
  cache.replace([], '1')
  cache.apply(put(2, item('a', 2)))
  cache.apply(gone(3, item('a', 2)))
  assert.equal(told(cache.assume(item('a', 2))), [])
  // The same while the source is known to be complete only up to an older revision.
  cache.apply({ revision: '3', events: [{ type: 'ADDED', item: item('b', 5) }] })
  cache.apply({ revision: '5', events: [{ type: 'DELETED', item: item('b', 6) }] })
  assert.equal(told(cache.assume(item('b', 5))), [])
  assert.is(cache.size, 0)
})

test('an assumed write survives a list from before it, and no list from after it', () => {
  const cache = cacheOf()
  cache.replace([], '1')
  cache.assume(item('a', 4))
  assert.equal(told(cache.replace([], '3')), [])
  assert.equal(told(cache.replace([], '5')), ['DELETED a@4'])
})

test('an assumed write that the source passes over is none of its items', () => {
  const cache = cacheOf()
  cache.replace([], '1')
  cache.assume(item('a', 4))
  assert.equal(told(cache.apply(put(3, item('b', 3)))), ['ADDED b@3'])
  assert.equal(told(cache.apply(put(5))), ['DELETED a@4'])
})

test('a source that was set back to an older state is believed', () => {
  const cache = cacheOf()
  cache.replace([item('a', 8), item('b', 9)], '9')
  cache.assumeDeleted(item('b', 9), '10')
  assert.equal(told(cache.replace([item('a', 2), item('b', 3)], '3')), ['MODIFIED a@2', 'ADDED b@3'])
})

test('without revisions every event is news', () => {
  const cache = cacheOf()
  cache.replace([item('a', '')], '')
  const events = [{ type: 'MODIFIED' as const, item: item('a', '') }]
  assert.equal(told(cache.apply({ revision: '', events })), ['MODIFIED a@'])
  const deletion = [{ type: 'DELETED' as const, item: item('a', '') }]
  assert.equal(told(cache.apply({ revision: '', events: deletion })), ['DELETED a@'])
})

test('revisions compare as numbers of any length', () => {
  assert.ok((compareRevisions('9', '10') ?? 0) < 0)
  assert.ok((compareRevisions('9007199254740993', '9007199254740992') ?? 0) > 0)
  assert.is(compareRevisions('7', '7'), 0)
  assert.is(compareRevisions('7', 'x'), undefined)
})

test.run()
