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
      assert.is(sharedText(structuredClone(given)), undefined)
      const text = sharedText(shared(given))
      assert.equal(JSON.parse(text ?? ''), given)
      assert.is(sharedText(shared(given)), text)
    }),
  )
})

test("the elements are in Kubernetes' order, however they came", () => {
  const ordered = [
    '.',
    'f:B',
    'f:a',
    'f:a-b',
    'f:ab',
    'k:{"containerPort":80,"protocol":"TCP"}',
    'k:{"containerPort":80,"protocol":"UDP"}',
    'k:{"containerPort":443,"protocol":"TCP"}',
    'v:"a"',
    'v:"b"',
    'v:9',
    'v:10',
  ]
  fc.assert(
    fc.property(fc.shuffledSubarray(ordered), elements => {
      const given = Object.fromEntries(elements.map(each => [each, {}]))
      const inOrder = ordered.filter(each => elements.includes(each))
      const set = shared({ 'f:spec': given })
      assert.equal(Object.keys(set['f:spec'] ?? {}), inOrder)
      assert.equal(Object.keys(JSON.parse(sharedText(set) ?? '')['f:spec']), inOrder)
    }),
  )
})

test.run()
