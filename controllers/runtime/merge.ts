/**
 * `current` with everything that `wanted` says, and the same `current` when it says nothing new. Objects merge field
 * by field and null removes a field, as in a JSON merge patch. Lists of equal length merge item by item, so that what
 * the server has filled in stays; any other list is replaced. Undefined says nothing.
 */
export const merge = (current: unknown, wanted: unknown): unknown => {
  if (wanted === undefined) return current
  if (Array.isArray(wanted)) return mergeLists(current, wanted)
  if (isObject(wanted)) return mergeObjects(isObject(current) ? current : undefined, wanted)
  return wanted
}

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const mergeLists = (current: unknown, wanted: readonly unknown[]): unknown => {
  if (!Array.isArray(current) || current.length !== wanted.length)
    return wanted.map(item => merge(undefined, item))
  const merged = wanted.map((item, i) => merge(current[i], item))
  return merged.every((item, i) => item === current[i]) ? current : merged
}

const mergeObjects = (current: Fields | undefined, wanted: Fields): Fields => {
  // A map, for which `__proto__` is a name like any other.
  const merged = new Map(Object.entries(current ?? {}))
  let same = current !== undefined
  for (const [name, value] of Object.entries(wanted)) {
    if (value === null) {
      same = !merged.delete(name) && same
    } else if (value !== undefined) {
      const next = merge(merged.get(name), value)
      same &&= next === merged.get(name)
      merged.set(name, next)
    }
  }
  return same && current ? current : Object.fromEntries(merged)
}
