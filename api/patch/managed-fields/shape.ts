import type { Schema } from '../../schema/schema.ts'
import { isFields } from '../json.ts'
import { keyElement, valueElement } from './path-element.ts'

/** How the fields of a value are owned: as one, by name, or by item. */
export type Shape =
  | { readonly type: 'atomic' }
  | {
      readonly type: 'fields'
      readonly named: Readonly<Record<string, Schema>>
      readonly others: Schema | undefined
    }
  | { readonly type: 'items'; readonly of: Schema | undefined; element(item: unknown): string }

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
const anyFields: Shape = { type: 'fields', named: {}, others: undefined }

const read = (schema: Schema): Shape => {
  const { type, properties, additionalProperties, items } = schema
  if (type === 'object') {
    if (schema['x-kubernetes-map-type'] === 'atomic') return atomic
    return { type: 'fields', named: properties ?? {}, others: additionalProperties }
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
      const sorted = keys.toSorted()
      return { type: 'items', of: items, element: item => keyElement(sorted, isFields(item) ? item : {}) }
    }
    default:
      return atomic
  }
}

type FieldsShape = Shape & { type: 'fields' }

export const isNamed = ({ named }: FieldsShape, key: string): boolean => Object.hasOwn(named, key)

export const schemaIn = (shape: FieldsShape, key: string): Schema | undefined =>
  isNamed(shape, key) ? shape.named[key] : shape.others
