import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  difference,
  type FieldSet,
  intersection,
  isEmpty,
  leaf,
  member,
  pathsOf,
  readFieldSet,
  union,
} from '../../../../api/patch/managed-fields/field-set.ts'

const element = fc.constantFrom('f:a', 'f:b', 'k:{"name":"c"}', 'v:1', 'f:__proto__')
const paths = fc.array(fc.array(element, { minLength: 1, maxLength: 4 }), { maxLength: 8 })

const setOf = (all: readonly (readonly string[])[]): FieldSet =>
  all.reduce(
    (set, path) =>
      union(
        set,
        path.reduceRight<FieldSet>((inner, each) => ({ [each]: inner }), leaf),
      ),
    leaf,
  )

const texts = (all: readonly (readonly string[])[]): string[] =>
  [...new Set(all.map(path => path.join('/')))].sort()
const members = (set: FieldSet): string[] => texts(pathsOf(set))

const sets = fc
  .tuple(paths, paths)
  .map(([a, b]) => ({ a: setOf(a), b: setOf(b), pathsA: texts(a), pathsB: texts(b) }))

test('a set holds the paths that it was made of', () => {
  fc.assert(fc.property(paths, all => assert.equal(members(setOf(all)), texts(all))))
})

test('union, difference and intersection are those of the paths', () => {
  fc.assert(
    fc.property(sets, ({ a, b, pathsA, pathsB }) => {
      assert.equal(members(union(a, b)), [...new Set([...pathsA, ...pathsB])].sort())
      assert.equal(
        members(difference(a, b)),
        pathsA.filter(path => !pathsB.includes(path)),
      )
      assert.equal(
        members(intersection(a, b)),
        pathsA.filter(path => pathsB.includes(path)),
      )
    }),
  )
})

test('equal sets have one form', () => {
  fc.assert(
    fc.property(sets, ({ a, b }) => {
      assert.equal(union(a, b), union(b, a))
      assert.equal(union(difference(a, b), intersection(a, b)), a)
      assert.ok(isEmpty(difference(a, a)))
      assert.equal(readFieldSet(JSON.parse(JSON.stringify(a))), a)
    }),
  )
})

test('a member that holds others says so', () => {
  assert.equal(union({ 'f:a': leaf }, { 'f:a': { 'f:b': leaf } }), { 'f:a': { '.': {}, 'f:b': {} } })
  assert.equal(difference({ 'f:a': { '.': leaf, 'f:b': leaf } }, { 'f:a': leaf }), { 'f:a': { 'f:b': {} } })
  assert.equal(difference({ 'f:a': { '.': leaf, 'f:b': leaf } }, { 'f:a': { 'f:b': leaf } }), { 'f:a': {} })
  assert.equal(member(undefined), {})
})

test('what clients send is read only when it is a set', () => {
  assert.equal(readFieldSet({ 'f:a': { '.': {} } }), { 'f:a': {} })
  for (const value of [null, [], 'f:a', { a: {} }, { 'f:a': 1 }, { 'f:a': { b: {} } }])
    assert.is(readFieldSet(value), undefined)
})

test.run()
