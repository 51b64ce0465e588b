import { type Schema, schemaOf } from '../schema/schema.ts'
import { othersOf, type Structural } from './structural.ts'

/** The type of a kind's objects, as it is known of Kubernetes' own kinds. */
export const schemaOfResource = (structural: Structural): Schema => {
  const { properties, ...rest } = schemaFrom(structural)
  const text: Schema = { type: 'string' }
  return { ...rest, properties: { ...properties, apiVersion: text, kind: text, metadata: metadata() } }
}

const metadata = (): Schema =>
  schemaOf({ group: '', version: 'v1', kind: 'Namespace' })?.properties?.metadata ?? { type: 'object' }

const schemaFrom = (structural: Structural): Schema => {
  const { type, items, properties, required } = structural
  const others = othersOf(structural)
  return {
    ...(type && { type: type as NonNullable<Schema['type']> }),
    ...(items && { items: schemaFrom(items) }),
    ...(others && { additionalProperties: schemaFrom(others) }),
    ...(required && { required }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, each]) => [name, schemaFrom(each)]),
      ),
    }),
    ...Object.fromEntries(Object.entries(structural).filter(([name]) => name.startsWith('x-kubernetes-'))),
  }
}
