import { type Fields, isFields, memberOf, type Structural } from './structural.ts'

/** Fills in the defaults of the schema, in place: of fields that are missing, in all that is there. */
export const applyDefaults = (value: unknown, schema: Structural): void => {
  if (Array.isArray(value)) {
    if (schema.items) for (const each of value) applyDefaults(each, schema.items)
    return
  }
  if (!isFields(value)) return
  for (const [key, member] of Object.entries(schema.properties ?? {})) {
    if (member.default !== undefined && isMissing(value, key, member))
      value[key] = structuredClone(member.default)
  }
  for (const key of Object.keys(value)) {
    const member = memberOf(schema, key)
    if (member) applyDefaults(value[key], member)
  }
}

const isMissing = (value: Fields, key: string, { nullable }: Structural): boolean =>
  !Object.hasOwn(value, key) || value[key] === undefined || (value[key] === null && !nullable)
