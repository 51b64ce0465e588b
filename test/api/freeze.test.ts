import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { deepFreeze } from '../../api/freeze.ts'

test('all the way down, in place', () => {
  const value = { a: [{ b: { c: 1 } }], d: null, e: 'x' }
  assert.is(deepFreeze(value), value)
  for (const each of [value, value.a, value.a[0], value.a[0]?.b]) assert.ok(Object.isFrozen(each))
})

test('plain values are what they are', () => {
  for (const value of [1, 'x', null, undefined, true]) assert.is(deepFreeze(value), value)
})

test.run()
