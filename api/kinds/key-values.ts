import { isDeepStrictEqual } from 'node:util'
import { forbiddenField, tooLong } from '../field-error.ts'
import { configKey } from '../validation/names.ts'
import { checkText, type Errors } from '../validation/values.ts'

type Values = Readonly<Record<string, string>>

/** Bytes that a ConfigMap or a Secret may hold. */
const most = 1024 * 1024

/** The keys of ConfigMaps and Secrets become the names of files. */
export const checkKeys = (field: string, values: Values): Errors =>
  Object.keys(values).flatMap(key => checkText(`${field}[${key}]`, key, configKey))

export const checkSize = (
  field: string,
  values: readonly string[],
  encoding: BufferEncoding = 'utf8',
): Errors =>
  values.reduce((sum, value) => sum + Buffer.byteLength(value, encoding), 0) > most
    ? [tooLong(field, '', most)]
    : []

interface Lockable {
  readonly immutable?: boolean
}

/** Once `immutable` is set, it and the data stay. */
export const checkLocked = <T extends Lockable>(
  next: T,
  old: T,
  data: readonly (keyof T & string)[],
): Errors => {
  if (!old.immutable) return []
  return ['immutable' as const, ...data]
    .filter(member => !isDeepStrictEqual(next[member], old[member]))
    .map(member => forbiddenField(member, 'field is immutable when `immutable` is set'))
}
