/**
 * How deep objects and lists may stand in each other: far more than any object needs, and no more than those who walk
 * through one have room for on their stacks.
 */
export const deepest = 300

/** Something is nested deeper than anything may be. */
export class TooDeep extends Error {
  override readonly name = 'TooDeep'

  constructor() {
    super(`exceeded max depth of ${deepest}`)
  }
}

/** Counts the fields of a JSON value and of all that is in it. Throws TooDeep. */
export const countFields = (value: unknown, depth = 0): number => {
  if (typeof value !== 'object' || value === null) return 0
  if (depth > deepest) throw new TooDeep()
  let fields = 0
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) fields += countFields(value[i], depth + 1)
  } else {
    const members = value as Readonly<Record<string, unknown>>
    for (const name in members) fields += 1 + countFields(members[name], depth + 1)
  }
  return fields
}
