/** A copy of plain data that the caller may change. What JSON has no form for (undefined, functions) is left out. */
export const copyPlain = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return value.toISOString() as T
  if (Array.isArray(value)) return value.map(each => copyPlain(each ?? null)) as T
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key]
    // JSON.parse makes `__proto__` an own key: an assignment would set the prototype.
    if (member === undefined || typeof member === 'function' || key === '__proto__') continue
    copy[key] = copyPlain(member)
  }
  return copy as T
}

/** True when both would be the same JSON, whatever the order of their keys. */
export const equalPlain = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((each, i) => equalPlain(each, b[i]))
  }
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  for (const key of Object.keys(left)) if (!equalPlain(left[key], right[key])) return false
  for (const key of Object.keys(right)) if (right[key] !== undefined && left[key] === undefined) return false
  return true
}
