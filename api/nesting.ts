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
  const isList = Array.isArray(value)
  const members: unknown[] = isList ? value : Object.values(value)
  let fields = isList ? 0 : members.length
  for (let i = 0; i < members.length; i++) {
    const each = members[i]
    if (typeof each === 'object') fields += countFields(each, depth + 1)
  }
  return fields
}
