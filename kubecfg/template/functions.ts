import { show, sprintf } from './format.ts'
import { TemplateError } from './tokens.ts'

/** Go's truth: zero values and what is empty are false. */
export const truth = (value: unknown): boolean => {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return Boolean(value)
}

const length = (value: unknown): number => {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (typeof value === 'object' && value !== null) return Object.keys(value).length
  throw new TemplateError(`len of ${show(value)}, which has none`)
}

const at = (value: unknown, key: unknown): unknown => {
  if (Array.isArray(value)) {
    const index = Number(key)
    if (Number.isInteger(index) && index >= 0 && index < value.length) return value[index]
    throw new TemplateError(`index ${show(key)} is out of range: the list has ${value.length} items`)
  }
  if (typeof value === 'object' && value !== null) return field(value, String(key))
  throw new TemplateError(`cannot take index ${show(key)} of ${show(value)}`)
}

/** A field of an object; undefined when it is missing, as in a Go map. */
export const field = (value: unknown, name: string): unknown => {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'object' && !Array.isArray(value)) {
    return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
  }
  throw new TemplateError(`cannot take field ${name} of ${show(value)}: it is no object`)
}

const compare = (a: unknown, b: unknown): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : Number(a > b)
  throw new TemplateError(`cannot compare ${show(a)} with ${show(b)}`)
}

const firstOrLast = (args: readonly unknown[], wanted: (value: unknown) => boolean): unknown => {
  const first = args.findIndex(wanted)
  return first < 0 ? args.at(-1) : args[first]
}

const print = (args: readonly unknown[]): string => args.map(show).join(' ')

interface TemplateFunction {
  /** The fewest arguments. */
  readonly least: number
  readonly call: (...args: unknown[]) => unknown
}

/** Go's built-in functions of templates, but for calls and escapes. */
export const functions: Readonly<Record<string, TemplateFunction>> = {
  printf: { least: 1, call: (format, ...args) => sprintf(String(format), args) },
  print: { least: 0, call: (...args) => print(args) },
  println: { least: 0, call: (...args) => `${print(args)}\n` },
  len: { least: 1, call: value => length(value) },
  index: { least: 1, call: (value, ...keys) => keys.reduce(at, value) },
  not: { least: 1, call: value => !truth(value) },
  and: { least: 1, call: (...args) => firstOrLast(args, value => !truth(value)) },
  or: { least: 1, call: (...args) => firstOrLast(args, truth) },
  eq: { least: 2, call: (value, ...others) => others.some(other => other === value) },
  ne: { least: 2, call: (a, b) => a !== b },
  lt: { least: 2, call: (a, b) => compare(a, b) < 0 },
  le: { least: 2, call: (a, b) => compare(a, b) <= 0 },
  gt: { least: 2, call: (a, b) => compare(a, b) > 0 },
  ge: { least: 2, call: (a, b) => compare(a, b) >= 0 },
}
