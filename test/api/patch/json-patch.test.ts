import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Reason, StatusError } from '../../../api/errors.ts'
import { deepFreeze } from '../../../api/freeze.ts'
import { isFields, sameJson } from '../../../api/patch/json.ts'
import { applyJsonPatch, readJsonPatch } from '../../../api/patch/json-patch.ts'

const patched = (document: unknown, ...operations: object[]): unknown =>
  applyJsonPatch(deepFreeze(document), readJsonPatch(operations))

const refuses = (reason: Reason, act: () => unknown): void => {
  assert.throws(act, (error: unknown) => error instanceof StatusError && error.reason === reason)
}

const works: readonly (readonly [what: string, document: unknown, operation: object, expected: unknown])[] = [
  ['adds a member', { a: 1 }, { op: 'add', path: '/b', value: 2 }, { a: 1, b: 2 }],
  ['adds over a member', { a: 1 }, { op: 'add', path: '/a', value: 2 }, { a: 2 }],
  ['inserts an item', [1, 3], { op: 'add', path: '/1', value: 2 }, [1, 2, 3]],
  ['appends an item', [1], { op: 'add', path: '/-', value: 2 }, [1, 2]],
  ['appends behind the last', [1], { op: 'add', path: '/1', value: 2 }, [1, 2]],
  ['replaces the document', { a: 1 }, { op: 'replace', path: '', value: [] }, []],
  ['replaces an item', [1, 2], { op: 'replace', path: '/0', value: 3 }, [3, 2]],
  ['removes a member', { a: 1, b: 2 }, { op: 'remove', path: '/a' }, { b: 2 }],
  ['removes an item', { a: [1, 2] }, { op: 'remove', path: '/a/0' }, { a: [2] }],
  ['moves', { a: { b: 1 } }, { op: 'move', from: '/a/b', path: '/c' }, { a: {}, c: 1 }],
  ['copies', { a: [1] }, { op: 'copy', from: '/a', path: '/b' }, { a: [1], b: [1] }],
  ['unescapes names', { 'a/b~c': 1 }, { op: 'remove', path: '/a~1b~0c' }, {}],
  ['unescapes once', { '~1': 1 }, { op: 'remove', path: '/~01' }, {}],
  [
    'tests whatever the order',
    { a: { x: 1, y: [2] } },
    { op: 'test', path: '/a', value: { y: [2], x: 1 } },
    { a: { x: 1, y: [2] } },
  ],
  ['takes what is missing for null', {}, { op: 'test', path: '/a', value: null }, {}],
]
for (const [what, document, operation, expected] of works) {
  test(what, () => assert.equal(patched(document, operation), expected))
}

const fails: readonly (readonly [what: string, document: unknown, operation: object])[] = [
  ['a test that is not so', { a: 1 }, { op: 'test', path: '/a', value: 2 }],
  ['a parent that is missing', {}, { op: 'add', path: '/a/b', value: 1 }],
  ['a parent that is no container', { a: 1 }, { op: 'add', path: '/a/b', value: 1 }],
  ['removing nothing', {}, { op: 'remove', path: '/a' }],
  ['removing all', {}, { op: 'remove', path: '' }],
  ['replacing nothing', {}, { op: 'replace', path: '/a', value: 1 }],
  ['an item beyond the end', [1], { op: 'add', path: '/2', value: 1 }],
  ['an item that is not counted', [1], { op: 'replace', path: '/01', value: 1 }],
  ['what every object inherits', {}, { op: 'remove', path: '/toString' }],
  ['moving into itself', { a: { b: 1 } }, { op: 'move', from: '/a', path: '/a/b' }],
]
for (const [what, document, operation] of fails) {
  test(`is refused: ${what}`, () => refuses('Invalid', () => patched(document, operation)))
}

test('what is no patch is a bad request', () => {
  for (const body of [
    {},
    [1],
    [{ op: 'swap', path: '/a' }],
    [{ op: 'add' }],
    [{ op: 'add', path: 'a' }],
    [{ op: 'move', path: '/a' }],
  ]) {
    refuses('BadRequest', () => readJsonPatch(body))
  }
  refuses('RequestEntityTooLarge', () => readJsonPatch(Array(10_001).fill({ op: 'remove', path: '/a' })))
})

/** A patch that makes `to` of `from`, without wit. */
const diff = (from: unknown, to: unknown, path = ''): object[] => {
  if (sameJson(from, to)) return []
  if (!isFields(from) || !isFields(to)) return [{ op: 'replace', path, value: to }]
  const at = (key: string) => `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
  return [
    ...Object.keys(from)
      .filter(key => !Object.hasOwn(to, key))
      .map(key => ({ op: 'remove', path: at(key) })),
    ...Object.entries(to).flatMap(([key, value]) =>
      Object.hasOwn(from, key) ? diff(from[key], value, at(key)) : [{ op: 'add', path: at(key), value }],
    ),
  ]
}

test('a difference that is applied gives the target', () => {
  const json = fc.jsonValue({ maxDepth: 4 }).map(value => JSON.parse(JSON.stringify(value)) as unknown)
  fc.assert(fc.property(json, json, (from, to) => assert.ok(sameJson(patched(from, ...diff(from, to)), to))))
})

test.run()
