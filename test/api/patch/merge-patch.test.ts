import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { deepFreeze } from '../../../api/freeze.ts'
import { type Fields, isFields, sameJson } from '../../../api/patch/json.ts'
import { applyMergePatch } from '../../../api/patch/merge-patch.ts'

/** Appendix A of RFC 7396. */
const examples: readonly (readonly [document: unknown, patch: unknown, expected: unknown])[] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
]
for (const [document, patch, expected] of examples) {
  test(`${JSON.stringify(document)} with ${JSON.stringify(patch)}`, () => {
    assert.equal(applyMergePatch(deepFreeze(document), deepFreeze(patch)), expected)
  })
}

const parsed = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const json = fc.jsonValue({ maxDepth: 4 }).map(parsed)

/** null stands for nothing in a patch: documents that hold it as a value cannot be made by one. */
const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isFields(value)) return value ?? 0
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutNulls(each)]))
}

const diff = (from: unknown, to: unknown): unknown => {
  if (!isFields(from) || !isFields(to)) return to
  const gone = Object.keys(from).filter(key => !Object.hasOwn(to, key))
  const kept = Object.entries(to).filter(
    ([key, value]) => !(Object.hasOwn(from, key) && sameJson(from[key], value)),
  )
  return Object.fromEntries([
    ...gone.map(key => [key, null]),
    ...kept.map(([key, value]) => [
      key,
      diff(Object.hasOwn(from, key) ? (from as Fields)[key] : undefined, value),
    ]),
  ])
}

test('a difference that is applied gives the target', () => {
  fc.assert(
    fc.property(json.map(withoutNulls), json.map(withoutNulls), (from, to) =>
      assert.ok(sameJson(applyMergePatch(from, diff(from, to)), to)),
    ),
  )
})

test('applying a patch again changes nothing', () => {
  fc.assert(
    fc.property(json, json, (document, patch) => {
      const once = applyMergePatch(document, patch)
      assert.ok(sameJson(applyMergePatch(once, patch), once))
    }),
  )
})

test('an empty patch changes no object', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json), document =>
      assert.ok(sameJson(applyMergePatch(document, {}), parsed(document))),
    ),
  )
})

test.run()
