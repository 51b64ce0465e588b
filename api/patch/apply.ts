import { StatusError } from '../errors.ts'
import type { Schema } from '../schema/schema.ts'
import { sameJson } from './json.ts'
import { appliedByClient, kubectl, withNote } from './last-applied.ts'
import { type Entry, isOf, listed, type Manager, newEntry, ownable } from './managed-fields/entries.ts'
import {
  difference,
  type FieldSet,
  intersection,
  isEmpty,
  leaf,
  pathsOf,
  union,
} from './managed-fields/field-set.ts'
import { appliedFields, compareFields } from './managed-fields/fields-of.ts'
import { mergeApplied, prune } from './managed-fields/merge.ts'
import { showPath } from './managed-fields/path-element.ts'
import { released, trackCreate } from './managed-fields/track.ts'

export interface Application {
  /** The configuration: all that its manager wants to be so, and nothing else. */
  readonly config: object
  readonly manager: Manager
  /** Take fields from others that want another value. */
  readonly force: boolean
  /** RFC 3339. */
  readonly time: string
}

export interface Applied {
  readonly object: object
  readonly entries: readonly Entry[]
}

/** Applies a configuration where no object is yet. */
export const applyNew = ({ config, manager, time }: Application, schema: Schema | undefined): Applied => ({
  object: config,
  entries: listed([newEntry(manager, 'Apply', time, ownable(appliedFields(config, schema)))]),
})

/**
 * Server-side apply: the live object takes what the configuration says, and loses what its manager had applied before
 * and says no more, unless others own it. Throws a Conflict that names every field of which somebody else wants
 * another value. Nothing is changed in place.
 */
export const apply = (
  live: object,
  entries: readonly Entry[],
  { config, manager, force, time }: Application,
  schema: Schema | undefined,
): Applied => {
  // Whoever made an object that nobody tracked owns it.
  const before =
    entries.length > 0
      ? entries
      : trackCreate(live, schema, { ...manager, manager: untracked, subresource: undefined }, time)
  const last = before.find(entry => isOf(entry, manager, 'Apply'))
  const others = before.filter(entry => entry !== last)
  const said = appliedFields(config, schema)
  const claimed = ownable(said)
  const merged = mergeApplied(live, config, schema)
  const kept = others.reduce((all, { fieldsV1 }) => union(all, fieldsV1), said)
  const object = (last ? prune(merged, last.fieldsV1, kept, schema) : merged) as object
  const { changed, removed } = compareFields(live, object, schema)
  if (!force) {
    const own = manager.manager === kubectl ? appliedByClient(live, schema) : leaf
    const wanted = difference(changed, own)
    const claims = others.map(entry => ({ entry, fields: intersection(entry.fieldsV1, wanted) }))
    refuse(claims.filter(({ fields }) => !isEmpty(fields)))
  }
  const rest = released(others, union(changed, removed), () => true)
  const same = last && isEmpty(changed) && isEmpty(removed) && sameJson(last.fieldsV1, claimed)
  const mine = same ? last : newEntry(manager, 'Apply', time, claimed)
  const noted = manager.manager === kubectl && !same ? withNote(object, config) : object
  return { object: noted, entries: listed([...rest, mine]) }
}

const untracked = 'before-first-apply'

interface Claim {
  readonly entry: Entry
  readonly fields: FieldSet
}

const refuse = (claims: readonly Claim[]): void => {
  if (claims.length === 0) return
  const conflicts = claims.flatMap(({ entry, fields }) =>
    pathsOf(fields).map(path => ({ with: shown(entry), field: showPath(path) })),
  )
  const [first] = conflicts
  const text =
    first && conflicts.length === 1
      ? `1 conflict: conflict with ${first.with}: ${first.field}`
      : `${conflicts.length} conflicts: ${grouped(conflicts)}`
  throw new StatusError({
    reason: 'Conflict',
    code: 409,
    message: `Apply failed with ${text}`,
    details: {
      causes: conflicts.map(({ with: who, field }) => ({
        reason: 'FieldManagerConflict',
        message: `conflict with ${who}`,
        field,
      })),
    },
  })
}

const grouped = (conflicts: readonly { readonly with: string; readonly field: string }[]): string =>
  [...new Set(conflicts.map(each => each.with))]
    .sort()
    .flatMap(who => [
      `conflicts with ${who}:`,
      ...conflicts.filter(each => each.with === who).map(({ field }) => `- ${field}`),
    ])
    .join('\n')

const shown = ({ manager, operation, apiVersion, subresource }: Entry): string => {
  const name = `${JSON.stringify(manager)}${subresource ? ` with subresource ${JSON.stringify(subresource)}` : ''}`
  return operation === 'Update' ? `${name} using ${apiVersion}` : name
}
