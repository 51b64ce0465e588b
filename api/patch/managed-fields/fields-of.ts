import type { Schema } from '../../schema/schema.ts'
import { isFields, sameJson } from '../json.ts'
import { type FieldSet, isEmpty, leaf, member } from './field-set.ts'
import { fieldElement } from './path-element.ts'
import { isNamed, type Shape, schemaIn, shapeOf } from './shape.ts'

/** The fields that an applied configuration claims: what it gives a value to, and the items of its lists. */
export const appliedFields = (value: unknown, schema: Schema | undefined): FieldSet =>
  applied(value, schema) ?? leaf

const applied = (value: unknown, schema: Schema | undefined): FieldSet | undefined => {
  const shape = shapeOf(schema, value)
  const all: Record<string, FieldSet> = {}
  if (shape.type === 'fields' && isFields(value)) {
    for (const [key, each] of Object.entries(value)) {
      const within = applied(each, schemaIn(shape, key))
      const claimed = within === undefined || !isNamed(shape, key) ? member(within) : within
      if (!(isEmptyList(each) && within === leaf)) all[fieldElement(key)] = claimed
    }
    return isEmpty(all) ? leaf : all
  }
  if (shape.type === 'items' && Array.isArray(value)) {
    for (const item of value) all[shape.element(item)] = member(applied(item, shape.of))
    return isEmpty(all) ? leaf : all
  }
  return leaf
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

/** Which fields a change touches. */
export interface Comparison {
  /** New, or of another value. */
  readonly changed: FieldSet
  readonly removed: FieldSet
}

export const compareFields = (old: unknown, next: unknown, schema: Schema | undefined): Comparison => {
  const { changed = leaf, removed = leaf } = compare(old, next, schema)
  return { changed, removed }
}

const same: Partial<Comparison> = {}

/** undefined stands for what is not there. */
const compare = (old: unknown, next: unknown, schema: Schema | undefined): Partial<Comparison> => {
  if (old === next) return same
  if (old === undefined) return { changed: everything(next, schema) }
  if (next === undefined) return { removed: everything(old, schema) }
  const shape = shapeOf(schema, next)
  const before = partsOf(old, shape)
  const after = partsOf(next, shape)
  if (!before || !after || (before.size === 0 && after.size === 0)) {
    return sameJson(old, next) ? same : { changed: leaf }
  }
  const changed: Record<string, FieldSet> = {}
  const removed: Record<string, FieldSet> = {}
  for (const [element, { value, schema: of }] of after) {
    const found = compare(before.get(element)?.value, value, of)
    if (found.changed) changed[element] = found.changed
    if (found.removed) removed[element] = found.removed
  }
  for (const [element, { value, schema: of }] of before) {
    if (!after.has(element)) removed[element] = everything(value, of)
  }
  return { ...(!isEmpty(changed) && { changed }), ...(!isEmpty(removed) && { removed }) }
}

interface Part {
  readonly value: unknown
  readonly schema: Schema | undefined
}

/** The parts of a value that are owned for themselves, by path element; undefined when it is owned as one. null has none. */
const partsOf = (value: unknown, shape: Shape): ReadonlyMap<string, Part> | undefined => {
  const parts = new Map<string, Part>()
  if (shape.type === 'atomic') return undefined
  if (value === null) return parts
  if (shape.type === 'fields') {
    if (!isFields(value)) return undefined
    for (const key in value) {
      if (value[key] !== undefined)
        parts.set(fieldElement(key), { value: value[key], schema: schemaIn(shape, key) })
    }
    return parts
  }
  if (!Array.isArray(value)) return undefined
  for (const item of value) parts.set(shape.element(item), { value: item, schema: shape.of })
  return parts
}

/** A value that is new or gone as a whole: itself, and all that it holds. */
const everything = (value: unknown, schema: Schema | undefined): FieldSet => {
  const shape = shapeOf(schema, value)
  const all: Record<string, FieldSet> = { '.': leaf }
  if (shape.type === 'fields' && isFields(value)) {
    for (const key in value) {
      if (value[key] !== undefined) all[fieldElement(key)] = everything(value[key], schemaIn(shape, key))
    }
  } else if (shape.type === 'items' && Array.isArray(value)) {
    for (const item of value) all[shape.element(item)] = everything(item, shape.of)
  } else {
    return leaf
  }
  for (const element in all) if (element !== '.') return all
  return leaf
}
