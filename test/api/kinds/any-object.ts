import fc from 'fast-check'
import type { Kind } from '../../../api/kind.ts'
import { type Schema, schemaOf } from '../../../api/schema/schema.ts'

/** Texts that mean something to some field. */
const words = [
  '',
  'a',
  'In',
  'Exists',
  '10',
  '1Gi',
  'TCP',
  'Always',
  '10.0.0.1',
  'None',
  '* * * * *',
  '/x',
  'A.b/c',
]

const textOf = ({ format, enum: allowed }: Schema): fc.Arbitrary<string> => {
  if (format === 'date-time') return fc.constant('2026-01-01T00:00:00Z')
  if (format === 'byte') return fc.constant('YQ==')
  return fc.constantFrom(...words, ...((allowed ?? []) as string[]))
}

/** Any value of the type; of an object most fields are missing, required ones among them. */
export const anyOf = (schema: Schema, depth: number): fc.Arbitrary<unknown> => {
  const { type, properties, additionalProperties, items, format } = schema
  if (schema['x-kubernetes-int-or-string']) return fc.oneof(fc.integer(), fc.constantFrom('80%', 'http', ''))
  if (format === 'quantity') return fc.constantFrom('1', '-1', '100m', '1Gi', '0')
  switch (type) {
    case 'string':
      return textOf(schema)
    case 'integer':
    case 'number':
      return fc.constantFrom(-1, 0, 1, 80, 70_000)
    case 'boolean':
      return fc.boolean()
    case 'array':
      return items && depth > 0 ? fc.array(anyOf(items, depth - 1), { maxLength: 2 }) : fc.constant([])
    case 'object':
      if (depth === 0) return fc.constant({})
      if (properties) return fieldsOf(properties, depth)
      return additionalProperties
        ? fc.dictionary(fc.constantFrom('a', 'b/c', 'cpu', ''), anyOf(additionalProperties, depth - 1), {
            maxKeys: 2,
          })
        : fc.constant({})
    default:
      return fc.constant({})
  }
}

const fieldsOf = (properties: Readonly<Record<string, Schema>>, depth: number): fc.Arbitrary<unknown> =>
  fc
    .subarray(Object.keys(properties), { maxLength: Math.min(5, Object.keys(properties).length) })
    .chain(names =>
      fc.record(
        Object.fromEntries(
          names.flatMap(name => {
            const schema = properties[name]
            return schema ? [[name, anyOf(schema, depth - 1)]] : []
          }),
        ),
      ),
    )

/** The parts of an object by themselves, so that the depths are reached as well. */
export const anyObjectOf = (kind: Kind): fc.Arbitrary<Record<string, unknown>> => {
  const { properties = {} } = schemaOf(kind) ?? {}
  const { kind: _, apiVersion: __, metadata: ___, status: ____, ...rest } = properties
  const parts = Object.entries(rest).map(([name, schema]) => [name, anyOf(schema, 8)] as const)
  return fc
    .record(Object.fromEntries(parts), { requiredKeys: [] })
    .map(fields => ({ metadata: { name: 'any' }, ...fields }))
}
