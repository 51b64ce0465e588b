import type { FieldError } from '../errors.ts'

const types: Readonly<Record<FieldError['type'], readonly [reason: string, words: string]>> = {
  Required: ['FieldValueRequired', 'required value'],
  Invalid: ['FieldValueInvalid', 'invalid value'],
  TypeInvalid: ['FieldValueInvalid', 'invalid value'],
  TooLong: ['FieldValueInvalid', 'invalid value'],
  TooMany: ['FieldValueInvalid', 'invalid value'],
  Duplicate: ['FieldValueDuplicate', 'duplicate value'],
  NotSupported: ['FieldValueNotSupported', 'unsupported value'],
  Forbidden: ['FieldValueForbidden', 'forbidden'],
  NotFound: ['FieldValueNotFound', 'not found'],
}

/** The fields of 2014 for those of v1. */
const renamed: readonly (readonly [v1: RegExp, legacy: string])[] = [
  [/^metadata\./, ''],
  [/^spec\.template\.metadata\./, 'spec.template.'],
]

const renamedInService: readonly (readonly [v1: RegExp, legacy: string])[] = [
  [/^spec\.ports\[\d+\]\.targetPort$/, 'spec.containerPort'],
  [/^spec\.ports\[\d+\]\./, 'spec.'],
  [/^spec\.clusterIPs?(\[\d+\])?$/, 'spec.portalIP'],
  [/^spec\.externalIPs/, 'spec.publicIPs'],
]

const fieldOf = (field: string, name: string | undefined): string => {
  const rules = name === 'service' ? [...renamedInService, ...renamed] : renamed
  const [v1, legacy] = rules.find(([v1]) => v1.test(field)) ?? []
  return v1 ? field.replace(v1, legacy ?? '') : field
}

/** The zero value of a field that is missing: 2014 showed it. */
const zeroOf = (field: string): unknown => {
  if (/(?:[pP]ort|replicas)$/.test(field)) return 0
  return /(?:selector|labels)$/.test(field) ? {} : ''
}

/** A value as Go's `%v` shows it. */
const goValue = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`
  if (typeof value !== 'object' || value === null) return String(value ?? '<nil>')
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `map[${entries.map(([key, each]) => `${key}:${goValue(each)}`).join(' ')}]`
}

/** v1 explains how a value must look; 2014 did not. What else it tells is kept. */
const detailOf = ({ detail, supported, value }: FieldError): string | undefined => {
  if (supported?.length) return `supported values: ${supported.join(', ')}`
  if (!detail || /\bmust\b|may not change once set/.test(detail)) return undefined
  const ip = goValue(single(value))
  if (/IP is already allocated/.test(detail)) return `IP ${ip} is already allocated`
  const [, address, bits] = /The range of valid IPs is ([\d.]+)\/(\d+)$/.exec(detail) ?? []
  if (address) return `IP ${ip} does not fall within subnet {${address} ${maskOf(Number(bits))}}`
  return detail.replace(/^`selector` does not match template `labels`$/, 'selector does not match template')
}

/** `ffffff00` for 24 bits. */
const maskOf = (bits: number): string => (2 ** 32 - 2 ** (32 - bits)).toString(16).padStart(8, '0')

/** v1 has lists of addresses where 2014 had one. */
const single = (value: unknown): unknown => (Array.isArray(value) && value.length === 1 ? value[0] : value)

/** One cause of an Invalid error about a `name`, in the words of 2014: `spec.port: invalid value '0'`. */
export const fieldCause = (error: FieldError, name: string | undefined) => {
  const field = fieldOf(error.field, name)
  const [reason, words] = types[error.type]
  const given = error.value === undefined ? zeroOf(field) : single(error.value)
  const detail = detailOf(error)
  return { reason, message: `${field}: ${words} '${goValue(given)}'${detail ? `: ${detail}` : ''}`, field }
}
