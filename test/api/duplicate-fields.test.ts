import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { countNames, duplicateFields, faultsInOrder } from '../../api/duplicate-fields.ts'
import { countFields, TooDeep } from '../../api/nesting.ts'

const seemsDistinct = (text: string, parsed: unknown): boolean => countNames(text) === countFields(parsed)

test('fields that are there twice, wherever they are', () => {
  for (const [text, paths] of [
    ['{"a":1,"a":2}', ['a']],
    ['{"a":{"b":1,"c":2,"b":3},"d":[{"x":1},{"x":1,"x":2,"x":3}]}', ['a.b', 'd[1].x']],
    ['{"a":{"x":1},"b":{"x":1},"x":[["x","x"],{"x":"x"}]}', []],
    ['{"a" : 1, "\\u0061" : 2}', ['a']],
    ['{"a" : 1, "a":2}', ['a']],
    ['{"a"\n:1,"a"\t:2,"b":":"}', ['a']],
    ['{"a\\\\":1,"a\\"":2,"a\\"":3}', ['a"']],
    ['{"s":"\\"a\\":1,\\\\","t":"{\\"s\\":1"}', []],
    ['{"__proto__":1,"__proto__":2}', ['__proto__']],
    ['[1,"a"]', []],
    ['"a"', []],
  ] as const) {
    assert.equal(duplicateFields(text), paths, text)
    assert.not(paths.length > 0 && seemsDistinct(text, JSON.parse(text)), text)
  }
})

test('most texts are seen to have none without looking closely', () => {
  const object = { a: [{ b: 1 }], json: JSON.stringify({ a: { b: 'c' } }), '': null }
  for (const indent of [undefined, 2])
    assert.ok(seemsDistinct(JSON.stringify(object, undefined, indent), object))
})

test('what was made of objects has none', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent)
      assert.equal(duplicateFields(text), [])
    }),
  )
})

test('a field that is said again is found', () => {
  const objects = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 })
  fc.assert(
    fc.property(objects, fc.jsonValue(), (object, value) => {
      const [name = ''] = Object.keys(object)
      const text = `${JSON.stringify(object).slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value)}}`
      assert.ok(!seemsDistinct(text, JSON.parse(text)))
      assert.equal(duplicateFields(`[0,{"in":${text}}]`), [name ? `[1].in.${name}` : '[1].in.'])
    }),
  )
})

test('with the unknown ones they are told as they stand in the text', () => {
  const text = '{"x":1,"a":{"y":1,"b":1,"b":2,"y":3,"b":3},"x":2}'
  assert.equal(
    faultsInOrder(text, ['a.y', 'x', 'elsewhere']).map(({ path, of }) => `${of} ${path}`),
    ['unknown x', 'unknown a.y', 'duplicate a.b', 'duplicate a.y', 'duplicate x', 'unknown elsewhere'],
  )
})

test('depth is no matter', () => {
  const text = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  assert.equal(duplicateFields(text), [])
  assert.throws(
    () => countFields(JSON.parse(text)),
    (error: unknown) => error instanceof TooDeep,
  )
})

test.run()
