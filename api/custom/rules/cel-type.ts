import type { Environment } from '@marcbachmann/cel-js'
import { type Fields, isFields, othersOf, type Structural } from '../structural.ts'
import { newEnvironment } from './environment.ts'

/** A type of CEL, and how a value of JSON becomes one of it. */
export interface CelType {
  readonly name: string
  of(value: unknown): unknown
}

/** The type of a schema's values; undefined when a rule may not look at them: nothing is known of their form. */
export type TypeOf = (schema: Structural) => CelType | undefined

/**
 * Declares the types that a schema has, as they are asked for. An object with named fields is a type of its own, so
 * that a rule which looks for another field does not compile.
 */
export const declareTypes = (env: Environment, root: Structural): TypeOf => {
  const known = new Map<Structural, CelType | undefined>()
  const duration = newEnvironment().registerVariable('text', 'string').parse('duration(text)')

  const objectType = (schema: Structural, properties: Readonly<Record<string, Structural>>): CelType => {
    const members = Object.entries(properties).flatMap(([key, each]) => {
      const type = typeOf(each)
      const field = fieldName(key)
      return type && field ? [{ key, field, type }] : []
    })
    // Of Map, for a field may have the name of one that every object has.
    const ctor = class extends Map<string, unknown> {}
    const name = `object.${known.size}`
    known.set(schema, undefined)
    const fields = Object.fromEntries(members.map(({ field, type }) => [field, type.name]))
    env.registerType(name, { ctor, fields })
    env.registerOperator(`${name} == ${name}`, equal)
    return {
      name,
      of: value => {
        const made = new ctor()
        if (!isFields(value)) return made
        for (const { key, field, type } of members) {
          if (Object.hasOwn(value, key) && value[key] !== undefined) made.set(field, type.of(value[key]))
        }
        return made
      },
    }
  }

  const plainTypeOf = (schema: Structural): CelType | undefined => {
    if (schema['x-kubernetes-int-or-string']) return anything
    switch (schema.type) {
      case 'boolean':
        return { name: 'bool', of: value => value }
      case 'integer':
        return { name: 'int', of: value => (typeof value === 'number' ? BigInt(Math.trunc(value)) : value) }
      case 'number':
        return { name: 'double', of: value => value }
      case 'string':
        return textType(schema.format, duration)
      case 'array': {
        const item = schema.items && typeOf(schema.items)
        if (!item) return undefined
        return {
          name: `list<${item.name}>`,
          of: value => (Array.isArray(value) ? value.map(item.of) : value),
        }
      }
      case 'object': {
        const others = othersOf(schema)
        if (others && !schema.properties) {
          const member = typeOf(others) ?? anything
          return { name: `map<string, ${member.name}>`, of: value => mapOf(value, member) }
        }
        const resource = schema === root || schema['x-kubernetes-embedded-resource']
        return objectType(schema, { ...schema.properties, ...(resource && ofResource) })
      }
      default:
        return undefined
    }
  }

  const typeOf: TypeOf = schema => {
    const found = known.get(schema)
    if (found) return found
    const plain = plainTypeOf(schema)
    const type = plain && schema.nullable ? { name: 'dyn', of: orNull(plain) } : plain
    known.set(schema, type)
    return type
  }
  return typeOf
}

const orNull =
  ({ of }: CelType) =>
  (value: unknown): unknown =>
    value === null ? null : of(value)

const text: Structural = { type: 'string' }

/** What a rule may see of every object, whatever its schema says. */
const ofResource: Readonly<Record<string, Structural>> = {
  apiVersion: text,
  kind: text,
  metadata: { type: 'object', properties: { name: text, generateName: text } },
}

const mapOf = (value: unknown, { of }: CelType): Map<string, unknown> =>
  new Map(isFields(value) ? Object.entries(value).map(([key, each]) => [key, of(each)] as const) : [])

const textType = (format: string | undefined, duration: (context: Fields) => unknown): CelType => {
  switch (format) {
    case 'date':
    case 'date-time':
      return { name: 'google.protobuf.Timestamp', of: value => new Date(String(value)) }
    case 'duration':
      return { name: 'google.protobuf.Duration', of: value => duration({ text: String(value) }) }
    case 'byte':
      return { name: 'bytes', of: value => Buffer.from(String(value), 'base64') }
    default:
      return { name: 'string', of: value => value }
  }
}

const dynamic = (value: unknown): unknown => {
  if (Number.isSafeInteger(value)) return BigInt(value as number)
  if (Array.isArray(value)) return value.map(dynamic)
  return isFields(value) ? mapOf(value, anything) : value
}

const anything: CelType = { name: 'dyn', of: dynamic }

/** Two values of CEL that came from objects. */
const equal = (a: unknown, b: unknown): boolean => {
  if (a instanceof Map && b instanceof Map) {
    return a.size === b.size && [...a].every(([key, value]) => b.has(key) && equal(value, b.get(key)))
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, i) => equal(value, b[i]))
  }
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime()
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0
  // Durations have a value to be compared by.
  return typeof a === 'object' && typeof b === 'object' ? String(a) === String(b) : a === b
}

const reserved = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return var ' +
    'void while'
  ).split(' '),
)

const escapes: Readonly<Record<string, string>> = {
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
  __: '__underscores__',
}

/** How a rule names the property; undefined when it cannot. */
const fieldName = (key: string): string | undefined => {
  if (!/^[A-Za-z_./-][\w./-]*$/.test(key)) return undefined
  return reserved.has(key) ? `__${key}__` : key.replaceAll(/__|[./-]/g, each => escapes[each] ?? each)
}
