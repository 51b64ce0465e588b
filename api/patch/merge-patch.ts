import { isFields } from './json.ts'

/** Applies a merge patch (RFC 7396); `document` and `patch` stay as they are. */
export const applyMergePatch = (document: unknown, patch: unknown): unknown => {
  if (!isFields(patch)) return patch
  const merged: Record<string, unknown> = isFields(document) ? { ...document } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else define(merged, key, applyMergePatch(merged[key], value))
  }
  return merged
}

/** JSON may hold a key `__proto__`, which an assignment would take for the prototype. */
const define = (object: Record<string, unknown>, key: string, value: unknown): void => {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  else object[key] = value
}
