import type { Schema } from '../../schema/schema.ts'
import { capped } from './cap.ts'
import { type Entry, isOf, listed, type Manager, newEntry, ownable } from './entries.ts'
import { difference, type FieldSet, isEmpty, leaf, union } from './field-set.ts'
import { compareFields } from './fields-of.ts'
import { shared } from './shared-set.ts'
import { zeroOf } from './zero.ts'

/** The entries of a new object: its fields are its maker's. `time` in RFC 3339. */
export const trackCreate = (
  object: object,
  schema: Schema | undefined,
  manager: Manager,
  time: string,
): readonly Entry[] => {
  const { changed } = compareFields(schema?.definition ? zeroOf(schema) : noStruct, object, schema)
  return listed([newEntry(manager, 'Update', time, ownable(changed))])
}

/** Custom resources are no structs of Go's: of their fields none is there from the start. */
const noStruct = { metadata: {} }

/**
 * The entries after a plain write: what it changes becomes the writer's alone, and what it removes nobody's. They are
 * the same list when it changes nothing that could be owned.
 */
export const trackUpdate = (
  entries: readonly Entry[],
  old: object,
  next: object,
  schema: Schema | undefined,
  manager: Manager,
  time: string,
): readonly Entry[] => {
  const comparison = compareFields(old, next, schema)
  const changed = ownable(comparison.changed)
  const removed = ownable(comparison.removed)
  if (isEmpty(changed) && isEmpty(removed)) return entries
  const mine = entries.find(entry => isOf(entry, manager, 'Update'))
  const others = released(entries, union(changed, removed), entry => entry !== mine)
  if (isEmpty(changed)) return listed(others.map(entry => (entry === mine ? without(entry, removed) : entry)))
  const fields = union(difference(mine?.fieldsV1 ?? leaf, removed), changed)
  return capped(
    listed([...others.filter(entry => entry !== mine), newEntry(manager, 'Update', time, fields)]),
  )
}

/** The entries without the fields, for those that `of` names. */
export const released = (
  entries: readonly Entry[],
  fields: FieldSet,
  of: (entry: Entry) => boolean,
): readonly Entry[] => entries.map(entry => (of(entry) ? without(entry, fields) : entry))

const without = (entry: Entry, fields: FieldSet): Entry => ({
  ...entry,
  fieldsV1: shared(difference(entry.fieldsV1, fields)),
})
