import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { FieldSet } from '../../../../api/patch/managed-fields/field-set.ts'
import { shared, sharedText } from '../../../../api/patch/managed-fields/shared-set.ts'

const element = fc.constantFrom('.', 'f:a', 'f:b', 'k:{"name":"c"}', 'f:__proto__')
const { set } = fc.letrec<{ set: FieldSet }>(tie => ({
  set: fc.oneof(
    { maxDepth: 3 },
    fc.constant({}),
    fc.dictionary(element, tie('set'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))

test('sets that are equal become one', () => {
  fc.assert(
    fc.property(set, given => {
      const one = shared(given)
      assert.equal(one, given)
      assert.is(shared(structuredClone(given)), one)
      assert.is(shared(one), one)
    }),
  )
})

test('the text of a shared set is its JSON, and only shared ones have it at hand', () => {
  fc.assert(
    fc.property(set, given => {
      const text = JSON.stringify(given)
      assert.is(sharedText(structuredClone(given)), undefined)
      assert.is(sharedText(shared(given)), text)
      assert.is(sharedText(shared(given)), text)
    }),
  )
})

test.run()
