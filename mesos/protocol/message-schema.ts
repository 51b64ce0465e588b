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

/** `strict` for what we send: an unknown field or enum value is a mistake. `lenient` for what a newer Mesos sends. */
type Mode = 'strict' | 'lenient'

/** Answers the value in its JSON form; undefined leaves the field out. Throws Fault. */
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
      mode === 'lenient' && typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
    if (typeof number !== 'number' || !Number.isInteger(number) || number < min || number > max) {
      throw wrong(type, value)
    }
    return number
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
    if (mode === 'lenient' && value instanceof Uint8Array) return base64Of(value)
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
  // A number cannot hold the last bits beyond 2^53; the bounds are the nearest numbers to those of the type.
  int64: integer('int64', -(2 ** 63), 2 ** 63),
  uint64: integer('uint64', 0, 2 ** 64),
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
    if (typeof value === 'string' && Object.hasOwn(values, value)) return value
    if (mode === 'strict' || (typeof value !== 'string' && !Number.isInteger(value))) {
      throw wrong(name, value)
    }
    return names.get(Number(value)) ?? fallback ?? (required ? first : undefined)
  }
}

const repeated =
  (check: Check): Check =>
  (value, mode) => {
    if (!Array.isArray(value)) throw wrong('array', value)
    return value
      .map((item, index) => checkPart(check, item, mode, false, index))
      .filter(item => item !== undefined)
  }

const map =
  (check: Check): Check =>
  (value, mode) => {
    if (!isObject(value)) throw wrong('object', value)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, checkPart(check, item, mode, true, key)]),
    )
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
        if (mode === 'strict') throw new Fault(`.${name}: ${path.join('.')} has no such field`)
        continue
      }
      const conformed = checkPart(field.check, item, mode, field.required, name)
      if (conformed !== undefined) message[name] = conformed
    }
    const missing = required.find(name => message[name] === undefined)
    if (missing !== undefined) throw new Fault(`.${missing} is required`)
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
 * A copy of `value` in the JSON form of the message `type` (`mesos.v1.scheduler.Call`): known fields only, nothing
 * null. Throws MalformedMessage that names the first field at fault.
 */
export const conform = (type: string, value: unknown, mode: Mode): unknown => {
  try {
    return resolve(type, [])(value, mode, true)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    throw new MalformedMessage(`${type.split('.').at(-1)}${error.path}${error.message}`)
  }
}
