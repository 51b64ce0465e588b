import { isIP } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import {
  duplicate,
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '../field-error.ts'
import { type Check, labelValue, portName, qualifiedName } from './names.ts'

export type Errors = readonly FieldError[]

/** Nothing is wrong. One list for all that is right, which is nearly everything: objects are checked all the time. */
export const none: Errors = Object.freeze([])

type Falsy = false | '' | 0 | null | undefined

/** All that is found wrong, in order; `given && checkText(...)` finds nothing where nothing is given. */
export const errorsOf = (...found: readonly (Errors | FieldError | Falsy)[]): Errors => {
  let errors = none
  for (const each of found) if (each && each !== none) errors = errors.concat(each)
  return errors
}

/** What is wrong with the items of a list; `at` is where an item is, `spec.volumes[0]`. */
export const checkEach = <T>(
  field: string,
  items: readonly T[],
  check: (at: string, item: T) => Errors,
): Errors => {
  const wrong: Errors[] = []
  for (let i = 0; i < items.length; i++) {
    const errors = check(`${field}[${i}]`, items[i] as T)
    if (errors !== none) wrong.push(errors)
  }
  return wrong.length > 0 ? wrong.flat() : none
}

/** What is wrong with the entries of a map. */
export const checkEntries = <T>(
  map: Readonly<Record<string, T>>,
  check: (key: string, value: T) => Errors,
): Errors => {
  const wrong: Errors[] = []
  for (const key in map) {
    const errors = check(key, map[key] as T)
    if (errors !== none) wrong.push(errors)
  }
  return wrong.length > 0 ? wrong.flat() : none
}

/** One error for each thing that `check` finds wrong. */
export const checkText = (field: string, value: string, check: Check): Errors => {
  const wrong = check(value)
  return wrong.length === 0 ? none : wrong.map(message => invalidValue(field, value, message))
}

/** Required, and then as `check` wants it. */
export const checkName = (field: string, value: string | undefined, check: Check): Errors =>
  value ? checkText(field, value, check) : [required(field)]

export const checkOneOf = (field: string, value: string | undefined, supported: readonly string[]): Errors =>
  value === undefined ? none : supported.includes(value) ? none : [notSupported(field, value, supported)]

export const checkNonNegative = (field: string, value: number | undefined): Errors =>
  value === undefined || value >= 0
    ? none
    : [invalidValue(field, value, 'must be greater than or equal to 0')]

export const checkPositive = (field: string, value: number | undefined): Errors =>
  value === undefined || value > 0 ? none : [invalidValue(field, value, 'must be greater than 0')]

export const checkRange = (field: string, value: number, from: number, to: number): Errors =>
  value >= from && value <= to
    ? none
    : [invalidValue(field, value, `must be between ${from} and ${to}, inclusive`)]

export const checkPort = (field: string, value: number): Errors => checkRange(field, value, 1, 65535)

/** A port's number, or the name of a container's port. */
export const checkPortOrName = (field: string, value: number | string): Errors =>
  typeof value === 'number' ? checkPort(field, value) : checkText(field, value, portName)

export const checkIP = (field: string, value: string): Errors =>
  isIP(value)
    ? none
    : [invalidValue(field, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]

/** An error for every item whose text one before it has; `fieldOf` tells where the text is. */
export const checkUnique = <T>(
  items: readonly T[],
  textOf: (item: T) => string | undefined,
  fieldOf: (index: number) => string,
): Errors => {
  if (items.length < 2) return none
  const seen = new Set<string>()
  const errors: FieldError[] = []
  for (let i = 0; i < items.length; i++) {
    const text = textOf(items[i] as T)
    if (text === undefined) continue
    if (seen.has(text)) errors.push(duplicate(fieldOf(i), text))
    seen.add(text)
  }
  return errors.length > 0 ? errors : none
}

/** Exactly one of the members of `given` is set; `what` as in "volume type". */
export const checkOneMember = (field: string, given: readonly string[], what: string): Errors => {
  const [, ...more] = given
  if (given.length === 0) return [required(field, `must specify a ${what}`)]
  return more.map(member => forbiddenField(`${field}.${member}`, `may not specify more than 1 ${what}`))
}

export const checkLabels = (field: string, labels: Readonly<Record<string, string>> | undefined): Errors =>
  labels
    ? checkEntries(labels, (key, value) =>
        errorsOf(checkText(field, key, qualifiedName), checkText(field, value, labelValue)),
      )
    : none

/** A number or a percentage: how many of something. */
export const checkCountOrPercent = (field: string, value: number | string | undefined): Errors => {
  if (typeof value !== 'string') return checkNonNegative(field, value)
  return /^\d+%$/.test(value)
    ? none
    : [
        invalidValue(
          field,
          value,
          "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
        ),
      ]
}

/** The members of `next` that are not what they were in `old`; `field` is '' for members of the object itself. */
export const checkImmutable = <T extends object>(
  field: string,
  next: T,
  old: Readonly<T>,
  members: readonly (keyof T & string)[],
): Errors =>
  members
    .filter(member => !isDeepStrictEqual(next[member], old[member]))
    .map(member => invalidValue(field ? `${field}.${member}` : member, next[member], 'field is immutable'))
