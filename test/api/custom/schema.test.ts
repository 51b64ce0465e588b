import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkStructural } from '../../../api/custom/check-structural.ts'
import { applyDefaults } from '../../../api/custom/defaults.ts'
import { pruneResource } from '../../../api/custom/prune.ts'
import type { Fields, Structural } from '../../../api/custom/structural.ts'
import { checkValue } from '../../../api/custom/validate.ts'
import { fieldErrorBody } from '../../../api/field-error.ts'

const name = fc.constantFrom('a', 'b', 'c', 'd')
const leaf = fc.constantFrom<Structural>(
  { type: 'integer' },
  { type: 'integer', default: 7 },
  { type: 'string', nullable: true, default: 'x' },
  { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  { 'x-kubernetes-int-or-string': true },
)

const { schema } = fc.letrec<{ schema: Structural }>(tie => ({
  schema: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.dictionary(name, tie('schema')).map(properties => ({ type: 'object', properties, default: {} })),
    tie('schema').map(items => ({ type: 'array', items })),
    tie('schema').map(additionalProperties => ({ type: 'object', additionalProperties })),
  ),
}))

const object = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  fc.jsonValue({ maxDepth: 5 }),
) as fc.Arbitrary<Fields>
const root = fc.dictionary(name, schema).map(properties => ({ type: 'object', properties }))

test('pruning and defaulting are idempotent, and what defaults fill in is never pruned', () => {
  fc.assert(
    fc.property(root, object, (structural, given) => {
      const once = structuredClone(given)
      pruneResource(once, structural, [])
      const unknown: string[] = []
      const again = structuredClone(once)
      pruneResource(again, structural, unknown)
      assert.equal([again, unknown], [once, []])
      applyDefaults(once, structural)
      const defaulted = structuredClone(once)
      applyDefaults(defaulted, structural)
      pruneResource(defaulted, structural, unknown)
      assert.equal([defaulted, unknown], [once, []])
    }),
  )
})

const told = (value: unknown, structural: Structural): string[] =>
  checkValue(value, structural, 'spec.x').map(each => `${each.field}: ${fieldErrorBody(each)}`)

test('values that the schema does not allow, in the words of kube-apiserver', () => {
  const cases: readonly (readonly [value: unknown, structural: Structural, errors: string[]])[] = [
    [
      'a',
      { type: 'integer' },
      ['spec.x: Invalid value: "string": spec.x in body must be of type integer: "string"'],
    ],
    [1, { type: 'number' }, []],
    [
      1.5,
      { type: 'integer' },
      ['spec.x: Invalid value: "number": spec.x in body must be of type integer: "number"'],
    ],
    [
      null,
      { type: 'string' },
      ['spec.x: Invalid value: "null": spec.x in body must be of type string: "null"'],
    ],
    [null, { type: 'string', nullable: true }, []],
    [{}, { type: 'object', required: ['size'] }, ['spec.x.size: Required value']],
    [
      'c',
      { type: 'string', enum: ['a', 'b'] },
      ['spec.x: Unsupported value: "c": supported values: "a", "b"'],
    ],
    [
      'A',
      { type: 'string', pattern: '^[a-z]+$' },
      [`spec.x: Invalid value: "A": spec.x in body should match '^[a-z]+$'`],
    ],
    ['A', { type: 'string', pattern: '(?i)^[a-z]+$' }, []],
    [
      0,
      { type: 'integer', minimum: 1 },
      ['spec.x: Invalid value: 0: spec.x in body should be greater than or equal to 1'],
    ],
    [
      3,
      { type: 'integer', maximum: 3, exclusiveMaximum: true },
      ['spec.x: Invalid value: 3: spec.x in body should be less than 3'],
    ],
    [0.3, { type: 'number', multipleOf: 0.1 }, []],
    [
      7,
      { type: 'integer', multipleOf: 2 },
      ['spec.x: Invalid value: 7: spec.x in body should be a multiple of 2'],
    ],
    ['äöü', { type: 'string', maxLength: 3 }, []],
    [
      'abcd',
      { type: 'string', maxLength: 3 },
      ['spec.x: Invalid value: "abcd": spec.x in body should be at most 3 chars long'],
    ],
    [
      '',
      { type: 'string', minLength: 1 },
      ['spec.x: Invalid value: "": spec.x in body should be at least 1 chars long'],
    ],
    [
      'x',
      { type: 'string', format: 'date-time' },
      ['spec.x: Invalid value: "x": spec.x in body must be of type date-time: "x"'],
    ],
    [
      [],
      { type: 'array', minItems: 1 },
      ['spec.x: Invalid value: 0: spec.x in body should have at least 1 items'],
    ],
    [
      [1, 'b'],
      { type: 'array', items: { type: 'integer' } },
      ['spec.x[1]: Invalid value: "string": spec.x[1] in body must be of type integer: "string"'],
    ],
    [['a', 'a'], { type: 'array', 'x-kubernetes-list-type': 'set' }, ['spec.x[1]: Duplicate value: "a"']],
    [
      { a: 1 },
      { type: 'object', additionalProperties: { type: 'string' } },
      ['spec.x.a: Invalid value: "integer": spec.x.a in body must be of type string: "integer"'],
    ],
    [
      true,
      { 'x-kubernetes-int-or-string': true },
      ['spec.x: Invalid value: "boolean": spec.x in body must be of type integer,string: "boolean"'],
    ],
    ['50%', { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }, []],
    [
      { kind: 'A' },
      { type: 'object', 'x-kubernetes-embedded-resource': true },
      ['spec.x.apiVersion: Required value'],
    ],
    [
      5,
      { type: 'integer', oneOf: [{ minimum: 1 }, { minimum: 2 }] },
      [
        'spec.x: Invalid value: "": "spec.x" must validate one and only one schema (oneOf). Found 2 valid alternatives',
      ],
    ],
    [
      5,
      { type: 'integer', not: { minimum: 1 } },
      ['spec.x: Invalid value: "": "spec.x" must not validate the schema (not)'],
    ],
    [
      5,
      { type: 'integer', anyOf: [{ maximum: 1 }] },
      ['spec.x: Invalid value: "": "spec.x" must validate at least one schema (anyOf)'],
    ],
  ]
  for (const [value, structural, errors] of cases) assert.equal(told(value, structural), errors)
})

test('nulls go where they may not be, embedded objects keep what makes them one', () => {
  const unknown: string[] = []
  const given: Fields = {
    apiVersion: 'v1',
    metadata: { any: 1 },
    spec: {
      size: null,
      mode: null,
      list: [{ x: 1, y: 2 }],
      more: 1,
      pod: { kind: 'Pod', metadata: {}, x: 1 },
    },
  }
  const item: Structural = { type: 'object', properties: { x: { type: 'integer' } } }
  const properties = {
    size: { type: 'integer' },
    mode: { type: 'string', nullable: true },
    list: { type: 'array', items: item },
    pod: { type: 'object', 'x-kubernetes-embedded-resource': true },
  }
  pruneResource(given, { type: 'object', properties: { spec: { type: 'object', properties } } }, unknown)
  assert.equal(given.spec, { mode: null, list: [{ x: 1 }], pod: { kind: 'Pod', metadata: {} } })
  assert.equal(unknown, ['spec.list[0].y', 'spec.more', 'spec.pod.x'])
})

test('what may be anything keeps no fields of objects, as kube-apiserver does', () => {
  const unknown: string[] = []
  const given: Fields = {
    apiVersion: 'v1',
    spec: { a: 'b', more: 'c', object: { x: 1 }, list: [{ x: 1 }, 2] },
  }
  const spec = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: true }
  pruneResource(given, { type: 'object', properties: { spec } }, unknown)
  assert.equal(given.spec, { a: 'b', more: 'c', object: {}, list: [{}, 2] })
  assert.equal(unknown, ['spec.object.x', 'spec.list[0].x'])
})

test('schemas that are not structural', () => {
  const wrong = (structural: object) =>
    checkStructural('s', structural as Structural).map(each => `${each.field}: ${fieldErrorBody(each)}`)
  const within = (structural: object) => wrong({ type: 'object', properties: { a: structural } })
  assert.equal(wrong({}), ['s.type: Required value: must not be empty at the root'])
  assert.equal(wrong({ type: 'string' }), ['s.type: Invalid value: "string": must be object at the root'])
  assert.equal(within({}), [
    's.properties[a].type: Required value: must not be empty for specified object fields',
  ])
  assert.equal(within({ type: 'array' }), ['s.properties[a].items: Required value: must be specified'])
  assert.equal(within({ type: 'object', $ref: '#/x' }), [
    's.properties[a].$ref: Forbidden: $ref is not supported',
  ])
  assert.equal(within({ type: 'integer', default: 'x' }).length, 1)
  assert.equal(within({ type: 'object', additionalProperties: false }).length, 1)
  const properties = { b: { type: 'string' } }
  assert.equal(within({ type: 'object', properties, additionalProperties: true }), [])
  assert.equal(within({ type: 'object', properties: {}, additionalProperties: { type: 'string' } }), [])
  assert.equal(within({ type: 'object', properties, additionalProperties: { type: 'string' } }), [
    's.properties[a].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive',
  ])
  assert.equal(wrong({ type: 'object', additionalProperties: { type: 'string' } }), [
    's.additionalProperties: Forbidden: must not be used at the root',
  ])
  assert.equal(within({ type: 'integer', allOf: [{ type: 'integer' }] }), [
    's.properties[a].allOf[0].type: Forbidden: must be empty to be structural',
  ])
  assert.equal(
    within({ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }),
    [],
  )
  // Generators write the type of the text as well.
  assert.equal(within({ 'x-kubernetes-int-or-string': true, type: 'string' }), [])
  assert.equal(
    within({ 'x-kubernetes-int-or-string': true, 'x-kubernetes-preserve-unknown-fields': true }).length,
    1,
  )
})

test('how items of a list are told apart', () => {
  const wrong = (list: object) =>
    checkStructural('s', {
      type: 'object',
      properties: { list: { type: 'array', ...list } as Structural },
    }).map(each => `${each.field.replace('s.properties[list].', '')}: ${fieldErrorBody(each)}`)
  const map = (items: object, ...keys: string[]) =>
    wrong({ items, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys })
  const item = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }
  assert.equal(map(item, 'name'), [])
  assert.equal(map(item), [
    'x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map',
  ])
  assert.equal(map(item, 'odd'), [
    'x-kubernetes-list-map-keys: Invalid value: []string{"odd"}: entries must all be names of item properties',
  ])
  assert.match(
    map({ ...item, required: [] }, 'name').join(),
    'it must have a default or be a required property',
  )
  assert.match(map({ type: 'string' }, 'name').join(), "must be object if parent array's")
  assert.match(map({ ...item, nullable: true }, 'name').join(), 'items.nullable: Forbidden')
  assert.match(
    wrong({ items: item, 'x-kubernetes-list-type': 'set' }).join(),
    'must be atomic as item of a list',
  )
  assert.match(wrong({ items: item, 'x-kubernetes-list-type': 'bag' }).join(), 'Unsupported value: "bag"')
  assert.match(wrong({ type: 'object', 'x-kubernetes-list-type': 'set' }).join(), 'must be array if')
})

test.run()
