import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Event, type Guarantee, type Stream, validate, type Write } from './watch-validators.ts'

const added = (revision: number, key: string, value: string): Event => ({
  type: 'ADDED',
  revision,
  key,
  value,
})
const modified = (revision: number, key: string, value: string): Event => ({
  ...added(revision, key, value),
  type: 'MODIFIED',
})
const deleted = (revision: number, key: string, value: string): Event => ({
  ...added(revision, key, value),
  type: 'DELETED',
})
const bookmark = (revision: number): Event => ({ type: 'BOOKMARK', revision, key: '', value: '' })

/** Two writes share revision 3; b enters and leaves what is red. */
const history: readonly Write[] = [
  { revision: 2, key: 'a', value: 'red 1' },
  { revision: 3, key: 'a', value: 'red 2' },
  { revision: 3, key: 'b', value: 'blue 1' },
  { revision: 4, key: 'b', value: 'red 2' },
  { revision: 5, key: 'b', value: 'blue 3' },
  { revision: 7, key: 'a', value: undefined },
]

const all = [
  added(2, 'a', 'red 1'),
  modified(3, 'a', 'red 2'),
  added(3, 'b', 'blue 1'),
  modified(4, 'b', 'red 2'),
  modified(5, 'b', 'blue 3'),
  deleted(7, 'a', 'red 2'),
]

const red = (_: string, value: string): boolean => value.startsWith('red')

const found = (events: readonly Event[], rest: Partial<Stream> = {}): Guarantee[] => [
  ...new Set(validate(history, [{ name: 's', after: 1, events, ...rest }]).map(({ guarantee }) => guarantee)),
]

const without = (index: number): Event[] => all.filter((_, at) => at !== index)

test('what was told as it was written is right', () => {
  assert.equal(found(all, { until: 7 }), [])
  assert.equal(found([...all.slice(0, 3), bookmark(3), ...all.slice(3), bookmark(7), bookmark(9)]), [])
  assert.equal(found(all.slice(3), { after: 3 }), [])
  assert.equal(found([]), [])
})

test('objects enter and leave a selection', () => {
  const events = [
    added(2, 'a', 'red 1'),
    modified(3, 'a', 'red 2'),
    added(4, 'b', 'red 2'),
    deleted(5, 'b', 'red 2'),
    deleted(7, 'a', 'red 2'),
  ]
  assert.equal(found(events, { selects: red, until: 7 }), [])
  assert.equal(found(all, { selects: red }), ['faithful'])
})

test('a stream that ends early is right as far as it came, unless it should have lived', () => {
  for (let end = 0; end < all.length; end++) {
    assert.equal(found(all.slice(0, end)), [], `the first ${end}`)
    assert.is.not(found(all.slice(0, end), { until: 7 }).length, 0)
  }
})

test('each kind of violation is found', () => {
  const [a1, a2, b1, b2, b3, gone] = all as [Event, Event, Event, Event, Event, Event]
  assert.ok(found([a1, a2, b1, b3, b2, gone]).includes('ordered'))
  assert.equal(found([a1, a1, a2, b1, b2, b3, gone]), ['unique'])
  assert.equal(found([a1, a2, b2, b3, gone]), ['atomic'])
  assert.ok(found([a1, a2, b2, b1, b3, gone]).includes('atomic'))
  assert.equal(found([a1, a2, bookmark(3), b1, b2, b3, gone]), ['bookmarkable', 'atomic'])
  assert.equal(found([a2, b1, b2, b3, gone]), ['resumable'])
  assert.equal(found(all, { after: 2 }), ['resumable'])
  assert.equal(found([a1, a2, b1, bookmark(4), b2, b3, gone]), ['bookmarkable'])
  assert.equal(found([a1, a2, b1, b2, bookmark(3), b3, gone]), ['bookmarkable'])
  assert.equal(found([a1, a2, b1, bookmark(5), bookmark(3), gone], { after: 1 }).slice(0, 1), [
    'bookmarkable',
  ])
  assert.equal(found([a1, a2, b1, b3, gone]), ['reliable'])
  assert.equal(found([a1, a2, b1, b2, bookmark(5)]), ['reliable'])
  assert.equal(found([a1, a2, b1, b2, b3], { until: 7 }), ['reliable'])
  assert.equal(found([a1, a2, b1, modified(4, 'b', 'red 9'), b3, gone]), ['faithful'])
  assert.equal(found([a1, a2, b1, added(4, 'b', 'red 2'), b3, gone]), ['faithful'])
  assert.equal(found([a1, a2, b1, b2, b3, modified(6, 'b', 'blue 4'), gone]), ['faithful'])
})

test('an event that is left out is found wherever it is', () => {
  fc.assert(
    fc.property(fc.nat(all.length - 1), index => {
      assert.equal(found(without(index), { until: 7 }).length, 1)
    }),
  )
})

test('a violation says where', () => {
  const [violation] = validate(history, [
    { name: 'right', after: 1, events: all },
    { name: 'wrong', after: 1, events: without(3) },
  ])
  assert.equal(violation, {
    guarantee: 'reliable',
    stream: 'wrong',
    revision: 4,
    what: 'MODIFIED b "red 2" did not come',
  })
})

test.run()
