export type FieldErrorType =
  | 'Required'
  | 'Invalid'
  | 'TypeInvalid'
  | 'Duplicate'
  | 'NotSupported'
  | 'Forbidden'
  | 'NotFound'
  | 'TooLong'
  | 'TooMany'

/** One thing that is wrong with an object. Each API version words it in its own way. */
export interface FieldError {
  readonly type: FieldErrorType
  /** As in `spec.containers[0].name`. */
  readonly field: string
  /** The offending value; left out for Forbidden, and for Required where it is empty. */
  readonly value?: unknown
  readonly detail?: string
  /** NotSupported only: the values that are. */
  readonly supported?: readonly string[]
}

export const required = (field: string, detail?: string): FieldError =>
  detail ? { type: 'Required', field, detail } : { type: 'Required', field }

export const invalidValue = (field: string, value: unknown, detail: string): FieldError => ({
  type: 'Invalid',
  field,
  value,
  detail,
})

/** The value is of another type than the field. */
export const typeInvalid = (field: string, value: unknown, detail: string): FieldError => ({
  type: 'TypeInvalid',
  field,
  value,
  detail,
})

export const duplicate = (field: string, value: unknown): FieldError => ({ type: 'Duplicate', field, value })

export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError => ({
  type: 'NotSupported',
  field,
  value,
  supported,
})

export const forbiddenField = (field: string, detail: string): FieldError => ({
  type: 'Forbidden',
  field,
  detail,
})

/** The field names something that is not there. */
export const danglingName = (field: string, value: unknown): FieldError => ({
  type: 'NotFound',
  field,
  value,
})

export const tooLong = (field: string, value: unknown, bytes: number): FieldError => ({
  type: 'TooLong',
  field,
  value,
  detail: `may not be more than ${bytes} bytes`,
})

export const tooMany = (field: string, count: number, most: number): FieldError => ({
  type: 'TooMany',
  field,
  value: count,
  detail: `must have at most ${most} items`,
})

/** A value that Go has a type for, other than a map: it is shown as JSON. */
export class Struct {
  readonly #fields: object
  constructor(fields: object) {
    this.#fields = fields
  }
  toJSON(): object {
    return this.#fields
  }
}

const titles: Readonly<Record<FieldErrorType, string>> = {
  Required: 'Required value',
  Invalid: 'Invalid value',
  TypeInvalid: 'Invalid value',
  Duplicate: 'Duplicate value',
  NotSupported: 'Unsupported value',
  Forbidden: 'Forbidden',
  NotFound: 'Not found',
  TooLong: 'Too long',
  TooMany: 'Too many',
}

/** What is wrong, in the words of the v1 API, without the field: `Invalid value: 0: must be between ...`. */
export const fieldErrorBody = (error: FieldError): string => {
  const { type, value, supported } = error
  const shown = type === 'Required' || type === 'Forbidden' || type === 'TooLong' ? [] : [goSyntax(value)]
  const detail = supported?.length
    ? `supported values: ${supported.map(each => JSON.stringify(each)).join(', ')}`
    : error.detail
  return [titles[type], ...shown, ...(detail ? [detail] : [])].join(': ')
}

/** `field: body`; several are `[a, b]`. */
export const fieldErrorsText = (errors: readonly FieldError[]): string => {
  const texts = [...new Set(errors.map(error => `${error.field}: ${fieldErrorBody(error)}`))]
  return texts.length === 1 ? texts.join() : `[${texts.join(', ')}]`
}

/** A value as Go's `%#v` shows it: clients know the messages in that form. */
const goSyntax = (value: unknown): string => {
  if (value === undefined || value === null) return 'null'
  if (isStrings(value)) return `[]string{${value.map(each => JSON.stringify(each)).join(', ')}}`
  if (isStringMap(value)) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return `map[string]string{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(', ')}}`
  }
  return JSON.stringify(value)
}

const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every(each => typeof each === 'string')

const isStringMap = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Struct) &&
  isStrings(Object.values(value))
