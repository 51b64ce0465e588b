import { MalformedMessage } from './codec.ts'
import descriptor from './descriptor.json' with { type: 'json' }

interface DescriptorField {
  readonly type: string
  readonly rule?: string
  readonly keyType?: string
}

interface DescriptorNode {
  readonly nested?: Readonly<Record<string, DescriptorNode>>
  readonly fields?: Readonly<Record<string, DescriptorField>>
  readonly values?: Readonly<Record<string, number>>
}

/**
 * Where a value goes to or comes from. In what we send an unknown field or enum value is a mistake; in what a newer
 * Mesos sends it is left out. The protobuf side is the message object that protobufjs encodes and decodes: enums are
 * numbers, decoded bytes a Uint8Array, decoded 64-bit integers Long, and a list or map that was not sent is empty.
 */
type Mode = 'to-json' | 'from-json' | 'to-protobuf' | 'from-protobuf'

const isSent = (mode: Mode): boolean => mode === 'to-json' || mode === 'to-protobuf'

/** Answers the value in the form that `mode` asks for; undefined leaves the field out. Throws Fault. */
type Check = (value: unknown, mode: Mode, required: boolean) => unknown

interface FieldSchema {
  readonly required: boolean
  readonly check: Check
}

const root: DescriptorNode = descriptor as DescriptorNode

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 60)}...` : text
}

/** What is wrong, and where: the path grows while the fault comes up, so that sound messages pay for none. */
class Fault extends Error {
  path = ''
}

const wrong = (wanted: string, value: unknown): Fault =>
  new Fault(`: ${wanted} expected, not ${shown(value)}`)

/** Checks a part; `step` leads to it, as in `.name` and `[0]`. */
const checkPart = (check: Check, value: unknown, mode: Mode, required: boolean, step: string | number) => {
  try {
    return check(value, mode, required)
  } catch (error) {
    if (error instanceof Fault) {
      error.path = (typeof step === 'number' ? `[${step}]` : `.${step}`) + error.path
    }
    throw error
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const integer =
  (type: string, min: number, max: number): Check =>
  (value, mode) => {
    // Protobuf's JSON mapping writes 64-bit integers as strings; Mesos writes numbers.
    const number =
      mode === 'from-json' && typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
    if (typeof number !== 'number' || !Number.isInteger(number) || number < min || number > max) {
      throw wrong(type, value)
    }
    return number
  }

const isLong = (value: unknown): value is { readonly low: number; readonly high: number } =>
  isObject(value) && typeof value.low === 'number' && typeof value.high === 'number'

/**
 * A number cannot hold the last bits beyond 2^53: the bounds are the nearest numbers to those of the type. The upper
 * one is already too large for the wire and goes as `largest`, in decimal.
 */
const integer64 = (type: string, min: number, max: number, largest: string): Check => {
  const check = integer(type, min, max)
  return (value, mode, required) => {
    if (mode === 'from-protobuf' && isLong(value)) {
      return (min < 0 ? value.high : value.high >>> 0) * 2 ** 32 + (value.low >>> 0)
    }
    const number = check(value, mode, required)
    return mode === 'to-protobuf' && number === max ? largest : number
  }
}

/** Without backtracking: `data` may hold megabytes. */
const isBase64 = (text: string): boolean =>
  text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(text.replace(/={1,2}$/, ''))

const base64Of = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')

const scalars: Readonly<Record<string, Check>> = {
  string: value => {
    if (typeof value !== 'string') throw wrong('string', value)
    return value
  },
  bytes: (value, mode) => {
    if (mode === 'from-protobuf' && value instanceof Uint8Array) return base64Of(value)
    if (typeof value !== 'string' || !isBase64(value)) throw wrong('base64', value)
    return value
  },
  bool: value => {
    if (typeof value !== 'boolean') throw wrong('boolean', value)
    return value
  },
  double: value => {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong('finite number', value)
    return value
  },
  int32: integer('int32', -(2 ** 31), 2 ** 31 - 1),
  uint32: integer('uint32', 0, 2 ** 32 - 1),
  int64: integer64('int64', -(2 ** 63), 2 ** 63, '9223372036854775807'),
  uint64: integer64('uint64', 0, 2 ** 64, '18446744073709551615'),
}

/**
 * A value that a newer Mesos has added becomes UNKNOWN where the enum has it. Elsewhere the field is left out, as
 * proto2 reads it; a required one, which cannot be left out, gets the first value.
 */
const enumCheck = (name: string, values: Readonly<Record<string, number>>): Check => {
  const names = new Map(Object.entries(values).map(([key, number]) => [number, key]))
  const fallback = 'UNKNOWN' in values ? 'UNKNOWN' : undefined
  const first = Object.keys(values)[0]
  return (value, mode, required) => {
    if (typeof value === 'string' && Object.hasOwn(values, value)) {
      return mode === 'to-protobuf' ? values[value] : value
    }
    if (isSent(mode) || (typeof value !== 'string' && !Number.isInteger(value))) {
      throw wrong(name, value)
    }
    return names.get(Number(value)) ?? fallback ?? (required ? first : undefined)
  }
}

const repeated =
  (check: Check): Check =>
  (value, mode) => {
    if (!Array.isArray(value)) throw wrong('array', value)
    if (value.length === 0 && mode === 'from-protobuf') return undefined
    const items: unknown[] = []
    for (let index = 0; index < value.length; index++) {
      const item = checkPart(check, value[index], mode, false, index)
      if (item !== undefined) items.push(item)
    }
    return items
  }

const map =
  (check: Check): Check =>
  (value, mode) => {
    if (!isObject(value)) throw wrong('object', value)
    const entries = Object.entries(value)
    if (entries.length === 0 && mode === 'from-protobuf') return undefined
    return Object.fromEntries(entries.map(([key, item]) => [key, checkPart(check, item, mode, true, key)]))
  }

const messageCheck = (node: DescriptorNode, path: readonly string[]): Check => {
  let fields: ReadonlyMap<string, FieldSchema> | undefined
  let required: readonly string[] = []
  return (value, mode) => {
    if (!isObject(value)) throw wrong('object', value)
    if (!fields) {
      // Compiled at the first use: types refer to themselves, and most are never used.
      fields = compileFields(node, path)
      required = [...fields].filter(([, field]) => field.required).map(([name]) => name)
    }
    const message: Record<string, unknown> = {}
    for (const name of Object.keys(value)) {
      const item = value[name]
      if (item === undefined || item === null) continue
      const field = fields.get(name)
      if (!field) {
        if (isSent(mode)) throw new Fault(`.${name}: ${path.join('.')} has no such field`)
        continue
      }
      const conformed = checkPart(field.check, item, mode, field.required, name)
      if (conformed !== undefined) message[name] = conformed
    }
    for (const name of required) {
      if (message[name] === undefined) throw new Fault(`.${name} is required`)
    }
    return message
  }
}

const compileFields = (node: DescriptorNode, path: readonly string[]): ReadonlyMap<string, FieldSchema> =>
  new Map(
    Object.entries(node.fields ?? {}).map(([name, field]) => {
      const check = scalars[field.type] ?? resolve(field.type, path)
      if (field.keyType) return [name, { required: false, check: map(check) }]
      if (field.rule === 'repeated') return [name, { required: false, check: repeated(check) }]
      return [name, { required: field.rule === 'required', check }]
    }),
  )

const checks = new Map<string, Check>()

const checkOf = (path: readonly string[]): Check | undefined => {
  const name = path.join('.')
  const known = checks.get(name)
  if (known) return known
  const node = path.reduce<DescriptorNode | undefined>((at, part) => at?.nested?.[part], root)
  if (!node || !(node.fields || node.values)) return undefined
  const check = node.values ? enumCheck(name, node.values) : messageCheck(node, path)
  checks.set(name, check)
  return check
}

/** Protobuf's scoping: a name is looked for in the innermost scope first, then outwards. */
const resolve = (type: string, scope: readonly string[]): Check => {
  for (let depth = scope.length; depth >= 0; depth--) {
    const found = checkOf([...scope.slice(0, depth), ...type.replace(/^\./, '').split('.')])
    if (found) return found
  }
  throw new Error(`unknown type ${type} in ${scope.join('.')}`)
}

/**
 * A copy of `value`, a message of `type` (`mesos.v1.scheduler.Call`): known fields only, nothing null. Its form is
 * JSON's unless it goes to protobuf. Throws MalformedMessage that names the first field at fault.
 */
export const conform = (type: string, value: unknown, mode: Mode): unknown => {
  try {
    return resolve(type, [])(value, mode, true)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    throw new MalformedMessage(`${type.split('.').at(-1)}${error.path}${error.message}`)
  }
}
