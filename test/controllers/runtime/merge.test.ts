import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { merge } from '../../../controllers/runtime/merge.ts'

test('it keeps what is not mentioned, and removes what is null', () => {
  const current = { a: 1, b: { c: 2, d: 3 }, e: [1, 2] }
  assert.equal(merge(current, { b: { c: 4 }, e: [3] }), { a: 1, b: { c: 4, d: 3 }, e: [3] })
  assert.equal(merge(current, { a: null, f: undefined, g: { h: null, i: 1 } }), {
    b: { c: 2, d: 3 },
    e: [1, 2],
    g: { i: 1 },
  })
})

test('lists of one length keep what the server has filled in', () => {
  const current = { ports: [{ port: 80, protocol: 'TCP' }] }
  assert.is(merge(current, { ports: [{ port: 80 }] }), current)
  assert.equal(merge(current, { ports: [{ port: 81 }] }), { ports: [{ port: 81, protocol: 'TCP' }] })
  assert.equal(merge(current, { ports: [{ port: 80 }, { port: 81 }] }), {
    ports: [{ port: 80 }, { port: 81 }],
  })
})

test('what was merged once changes nothing when it is merged again', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (a, b) => {
        const once = merge(a, b)
        assert.is(merge(once, b), once)
      },
    ),
  )
})

test.run()
