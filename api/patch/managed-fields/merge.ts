import type { Schema } from '../../schema/schema.ts'
import { type Fields, isFields } from '../json.ts'
import { type FieldSet, isMember, leaf } from './field-set.ts'
import { fieldElement } from './path-element.ts'
import { type Shape, schemaIn, shapeOf } from './shape.ts'

/** The live value with what the applied one says; both stay as they are. */
export const mergeApplied = (live: unknown, applied: unknown, schema: Schema | undefined): unknown => {
  if (applied === undefined) return live
  const shape = shapeOf(schema, applied)
  if (shape.type === 'fields' && isFields(live) && isFields(applied)) {
    const merged: Record<string, unknown> = { ...live }
    for (const [key, value] of Object.entries(applied)) {
      merged[key] = mergeApplied(live[key], value, schemaIn(shape, key))
    }
    return merged
  }
  if (shape.type === 'items' && Array.isArray(live) && Array.isArray(applied))
    return mergeItems(live, applied, shape)
  return applied
}

type Items = readonly unknown[]
type ItemsShape = Shape & { type: 'items' }

/** The applied items in their order; the others stay before the applied one that they stood before. */
const mergeItems = (live: Items, applied: Items, shape: ItemsShape): Items => {
  const wanted = new Map(applied.map(item => [shape.element(item), item]))
  const there = new Map(live.map(item => [shape.element(item), item]))
  const others = [...there.keys()]
  const merged: unknown[] = []
  for (const [element, item] of wanted) {
    const at = others.indexOf(element)
    if (at >= 0) {
      for (const each of others.splice(0, at + 1)) if (!wanted.has(each)) merged.push(there.get(each))
    }
    merged.push(mergeApplied(there.get(element), item, shape.of))
  }
  return [...merged, ...others.filter(each => !wanted.has(each)).map(each => there.get(each))]
}

/**
 * The value without the fields of `given` that are not in `kept`, nor hold what is: what a manager has given up and
 * nobody else claims. A field that goes takes along what nobody owns in it.
 */
export const prune = (
  value: unknown,
  given: FieldSet,
  kept: FieldSet,
  schema: Schema | undefined,
): unknown => {
  const shape = shapeOf(schema, value)
  if (shape.type === 'fields' && isFields(value)) return pruneFields(value, given, kept, shape)
  if (shape.type !== 'items' || !Array.isArray(value)) return value
  return value.flatMap(item => {
    const element = shape.element(item)
    const lost = given[element]
    const rest = kept[element]
    if (!lost) return [item]
    // An item goes only when the manager had given the item itself.
    if (!rest) return isMember(lost) ? [] : [prune(item, lost, leaf, shape.of)]
    return [prune(item, lost, rest, shape.of)]
  })
}

const pruneFields = (
  value: Fields,
  given: FieldSet,
  kept: FieldSet,
  shape: Shape & { type: 'fields' },
): Fields => {
  const pruned: Record<string, unknown> = {}
  for (const [key, each] of Object.entries(value)) {
    const element = fieldElement(key)
    const lost = given[element]
    const rest = kept[element]
    if (!lost) pruned[key] = each
    else if (rest) pruned[key] = prune(each, lost, rest, schemaIn(shape, key))
  }
  return pruned
}
