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

const none: Errors = []

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

/** An error for every text that was there before. */
export const checkUnique = (entries: readonly (readonly [field: string, value: string])[]): Errors => {
  const seen = new Set<string>()
  return entries.flatMap(([field, value]) => {
    if (seen.has(value)) return [duplicate(field, value)]
    seen.add(value)
    return none
  })
}

/** Exactly one of the members of `given` is set; `what` as in "volume type". */
export const checkOneMember = (field: string, given: readonly string[], what: string): Errors => {
  const [, ...more] = given
  if (given.length === 0) return [required(field, `must specify a ${what}`)]
  return more.map(member => forbiddenField(`${field}.${member}`, `may not specify more than 1 ${what}`))
}

export const checkLabels = (field: string, labels: Readonly<Record<string, string>> | undefined): Errors =>
  Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...checkText(field, key, qualifiedName),
    ...checkText(field, value, labelValue),
  ])

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
