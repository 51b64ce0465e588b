import { canonicalQuantity } from '../quantity.ts'
import type { Schema } from './schema.ts'

/** What is done on the way through an object, and what is found. */
export interface Visit {
  /** Paths of fields that the schema does not know, as in `spec.containers[0].imagee`. */
  readonly unknown: string[]
  /**
   * What becomes of the object. `as given`: unknown fields and nulls go (they mean "not given"; in lists and maps, the
   * zero value of the type), quantities get their canonical form. `as stored`: so do fields that are as good as empty.
   */
  readonly edit: false | 'as given' | 'as stored'
}

/** Says what is wrong with a value: where in terms of Go types, then what; undefined when nothing is. */
export type Check = (value: unknown, visit: Visit) => string | undefined

type Fields = Record<string, unknown>

const checks = new WeakMap<Schema, Check>()

/** The check of a type, made when it is first needed: most fields are never used. */
export const checkOf = (schema: Schema): Check => {
  const known = checks.get(schema)
  if (known) return known
  const check = compile(schema)
  checks.set(schema, check)
  return check
}

const compile = (schema: Schema): Check => {
  if (schema['x-kubernetes-int-or-string']) return intOrString
  if (schema.format === 'quantity') return quantity
  switch (schema.type) {
    case 'object':
      if (schema.properties) return struct(schema, schema.properties)
      return schema.additionalProperties ? map(schema.additionalProperties) : anyObject
    case 'array':
      return schema.items ? list(schema.items) : anything
    case 'string':
      return schema.format === 'date-time' ? time : schema.format === 'byte' ? base64 : string
    case 'integer':
      return schema.format === 'int32' ? int32 : integer
    case 'number':
      return number
    case 'boolean':
      return boolean
    case undefined:
      return anything
  }
}

const struct = (schema: Schema, properties: Readonly<Record<string, Schema>>): Check => {
  const name = goType(schema)
  const fields = new Map(
    Object.entries(properties).map(([key, each]) => [
      key,
      {
        schema: each,
        check: undefined as Check | undefined,
        label: `${name}.${goName(key)}: `,
        omitted: schema.omitted?.has(key) ?? false,
      },
    ]),
  )
  return (value, visit) => {
    if (!isObject(value)) return `readObjectStart: expect { or n, but found ${first(value)}`
    for (const key in value) {
      const field = fields.get(key)
      if (field === undefined) visit.unknown.push(key)
      if (field === undefined || value[key] === null || value[key] === undefined) {
        if (visit.edit) delete value[key]
        continue
      }
      field.check ??= checkOf(field.schema)
      const wrong = member(value, key, field.check, visit)
      if (wrong !== undefined) return field.label + wrong
      if (field.omitted && visit.edit === 'as stored' && isZero(value[key])) delete value[key]
    }
    return undefined
  }
}

const isZero = (value: unknown): boolean => {
  if (typeof value !== 'object') return value === '' || value === 0 || value === false
  for (const _ in value) return false
  return true
}

const map = (of: Schema): Check => {
  const check = checkOf(of)
  return (value, visit) => {
    if (!isObject(value)) return `ReadMapCB: expect { or n, but found ${first(value)}`
    for (const key in value) {
      if (value[key] === null || value[key] === undefined) {
        if (visit.edit) value[key] = zeroOf(of)
        continue
      }
      const wrong = member(value, key, check, visit)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
}

const list = (of: Schema): Check => {
  const label = `[]${goType(of)}: `
  let check: Check | undefined
  return (value, visit) => {
    if (!Array.isArray(value)) return `decode slice: expect [ or n, but found ${first(value)}`
    check ??= checkOf(of)
    for (let i = 0; i < value.length; i++) {
      if (value[i] === null) {
        if (visit.edit) value[i] = zeroOf(of)
        continue
      }
      const found = visit.unknown.length
      const wrong = check(value[i], visit)
      if (wrong !== undefined) return label + wrong
      if (visit.unknown.length > found) within(visit, found, `[${i}]`)
    }
    return undefined
  }
}

/** What Go makes of null where there has to be something. */
const zeroOf = (schema: Schema): unknown => {
  if (schema['x-kubernetes-int-or-string']) return 0
  if (schema.format === 'quantity') return '0'
  switch (schema.type) {
    case 'object':
      return {}
    case 'array':
      return []
    case 'string':
      return schema.format === 'date-time' ? null : ''
    case 'integer':
    case 'number':
      return 0
    case 'boolean':
      return false
    case undefined:
      return null
  }
}

const member = (value: Fields, key: string, check: Check, visit: Visit): string | undefined => {
  const found = visit.unknown.length
  const wrong = check(value[key], visit)
  if (wrong !== undefined) return wrong
  if (check === quantity && visit.edit) value[key] = canonicalQuantity(String(value[key]))
  if (visit.unknown.length > found) within(visit, found, key)
  return undefined
}

/** Paths grow on the way back: where nothing is unknown, nothing is written down. */
const within = ({ unknown }: Visit, from: number, parent: string): void => {
  for (let i = from; i < unknown.length; i++) {
    unknown[i] = unknown[i]?.startsWith('[') ? `${parent}${unknown[i]}` : `${parent}.${unknown[i]}`
  }
}

const anything: Check = () => undefined
const anyObject: Check = value =>
  isObject(value) ? undefined : `readObjectStart: expect { or n, but found ${first(value)}`
const string: Check = value =>
  typeof value === 'string' ? undefined : `ReadString: expects " or n, but found ${first(value)}`
const boolean: Check = value =>
  typeof value === 'boolean' ? undefined : `ReadBool: expect t or f, but found ${first(value)}`
const number: Check = value =>
  typeof value === 'number' ? undefined : `readFloat64: unexpected character: ${first(value)}`
const integer: Check = value =>
  Number.isSafeInteger(value) ? undefined : `readInt64: unexpected character: ${first(value)}`
const int32: Check = (value, visit) =>
  integer(value, visit) ??
  ((value as number) === ((value as number) | 0) ? undefined : `ReadInt32: overflow: ${value}`)
const intOrString: Check = value =>
  typeof value === 'string' || Number.isSafeInteger(value)
    ? undefined
    : `fromInt or fromString: unexpected character: ${first(value)}`

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

const time: Check = (value, visit) => {
  const wrong = string(value, visit)
  if (wrong !== undefined) return wrong
  const text = value as string
  return rfc3339.test(text) && !Number.isNaN(Date.parse(text))
    ? undefined
    : `parsing time ${JSON.stringify(text)} as RFC 3339`
}

/** Lines may be broken, as Go's decoder has it. */
const base64: Check = (value, visit) => {
  const wrong = string(value, visit)
  if (wrong !== undefined) return wrong
  const text = (value as string).replaceAll(/[\r\n]/g, '')
  if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  const legal = /^[A-Za-z0-9+/]*/.exec(text)?.[0].length ?? 0
  return `decode base64: illegal base64 data at input byte ${legal === text.length ? legal - (legal % 4) : legal}`
}

const quantity: Check = value => {
  if (typeof value !== 'string' && typeof value !== 'number') {
    return `unmarshalerDecoder: a quantity begins with ${first(value)}`
  }
  try {
    canonicalQuantity(String(value))
    return undefined
  } catch (error) {
    return `unmarshalerDecoder: ${error instanceof Error ? error.message : error}`
  }
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The character that Go's decoder stumbles over. */
const first = (value: unknown): string => JSON.stringify(value).charAt(0)

/** `io.k8s.api.core.v1.PodSpec` -> `v1.PodSpec`. */
const goType = ({ definition, type, format, items }: Schema): string => {
  if (definition) return definition.split('.').slice(-2).join('.')
  if (items) return `[]${goType(items)}`
  return type === 'integer' ? (format ?? 'int64') : type === 'boolean' ? 'bool' : (type ?? 'interface {}')
}

const initialisms = /^(?:tcp|http|api|uid|ip|id)(?=[A-Z]|$)/
const endings = /(?:Ip|Id|Url)$/

/** `hostIP` -> `HostIP`, `httpGet` -> `HTTPGet`: how Go names the field. */
const goName = (key: string): string => {
  const head = initialisms.test(key)
    ? key.replace(initialisms, each => each.toUpperCase())
    : key.charAt(0).toUpperCase() + key.slice(1)
  return head.replace(endings, each => each.toUpperCase())
}
