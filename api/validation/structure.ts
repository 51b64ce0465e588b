import { badRequest } from '../errors.ts'
import type { Kind } from '../kind.ts'
import { apiVersionOf } from '../kind.ts'
import { parseQuantity } from '../quantity.ts'
import type { Draft, Resource } from '../resource.ts'

/** The JSON type of a field. Fields that are not described may hold anything. */
export type Type =
  | 'string'
  | 'integer'
  | 'boolean'
  | 'int-or-string'
  | 'quantity'
  | 'time'
  | Struct
  | { readonly list: Type }
  | { readonly map: Type }

/** An object with named fields. `name` is its Go type, which the messages of kube-apiserver show. */
export interface Struct {
  readonly name: string
  readonly fields: Readonly<Record<string, Type>>
}

export const struct = (name: string, fields: Readonly<Record<string, Type>>): Struct => ({ name, fields })
export const list = (of: Type): Type => ({ list: of })
export const map = (of: Type): Type => ({ map: of })

/** Anything may stand where a name belongs; String() would call a `toString` that the client has sent. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/**
 * Takes a request's body for an object of `kind`: checks the JSON type of every described field, drops nulls (they
 * mean "not given"), and fills in a missing kind and apiVersion. Changes `body` in place and answers it. Throws
 * BadRequest in the words of kube-apiserver.
 */
export const decode = <T extends Resource>(kind: Kind<T>, body: unknown): Draft<T> => {
  const fail = (name: string, why: string) =>
    badRequest(`${name} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${why}`)
  if (!isObject(body)) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind.kind}): it is no JSON object`,
    )
  }
  dropNulls(body)
  body.kind ??= kind.kind
  body.apiVersion ??= apiVersionOf(kind)
  if (body.kind !== kind.kind) {
    const name = `${kind.version}.${textOf(body.kind)}`
    const internal = `${kind.group.split('.', 1)[0] || 'core'}.${kind.kind}`
    throw fail(textOf(body.kind), `converting (${name}) to (${internal}): unknown conversion`)
  }
  if (body.apiVersion !== apiVersionOf(kind)) {
    throw badRequest(
      `the API version in the data (${textOf(body.apiVersion)}) does not match the expected API version (${apiVersionOf(kind)})`,
    )
  }
  const wrong = check(body, {
    name: `${kind.version}.${kind.kind}`,
    fields: { metadata, ...kind.structure?.fields },
  })
  if (wrong !== undefined) throw fail(kind.kind, wrong)
  body.metadata ??= {}
  // The one place where JSON becomes a typed object: its described fields have just been checked.
  return body as unknown as Draft<T>
}

/** What is wrong with the value: where in terms of Go types, then what; undefined when nothing is. */
const check = (value: unknown, type: Type): string | undefined => {
  if (value === undefined) return undefined
  if (typeof type === 'string') return scalar(value, type)
  if ('list' in type) {
    if (!Array.isArray(value)) return `decode slice: expect [ or n, but found ${first(value)}`
    return under(`[]${nameOf(type.list)}`, value, () => type.list)
  }
  if (!isObject(value)) {
    return 'map' in type
      ? `ReadMapCB: expect { or n, but found ${first(value)}`
      : `readObjectStart: expect { or n, but found ${first(value)}`
  }
  if ('map' in type) return under('', value, () => type.map)
  return under(
    '',
    value,
    key => (Object.hasOwn(type.fields, key) ? type.fields[key] : undefined),
    key => `${type.name}.${goName(key)}: `,
  )
}

const under = (
  prefix: string,
  value: object,
  typeOf: (key: string) => Type | undefined,
  label: (key: string) => string = () => '',
): string | undefined => {
  for (const [key, each] of Object.entries(value)) {
    const type = typeOf(key)
    const wrong = type && check(each, type)
    if (wrong !== undefined) return `${prefix ? `${prefix}: ` : ''}${label(key)}${wrong}`
  }
  return undefined
}

const scalar = (value: unknown, type: Extract<Type, string>): string | undefined => {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? undefined : `ReadString: expects " or n, but found ${first(value)}`
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : `readInt64: unexpected character: ${first(value)}`
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `ReadBool: expect t or f, but found ${first(value)}`
    case 'int-or-string':
      return typeof value === 'string' || Number.isSafeInteger(value)
        ? undefined
        : `fromInt or fromString: unexpected character: ${first(value)}`
    case 'quantity':
      return quantity(value)
    case 'time':
      if (typeof value !== 'string') return `ReadString: expects " or n, but found ${first(value)}`
      return Number.isNaN(Date.parse(value)) ? `parsing time ${JSON.stringify(value)} as RFC 3339` : undefined
  }
}

const quantity = (value: unknown): string | undefined => {
  if (typeof value !== 'string' && typeof value !== 'number') {
    return `unmarshalerDecoder: a quantity begins with ${first(value)}`
  }
  try {
    parseQuantity(String(value))
    return undefined
  } catch (error) {
    return `unmarshalerDecoder: ${error instanceof Error ? error.message : error}`
  }
}

/** The character that Go's decoder stumbles over. */
const first = (value: unknown): string => JSON.stringify(value).charAt(0)

const nameOf = (type: Type): string => {
  if (typeof type === 'string') return type
  if ('list' in type) return `[]${nameOf(type.list)}`
  return 'map' in type ? `map[string]${nameOf(type.map)}` : type.name
}

const initialisms = /^(?:tcp|http|api|uid|ip|id)(?=[A-Z]|$)/
const endings = /(?:Ip|Id|Url)$/

/** `hostIP` -> `HostIP`, `httpGet` -> `HTTPGet`: how Go names the field. */
const goName = (key: string): string => {
  const head = initialisms.test(key)
    ? key.replace(initialisms, each => each.toUpperCase())
    : key.charAt(0).toUpperCase() + key.slice(1)
  return head.replace(endings, each => each.toUpperCase())
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const dropNulls = (value: object): void => {
  for (const [key, each] of Object.entries(value)) {
    if (each === null && !Array.isArray(value)) delete (value as Record<string, unknown>)[key]
    else if (typeof each === 'object' && each !== null) dropNulls(each)
  }
}

const ownerReference = struct('v1.OwnerReference', {
  apiVersion: 'string',
  kind: 'string',
  name: 'string',
  uid: 'string',
  controller: 'boolean',
  blockOwnerDeletion: 'boolean',
})

export const metadata = struct('v1.ObjectMeta', {
  name: 'string',
  generateName: 'string',
  namespace: 'string',
  uid: 'string',
  resourceVersion: 'string',
  creationTimestamp: 'time',
  deletionTimestamp: 'time',
  labels: map('string'),
  annotations: map('string'),
  finalizers: list('string'),
  ownerReferences: list(ownerReference),
})
