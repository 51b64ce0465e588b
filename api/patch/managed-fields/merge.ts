import type { Schema } from '../../schema/schema.ts'
import { isFields } from '../json.ts'
import { type FieldSet, isMember, leaf } from './field-set.ts'
import { fieldIn, type ItemsShape, isNamed, shapeOf } from './shape.ts'

/** The live value with what the applied one says; both stay as they are. */
export const mergeApplied = (live: unknown, applied: unknown, schema: Schema | undefined): unknown => {
  if (applied === undefined) return live
  const shape = shapeOf(schema, applied)
  if (shape.type === 'fields' && isFields(live) && isFields(applied)) {
    const merged: Record<string, unknown> = { ...live }
    for (const [key, value] of Object.entries(applied)) {
      merged[key] = mergeApplied(live[key], value, fieldIn(shape, key).schema)
    }
    return merged
  }
  if (shape.type === 'items' && Array.isArray(live) && Array.isArray(applied))
    return mergeItems(live, applied, shape)
  return applied
}

type Items = readonly unknown[]

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
 * The value without the fields of `given` that are not in `kept`: what a manager has given up and nobody else claims.
 * A field goes with all that it holds; only named fields stay for the sake of what somebody owns in them.
 */
export const prune = (
  value: unknown,
  given: FieldSet,
  kept: FieldSet,
  schema: Schema | undefined,
): unknown => {
  const shape = shapeOf(schema, value)
  if (shape.type === 'fields' && isFields(value)) {
    const pruned: Record<string, unknown> = {}
    for (const [key, each] of Object.entries(value)) {
      const { element, schema: of } = fieldIn(shape, key)
      const left = pruneMember(each, given[element], kept[element], of, isNamed(shape, key))
      if (left !== undefined) pruned[key] = left
    }
    return pruned
  }
  if (shape.type !== 'items' || !Array.isArray(value)) return value
  return value
    .map(item => pruneMember(item, given[shape.element(item)], kept[shape.element(item)], shape.of, false))
    .filter(item => item !== undefined)
}

const pruneMember = (
  value: unknown,
  lost: FieldSet | undefined,
  rest: FieldSet | undefined,
  schema: Schema | undefined,
  named: boolean,
): unknown => {
  if (lost === undefined) return value
  const goes = named ? rest === undefined : isMember(lost) && !isMember(rest)
  return goes ? undefined : prune(value, lost, rest ?? leaf, schema)
}
