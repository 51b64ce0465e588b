import { childPath, type Fields, isFields, memberOf, type Structural } from './structural.ts'

/** Every object has these, whatever its schema says; what metadata may hold is not the schema's matter. */
const ofResource = new Set(['apiVersion', 'kind', 'metadata'])

/**
 * Takes out what the schema does not have, in place, and nulls that may not be. `unknown` takes the paths of the
 * fields that went, `spec.items[0].x`.
 */
export const pruneResource = (object: Fields, schema: Structural, unknown: string[]): void =>
  pruneFields(object, schema, unknown, '', ofResource)

const pruneValue = (value: unknown, schema: Structural, unknown: string[], path: string): void => {
  if (Array.isArray(value)) {
    const items = schema.items ?? (preserves(schema) ? undefined : {})
    if (items) for (const [i, each] of value.entries()) pruneValue(each, items, unknown, `${path}[${i}]`)
  } else if (isFields(value)) {
    pruneFields(value, schema, unknown, path, schema['x-kubernetes-embedded-resource'] ? ofResource : none)
  }
}

const none: ReadonlySet<string> = new Set()

const pruneFields = (
  object: Fields,
  schema: Structural,
  unknown: string[],
  path: string,
  always: ReadonlySet<string>,
): void => {
  const preserve = preserves(schema)
  for (const key of Object.keys(object)) {
    if (always.has(key)) continue
    const member = memberOf(schema, key)
    const at = childPath(path, key)
    if (member === undefined) {
      if (preserve) continue
      delete object[key]
      unknown.push(at)
    } else if (object[key] === null && schema.properties && !mayBeNull(member)) {
      delete object[key]
    } else {
      pruneValue(object[key], member, unknown, at)
    }
  }
}

const preserves = (schema: Structural): boolean => schema['x-kubernetes-preserve-unknown-fields'] === true

const mayBeNull = ({ nullable, type }: Structural): boolean => nullable === true || type === undefined
