import protobuf from 'protobufjs/light.js'
import { type Fields, specialTypes, unions } from './special-types.ts'
import { isInline, jsonNameOf, magic, typeOf, unknownType, watchEventType } from './types.ts'

/** An object of the API, with whatever else it has. */
interface ApiObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata?: object
}

/**
 * Writes an object of JSON as `application/vnd.kubernetes.protobuf`, from which Go reads the same. What is not set is
 * left out, where Go writes the zeros of fields that are no pointers: to a reader they are the same.
 */
export const writeProtobuf = (object: ApiObject): Buffer => wrap(object, encodeMessage(object))

/** The message of an object alone: what it is in a list. Throws a TypeError for a kind that protobuf has not. */
export const encodeMessage = (object: ApiObject): Uint8Array => {
  const { apiVersion = 'v1', kind = '' } = object
  const type = typeOf(apiVersion, kind)
  if (!type) throw new TypeError(`there is no ${kind} of ${apiVersion} in protobuf`)
  return type.encode(messageOf(type, { ...object })).finish()
}

/** Puts an object around its message. */
export const wrap = ({ apiVersion = 'v1', kind = '' }: ApiObject, raw: Uint8Array): Buffer =>
  Buffer.concat([magic, unknownType().encode({ typeMeta: { apiVersion, kind }, raw }).finish()])

/** A list of messages that are encoded already; `list` has all of it but the items. */
export const writeProtobufList = (list: ApiObject, items: readonly Uint8Array[]): Buffer => {
  const { apiVersion = 'v1', kind = '' } = list
  const id = typeOf(apiVersion, kind)?.fields.items?.id
  if (id === undefined) throw new TypeError(`there is no ${kind} of ${apiVersion} in protobuf`)
  const writer = protobuf.Writer.create()
  for (const item of items) writer.uint32((id << 3) | lengthDelimited).bytes(item)
  // The fields of a message may come in any piece of it.
  return wrap(list, Buffer.concat([encodeMessage(list), writer.finish()]))
}

/** The wire type of messages. */
const lengthDelimited = 2

/** A `WatchEvent` of an object that is written already. It is not wrapped itself. */
export const encodeWatchEvent = (type: string, object: Uint8Array): Uint8Array =>
  watchEventType()
    .encode({ type, object: { raw: object } })
    .finish()

/** How the fields of a message are found in JSON. */
interface Plan {
  readonly fields: ReadonlyMap<string, { readonly name: string; write(json: unknown): unknown }>
  readonly inlined: readonly { readonly name: string; readonly type: protobuf.Type }[]
}

const plans = new WeakMap<protobuf.Type, Plan>()

const planOf = (type: protobuf.Type): Plan => {
  const known = plans.get(type)
  if (known) return known
  const inlined = type.fieldsArray.flatMap(field => {
    const { name, resolvedType } = field
    return isInline(field) && resolvedType instanceof protobuf.Type ? [{ name, type: resolvedType }] : []
  })
  const named = type.fieldsArray
    .filter(field => !isInline(field))
    .map(field => [jsonNameOf(field), { name: field.name, write: writerOf(field) }] as const)
  const plan = { fields: new Map(named), inlined }
  plans.set(type, plan)
  return plan
}

/** What protobufjs encodes for an object of JSON. A field that the message has not is left out, and so is null. */
const messageOf = (type: protobuf.Type, json: Fields): Fields => {
  const { fields, inlined } = planOf(type)
  const message: Record<string, unknown> = {}
  for (const name of Object.keys(json)) {
    const field = fields.get(name)
    const value = json[name]
    if (field && value !== null && value !== undefined) message[field.name] = field.write(value)
  }
  for (const { name, type } of inlined) message[name] = messageOf(type, json)
  return message
}

const writerOf = (field: protobuf.Field): ((json: unknown) => unknown) => {
  const write = plainWriterOf(field)
  if (!write) return json => json
  if (field.repeated) return json => (json as readonly unknown[]).map(write)
  if (field.map) {
    return json =>
      Object.fromEntries(Object.entries(json as Fields).map(([key, each]) => [key, write(each)] as const))
  }
  return write
}

/** undefined for what is the same in both. */
const plainWriterOf = ({ resolvedType, type }: protobuf.Field): ((json: unknown) => unknown) | undefined => {
  if (type === 'bytes') return json => Buffer.from(String(json), 'base64')
  if (!(resolvedType instanceof protobuf.Type)) return undefined
  const { fullName } = resolvedType
  const special = specialTypes[fullName]
  if (special) return special.write
  const union = unions[fullName]
  return union
    ? json => messageOf(resolvedType, union.fieldsOf(json))
    : json => messageOf(resolvedType, json as Fields)
}
