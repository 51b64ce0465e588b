import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { kinds } from '../../../api/kinds/index.ts'
import { readDefinitions, type Schema, schemaOf } from '../../../api/schema/schema.ts'

const core = (kind: string) => schemaOf({ group: '', version: 'v1', kind })
const at = (schema: Schema | undefined, ...path: string[]): Schema | undefined =>
  path.reduce<Schema | undefined>(
    (each, name) => (name === '[]' ? each?.items : (each?.properties?.[name] ?? each?.additionalProperties)),
    schema,
  )

test('every kind of the table has a schema', () => {
  for (const kind of kinds) assert.ok(schemaOf(kind)?.properties?.metadata, kind.kind)
})

test('references are followed, and a type is one object wherever it is used', () => {
  const containers = at(core('Pod'), 'spec', 'containers')
  assert.is(containers?.['x-kubernetes-patch-merge-key'], 'name')
  assert.is(containers?.items?.definition, 'io.k8s.api.core.v1.Container')
  assert.is(
    containers?.items,
    at(core('ReplicationController'), 'spec', 'template', 'spec', 'initContainers', '[]'),
  )
  assert.is(at(core('Pod'), 'metadata', 'labels', 'any')?.type, 'string')
})

test('a use that says more than its type has both', () => {
  const strategy = at(schemaOf({ group: 'apps', version: 'v1', kind: 'Deployment' }), 'spec', 'strategy')
  assert.is(strategy?.['x-kubernetes-patch-strategy'], 'retainKeys')
  assert.is(strategy?.properties?.type?.type, 'string')
  assert.is(at(strategy, 'rollingUpdate', 'maxSurge')?.['x-kubernetes-int-or-string'], true)
})

test('types may hold themselves', () => {
  const definition = schemaOf({
    group: 'apiextensions.k8s.io',
    version: 'v1',
    kind: 'CustomResourceDefinition',
  })
  const props = at(definition, 'spec', 'versions', '[]', 'schema', 'openAPIV3Schema')
  assert.is(at(props, 'not'), props)
})

test('no reference remains', () => {
  const seen = new Set<unknown>()
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return
    seen.add(value)
    assert.not(
      typeof (value as Record<string, unknown>).$ref === 'string',
      JSON.stringify(Object.keys(value)),
    )
    for (const each of Object.values(value)) walk(each)
  }
  for (const kind of kinds) walk(schemaOf(kind))
  assert.ok(seen.size > 500)
})

test('kinds of others have none', () => {
  assert.is(schemaOf({ group: 'example.com', version: 'v1', kind: 'Cache' }), undefined)
  assert.ok('io.k8s.api.core.v1.Pod' in readDefinitions())
})

test.run()
