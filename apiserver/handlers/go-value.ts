import type { Schema } from '../../api/schema/schema.ts'

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Plain data as Go prints it: `map[a:[1 b]]`. */
export const goValue = (value: unknown): string => {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`
  if (!isFields(value)) return String(value)
  const members = Object.keys(value).sort()
  return `map[${members.map(key => `${key}:${goValue(value[key])}`).join(' ')}]`
}

const goKind = (value: unknown): string => {
  if (Array.isArray(value)) return 'slice'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'map'
}

const readsJson = ({ format, 'x-kubernetes-int-or-string': either }: Schema): boolean =>
  either === true || format === 'date-time' || format === 'byte' || format === 'quantity'

/**
 * What Go says of plain data that does not fit into the type, in the words of its conversion from unstructured data;
 * undefined when it fits, or when the type reads JSON itself.
 */
export const conversionError = (value: unknown, schema: Schema): string | undefined => {
  const { type, properties, additionalProperties, items, format } = schema
  if (value === null || value === undefined || readsJson(schema)) return undefined
  const kind = goKind(value)
  switch (type) {
    case 'object':
      if (!isFields(value))
        return properties ? `cannot restore struct from: ${kind}` : `cannot restore map from ${kind}`
      return firstOf(Object.entries(value), ([key, each]) => {
        const member = properties ? properties[key] : additionalProperties
        return member && conversionError(each, member)
      })
    case 'array':
      if (!Array.isArray(value)) return `cannot restore slice from ${kind}`
      return items && firstOf(value, each => conversionError(each, items))
    case 'string':
      if (kind === 'string') return undefined
      return kind === 'int64' ? 'cannot convert int64 to string' : 'unrecognized type: string'
    case 'integer':
      if (kind === 'int64') return undefined
      return kind === 'float64'
        ? `cannot convert float64 to ${format ?? 'int64'}`
        : `unrecognized type: ${format ?? 'int64'}`
    case 'number':
      return typeof value === 'number' ? undefined : 'unrecognized type: float64'
    case 'boolean':
      return kind === 'bool' ? undefined : 'unrecognized type: bool'
    case undefined:
      return undefined
  }
}

const firstOf = <T>(values: readonly T[], errorOf: (value: T) => string | undefined): string | undefined => {
  for (const value of values) {
    const error = errorOf(value)
    if (error !== undefined) return error
  }
  return undefined
}
