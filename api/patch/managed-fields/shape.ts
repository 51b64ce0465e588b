import type { Schema } from '../../schema/schema.ts'
import { isFields } from '../json.ts'
import { fieldElement, keyElementBy, valueElement } from './path-element.ts'

/** How the fields of a value are owned: as one, by name, or by item. */
export type Shape =
  | { readonly type: 'atomic' }
  | {
      readonly type: 'fields'
      readonly named: ReadonlyMap<string, Field>
      readonly others: Schema | undefined
    }
  | { readonly type: 'items'; readonly of: Schema | undefined; element(item: unknown): string }

interface Field {
  /** Its path element: texts that are made over and over again make slow keys. */
  readonly element: string
  readonly schema: Schema | undefined
}

const shapes = new WeakMap<Schema, Shape>()

/** Without a schema objects are owned field by field, and lists as one. */
export const shapeOf = (schema: Schema | undefined, value: unknown): Shape => {
  if (schema === undefined) return isFields(value) ? anyFields : atomic
  const known = shapes.get(schema)
  if (known) return known
  const shape = read(schema)
  shapes.set(schema, shape)
  return shape
}

const atomic: Shape = { type: 'atomic' }
const anyFields: Shape = { type: 'fields', named: new Map(), others: undefined }

const read = (schema: Schema): Shape => {
  const { type, properties, additionalProperties, items } = schema
  if (type === 'object') {
    if (schema['x-kubernetes-map-type'] === 'atomic') return atomic
    const named = Object.entries(properties ?? {}).map(
      ([key, each]) => [key, { element: fieldElement(key), schema: each }] as const,
    )
    return { type: 'fields', named: new Map(named), others: additionalProperties }
  }
  if (type !== 'array') return atomic
  const key = schema['x-kubernetes-patch-merge-key']
  const keys = schema['x-kubernetes-list-map-keys'] ?? (key === undefined ? undefined : [key])
  switch (
    schema['x-kubernetes-list-type'] ??
    (schema['x-kubernetes-patch-strategy']?.startsWith('merge') ? 'map' : 'atomic')
  ) {
    case 'set':
      return { type: 'items', of: items, element: valueElement }
    case 'map': {
      if (!keys) return atomic
      const element = keyElementBy(keys.toSorted())
      return { type: 'items', of: items, element: item => element(isFields(item) ? item : {}) }
    }
    default:
      return atomic
  }
}

export type FieldsShape = Shape & { type: 'fields' }
export type ItemsShape = Shape & { type: 'items' }

export const isNamed = ({ named }: FieldsShape, key: string): boolean => named.has(key)

export const fieldIn = ({ named, others }: FieldsShape, key: string): Field =>
  named.get(key) ?? { element: fieldElement(key), schema: others }
