import type { ManagedFieldsEntry } from 'kubernetes-types/meta/v1'
import { isFields } from '../json.ts'
import { difference, type FieldSet, isEmpty, readFieldSet } from './field-set.ts'
import { shared, sharedText } from './shared-set.ts'

/** Who changes an object, and as what. */
export interface Manager {
  readonly manager: string
  /** Of the object as the manager sent it. */
  readonly apiVersion: string
  /** Left out for the object itself. */
  readonly subresource?: string | undefined
}

/** What one manager owns of an object: an entry of `metadata.managedFields`. */
export interface Entry extends Manager {
  readonly operation: 'Apply' | 'Update'
  /** When the manager took the newest of its fields, RFC 3339. */
  readonly time: string
  readonly fieldsType: 'FieldsV1'
  readonly fieldsV1: FieldSet
}

export const newEntry = (
  { manager, apiVersion, subresource }: Manager,
  operation: Entry['operation'],
  time: string,
  fieldsV1: FieldSet,
): Entry => ({
  manager,
  operation,
  apiVersion,
  time,
  fieldsType: 'FieldsV1',
  fieldsV1: shared(fieldsV1),
  ...(subresource && { subresource }),
})

/** The entries as JSON. What is told of owners is as large as the object, and mostly known already. */
export const entriesText = (entries: readonly Entry[]): string => `[${entries.map(entryText).join()}]`

const entryText = (entry: Entry): string => {
  const { manager, operation, apiVersion, time, fieldsType, fieldsV1, subresource } = entry
  const fields = sharedText(fieldsV1)
  // Of an entry that was read from the store, perhaps as somebody else has written it, nothing is known.
  if (fields === undefined) return JSON.stringify(entry)
  const last = subresource === undefined ? '' : `,"subresource":${JSON.stringify(subresource)}`
  const said = JSON.stringify({ manager, operation, apiVersion, time, fieldsType })
  return `${said.slice(0, -1)},"fieldsV1":${fields}${last}}`
}

/** An applier keeps its fields from one version of the API to the next. */
export const isOf = (entry: Entry, manager: Manager, operation: Entry['operation']): boolean =>
  entry.manager === manager.manager &&
  entry.operation === operation &&
  (operation === 'Apply' || entry.apiVersion === manager.apiVersion) &&
  (entry.subresource ?? '') === (manager.subresource ?? '')

/** The fields that are nobody's: they name the object, or the API server alone writes them. */
const unowned: FieldSet = {
  'f:apiVersion': {},
  'f:kind': {},
  'f:metadata': {
    '.': {},
    'f:name': {},
    'f:namespace': {},
    'f:creationTimestamp': {},
    'f:selfLink': {},
    'f:uid': {},
    'f:generation': {},
    'f:managedFields': {},
    'f:resourceVersion': {},
  },
}

/** Objects that are made alike are asked about again and again. */
const known = new WeakMap<FieldSet, FieldSet>()

export const ownable = (set: FieldSet): FieldSet => {
  const before = known.get(set)
  if (before) return before
  const left = shared(difference(set, unowned))
  known.set(set, left)
  return left
}

/** Appliers first, then as the times go; who owns nothing is not listed. */
export const listed = (entries: readonly Entry[]): readonly Entry[] =>
  entries.filter(({ fieldsV1 }) => !isEmpty(fieldsV1)).sort(before)

const before = (a: Entry, b: Entry): number => {
  for (const key of ['operation', 'time', 'manager', 'apiVersion'] as const) {
    if (a[key] !== b[key]) return a[key] < b[key] ? -1 : 1
  }
  return (a.subresource ?? '') < (b.subresource ?? '') ? -1 : 1
}

/** The entries of an object of our own; they are never anything else. */
export const entriesOf = (managedFields: readonly ManagedFieldsEntry[] | undefined): readonly Entry[] =>
  (managedFields ?? []) as readonly Entry[]

/**
 * The entries that a client has sent. undefined when they are none, or make no sense: then those that were there
 * hold, for there are clients that do not know of them. A list of one empty entry takes all ownership away.
 */
export const readEntries = (managedFields: unknown): readonly Entry[] | undefined => {
  if (!Array.isArray(managedFields) || managedFields.length === 0) return undefined
  const [first] = managedFields
  if (managedFields.length === 1 && isFields(first) && Object.keys(first).length === 0) return []
  const entries = managedFields.map(readEntry)
  return entries.every(entry => entry !== undefined) ? entries : undefined
}

const readEntry = (given: unknown): Entry | undefined => {
  if (!isFields(given) || given.fieldsType !== 'FieldsV1') return undefined
  const { manager = '', operation, apiVersion, time = '', subresource } = given
  const fields = readFieldSet(given.fieldsV1 ?? {})
  if (operation !== 'Apply' && operation !== 'Update') return undefined
  if (typeof manager !== 'string' || typeof apiVersion !== 'string' || typeof time !== 'string')
    return undefined
  if (!fields || (subresource !== undefined && typeof subresource !== 'string')) return undefined
  return newEntry({ manager, apiVersion, subresource }, operation, time, fields)
}
