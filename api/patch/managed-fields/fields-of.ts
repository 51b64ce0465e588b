import type { Schema } from '../../schema/schema.ts'
import { type Fields, isFields, sameJson } from '../json.ts'
import { type FieldSet, isEmpty, leaf, member } from './field-set.ts'
import { type FieldsShape, fieldIn, type ItemsShape, isNamed, shapeOf } from './shape.ts'
import { emptySet, plus, type Step } from './shared-set.ts'

/** The fields that an applied configuration claims: what it gives a value to, and the items of its lists. */
export const appliedFields = (value: unknown, schema: Schema | undefined): FieldSet =>
  applied(value, schema) ?? leaf

const applied = (value: unknown, schema: Schema | undefined): FieldSet | undefined => {
  const shape = shapeOf(schema, value)
  const all: Record<string, FieldSet> = {}
  if (shape.type === 'fields' && isFields(value)) {
    for (const [key, each] of Object.entries(value)) {
      const { element, schema: of } = fieldIn(shape, key)
      const within = applied(each, of)
      const claimed = within === undefined || !isNamed(shape, key) ? member(within) : within
      if (!(isEmptyList(each) && within === leaf)) all[element] = claimed
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

/** What a part of the object adds to a comparison. */
interface Found {
  readonly changed?: FieldSet | undefined
  readonly removed?: FieldSet | undefined
}

const same: Found = {}

/** undefined stands for what is not there. */
const compare = (old: unknown, next: unknown, schema: Schema | undefined): Found => {
  if (old === next) return same
  if (old === undefined) return { changed: everything(next, schema) }
  if (next === undefined) return { removed: everything(old, schema) }
  const shape = shapeOf(schema, next)
  // null is as empty as {} and [], but not the same.
  if (shape.type === 'fields') {
    const before = old === null ? nothing : old
    const after = next === null ? nothing : next
    if (isFields(before) && isFields(after) && !(isBare(before) && isBare(after))) {
      return compareNamed(before, after, shape)
    }
  } else if (shape.type === 'items') {
    const before = old === null ? [] : old
    const after = next === null ? [] : next
    if (Array.isArray(before) && Array.isArray(after) && before.length + after.length > 0) {
      return compareItems(before, after, shape)
    }
  }
  return sameJson(old, next) ? same : { changed: leaf }
}

const nothing: Fields = {}

const isBare = (fields: Fields): boolean => {
  for (const key in fields) if (fields[key] !== undefined) return false
  return true
}

const compareNamed = (old: Fields, next: Fields, shape: FieldsShape): Found => {
  const finds: Finds = { changed: emptySet(), removed: emptySet() }
  for (const key in next) {
    if (next[key] === undefined) continue
    const { element, schema } = fieldIn(shape, key)
    add(finds, element, compare(old[key], next[key], schema))
  }
  for (const key in old) {
    if (old[key] === undefined || (Object.hasOwn(next, key) && next[key] !== undefined)) continue
    const { element, schema } = fieldIn(shape, key)
    add(finds, element, { removed: everything(old[key], schema) })
  }
  return all(finds)
}

const compareItems = (old: readonly unknown[], next: readonly unknown[], shape: ItemsShape): Found => {
  const finds: Finds = { changed: emptySet(), removed: emptySet() }
  const before = new Map(old.map(item => [shape.element(item), item]))
  for (const item of next) {
    const element = shape.element(item)
    add(finds, element, compare(before.get(element), item, shape.of))
    before.delete(element)
  }
  for (const [element, item] of before) add(finds, element, { removed: everything(item, shape.of) })
  return all(finds)
}

/** What is found so far, under each element. */
interface Finds {
  changed: Step
  removed: Step
}

const add = (finds: Finds, element: string, { changed, removed }: Found): void => {
  if (changed) finds.changed = plus(finds.changed, element, changed)
  if (removed) finds.removed = plus(finds.removed, element, removed)
}

const all = ({ changed, removed }: Finds): Found => ({
  changed: isEmpty(changed.set) ? undefined : changed.set,
  removed: isEmpty(removed.set) ? undefined : removed.set,
})

/** A value that is new or gone as a whole: itself, and all that it holds. */
const everything = (value: unknown, schema: Schema | undefined): FieldSet => {
  // Most values are texts and numbers: they hold nothing, whatever their schema says.
  if (typeof value !== 'object' || value === null) return leaf
  const shape = shapeOf(schema, value)
  const bare = plus(emptySet(), '.', leaf)
  let set = bare
  if (shape.type === 'fields' && isFields(value)) {
    for (const key in value) {
      if (value[key] === undefined) continue
      const { element, schema: of } = fieldIn(shape, key)
      set = plus(set, element, everything(value[key], of))
    }
  } else if (shape.type === 'items' && Array.isArray(value)) {
    for (const item of value) set = plus(set, shape.element(item), everything(item, shape.of))
  }
  return set === bare ? leaf : set.set
}
