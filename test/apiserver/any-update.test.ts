import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import { kinds } from '../../api/kinds/index.ts'
import { type Schema, schemaOf } from '../../api/schema/schema.ts'
import { anyOf } from '../api/kinds/any-object.ts'
import { minimalOf } from '../api/kinds/minimal.ts'
import { startServer } from './running-server.ts'

const { url, stop } = await startServer()
test.after(stop)

const nameOf = ({ kind }: Kind): string => {
  if (kind === 'APIService') return 'v1.example.com'
  if (kind === 'CustomResourceDefinition') return 'things.example.com'
  if (kind === 'IPAddress') return '10.9.8.7'
  return kind === 'RuntimeClass' ? 'any-class' : 'any'
}

const collectionOf = (kind: Kind): string => {
  const root = kind.group ? `/apis/${kind.group}/${kind.version}` : `/api/${kind.version}`
  return `${url}${root}${kind.namespaced ? '/namespaces/default' : ''}/${kind.plural}`
}

const definition = {
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
}
const leastOf = (kind: Kind): object | undefined =>
  kind.kind === 'CustomResourceDefinition' ? definition : minimalOf(kind)

const send = async (method: string, target: string, type: string, body: unknown) => {
  const headers = { 'content-type': `application/${type}` }
  const response = await fetch(target, { method, headers, body: JSON.stringify(body) })
  return { status: response.status, text: await response.text() }
}

/** Anything with the right types, in its metadata and its status as well: what is left out is not touched by patches. */
const anyBodyOf = (kind: Kind): fc.Arbitrary<Record<string, unknown>> => {
  const { properties = {} } = schemaOf(kind) ?? {}
  const parts = Object.entries(properties).flatMap(([name, schema]: [string, Schema]) =>
    name === 'kind' || name === 'apiVersion' ? [] : [[name, anyOf(schema, 6)] as const],
  )
  return fc.record(Object.fromEntries(parts), { requiredKeys: [] })
}

/** The ways to change an object; all are told the body. */
const ways = [
  ['PUT', 'json'],
  ['PATCH', 'merge-patch+json'],
  ['PATCH', 'strategic-merge-patch+json'],
  ['PATCH', 'apply-patch+yaml'],
  ['PATCH', 'json-patch+json'],
] as const

const targetsOf = ({ subresources }: Kind): string[] => [
  '',
  ...subresources.flatMap(each => (each === 'status' || each === 'scale' ? [`/${each}`] : [])),
]

/** Reviews are answered, and stored nowhere. */
const storable = kinds.filter(kind => leastOf(kind) !== undefined)

for (const kind of storable) {
  test(`whatever ${kind.kind} of ${kind.group || 'core'} has the right types may be tried to be changed to`, async () => {
    const name = nameOf(kind)
    const named = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name } }
    const made = await send('POST', collectionOf(kind), 'json', { ...leastOf(kind), ...named })
    assert.ok(made.status === 201 || made.status === 409, made.text)
    const body = fc.tuple(fc.constantFrom(...ways), fc.constantFrom(...targetsOf(kind)), anyBodyOf(kind))
    await fc.assert(
      fc.asyncProperty(body, async ([[method, type], target, fields]) => {
        const whole = { ...fields, ...named, metadata: { ...(fields.metadata as object), name } }
        const said =
          type === 'json-patch+json'
            ? Object.entries(fields).map(([field, value]) => ({ op: 'add', path: `/${field}`, value }))
            : whole
        const query = type === 'apply-patch+yaml' ? '?fieldManager=any&force=true' : ''
        const { status, text } = await send(
          method,
          `${collectionOf(kind)}/${name}${target}${query}`,
          type,
          said,
        )
        assert.ok(status < 500, `${method} ${target} ${type}: ${text}`)
      }),
      { numRuns: 60 },
    )
  })
}

test.run()
