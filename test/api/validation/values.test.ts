import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type FieldError, required } from '../../../api/field-error.ts'
import {
  checkEach,
  checkEntries,
  checkUnique,
  type Errors,
  errorsOf,
  none,
} from '../../../api/validation/values.ts'

const someErrors: fc.Arbitrary<Errors> = fc.oneof(
  fc.constant(none),
  fc.array(
    fc.string().map(field => required(field)),
    { maxLength: 3 },
  ),
)

test('what is wrong stays in its order, whether it comes one by one or in lists', () => {
  const found = fc.oneof(
    someErrors,
    fc.string().map(field => required(field)),
    fc.constantFrom<false | undefined | '' | 0>(false, undefined, '', 0),
  )
  fc.assert(
    fc.property(fc.array(found), all => {
      const expected = all.flatMap((each): Errors | FieldError => each || [])
      assert.equal(errorsOf(...all), expected)
    }),
  )
})

test('items are told of by their place, entries by their key', () => {
  fc.assert(
    fc.property(fc.array(someErrors), all => {
      const places: string[] = []
      const each = checkEach('spec.items', all, (at, errors) => {
        places.push(at)
        return errors
      })
      assert.equal(
        places,
        all.map((_, i) => `spec.items[${i}]`),
      )
      assert.equal(each, all.flat())
      const keys: string[] = []
      const entries = checkEntries(Object.fromEntries(all.entries()), (key, errors) => {
        keys.push(key)
        return errors
      })
      assert.equal(keys, Object.keys(all))
      assert.equal(entries, all.flat())
    }),
  )
})

test('what is right is told with one and the same list', () => {
  const right = () => none
  assert.is(errorsOf(none, false, undefined), none)
  assert.is(checkEach('spec.items', [1, 2], right), none)
  assert.is(checkEntries({ a: 1 }, right), none)
  const textOf = (text: string) => text
  assert.is(
    checkUnique(['a', 'b'], textOf, () => ''),
    none,
  )
})

test('of equal texts all but the first are wrong; what has no text is equal to nothing', () => {
  const items = ['a', undefined, 'b', 'a', undefined, 'a']
  const wrong = checkUnique(
    items,
    text => text,
    i => `items[${i}]`,
  )
  assert.equal(wrong, [
    { type: 'Duplicate', field: 'items[3]', value: 'a' },
    { type: 'Duplicate', field: 'items[5]', value: 'a' },
  ])
})

test.run()
