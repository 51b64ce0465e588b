import { badRequest } from '../errors.ts'

/**
 * Takes a value of parsed JSON for what it should be. What is missing or null is undefined, as it was the zero value
 * in 2014; a value of the wrong type throws a BadRequest that names the field.
 */
type Read<T> = (value: unknown, field: string) => T | undefined

/** The type that a reader gives: the shape is written once, as a reader. */
export type Shape<R> = R extends Read<infer T> ? T : never

const wrong = (field: string, wanted: string, value: unknown): never => {
  const got = Array.isArray(value)
    ? 'a list'
    : typeof value === 'object'
      ? 'an object'
      : JSON.stringify(value)
  throw badRequest(`${field || 'the body'} must be ${wanted}, not ${got}`)
}

const missing = (value: unknown): value is undefined | null => value === undefined || value === null

const scalar =
  <T>(wanted: string, is: (value: unknown) => value is T): Read<T> =>
  (value, field) => {
    if (missing(value)) return undefined
    return is(value) ? value : wrong(field, wanted, value)
  }

export const text: Read<string> = scalar('a string', value => typeof value === 'string')
export const flag: Read<boolean> = scalar('true or false', value => typeof value === 'boolean')
export const integer: Read<number> = scalar('an integer', (value): value is number =>
  Number.isSafeInteger(value),
)

/** What Go called IntOrString: a number, or a name; `"8081"` is a name. */
export const numberOrText: Read<number | string> = scalar(
  'an integer or a string',
  (value): value is number | string => typeof value === 'string' || Number.isSafeInteger(value),
)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const object: Read<Readonly<Record<string, unknown>>> = scalar('an object', isObject)

export const list =
  <T>(item: Read<T>): Read<T[]> =>
  (value, field) => {
    if (missing(value)) return undefined
    if (!Array.isArray(value)) return wrong(field, 'a list', value)
    return value.map((entry, index) => {
      const path = `${field}[${index}]`
      return item(entry, path) ?? wrong(path, 'a value', entry)
    })
  }

export const map =
  <T>(item: Read<T>): Read<Record<string, T>> =>
  (value, field) => {
    const entries = Object.entries(object(value, field) ?? {}).flatMap(([key, entry]) => {
      const read = item(entry, `${field}.${key}`)
      return read === undefined ? [] : [[key, read] as const]
    })
    return missing(value) ? undefined : Object.fromEntries(entries)
  }

export const texts = map(text)

type Fields = Readonly<Record<string, Read<unknown>>>

/** An object with these fields, any of which may be missing; other fields are ignored, as in 2014. */
export const record =
  <F extends Fields>(fields: F): Read<{ [K in keyof F]?: Shape<F[K]> }> =>
  (value, field) => {
    const given = object(value, field)
    if (!given) return undefined
    const entries = Object.entries(fields).flatMap(([name, read]) => {
      const found = read(given[name], field ? `${field}.${name}` : name)
      return found === undefined ? [] : [[name, found] as const]
    })
    return Object.fromEntries(entries) as { [K in keyof F]?: Shape<F[K]> }
  }
