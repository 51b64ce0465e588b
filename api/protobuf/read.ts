import protobuf from 'protobufjs/light.js'
import { type Fields, specialTypes, unions } from './special-types.ts'
import { isInline, jsonNameOf, keepsZero, magic, typeOf, unknownType } from './types.ts'

interface Unknown {
  readonly typeMeta?: { readonly apiVersion?: string; readonly kind?: string }
  readonly raw?: Uint8Array
  readonly contentEncoding?: string
}

/**
 * Reads an object of type `application/vnd.kubernetes.protobuf` into what it is in JSON. Throws an Error that says what
 * is wrong with it.
 */
export const readProtobuf = (body: Uint8Array): unknown => {
  if (magic.compare(body.subarray(0, magic.length)) !== 0) {
    throw new Error('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
  }
  const wrapped: protobuf.Message & Unknown = unknownType().decode(body.subarray(magic.length))
  const { typeMeta, raw, contentEncoding } = wrapped
  const { apiVersion = '', kind = '' } = typeMeta ?? {}
  if (!kind) throw new Error("Object 'Kind' is missing")
  if (contentEncoding) throw new Error(`content encoding ${contentEncoding} is not known`)
  const type = typeOf(apiVersion, kind)
  if (!type) throw new Error(`no kind ${JSON.stringify(kind)} is registered for version ${apiVersion}`)
  return { kind, apiVersion, ...jsonOf(type, type.decode(raw ?? new Uint8Array())) }
}

/** The form of a message in JSON, which for some is no object. */
const messageJson = (type: protobuf.Type, message: Fields): unknown => {
  const special = specialTypes[type.fullName]
  if (special) return special.read(message)
  const fields = jsonOf(type, message)
  const union = unions[type.fullName]
  return union ? (union.order.map(name => fields[name]).find(each => each !== undefined) ?? null) : fields
}

const jsonOf = (type: protobuf.Type, message: Fields): Record<string, unknown> => {
  const json: Record<string, unknown> = {}
  for (const field of type.fieldsArray) {
    // protobufjs has the defaults in the prototype: what was sent is the message's own.
    if (!Object.hasOwn(message, field.name)) continue
    const value = fieldValue(field, message[field.name])
    if (value === undefined) continue
    if (isInline(field)) Object.assign(json, value)
    else json[jsonNameOf(field)] = value
  }
  return json
}

/** undefined for what is not set; an empty list or map cannot be told from none. */
const fieldValue = (field: protobuf.Field, value: unknown): unknown => {
  if (field.repeated) {
    const list = value as readonly unknown[]
    return list.length > 0 ? list.map(each => plain(field, each)) : undefined
  }
  if (field.map) {
    const entries = Object.entries(value as Fields)
    return entries.length > 0
      ? Object.fromEntries(entries.map(([key, each]) => [key, plain(field, each)] as const))
      : undefined
  }
  const json = plain(field, value)
  // Go sends the zero of fields that are not set.
  const isZero = json === '' || json === 0 || json === false
  return json === null || (isZero && !keepsZero(field)) ? undefined : json
}

const plain = ({ resolvedType, type }: protobuf.Field, value: unknown): unknown => {
  if (resolvedType instanceof protobuf.Type) return messageJson(resolvedType, value as Fields)
  if (type === 'bytes') return Buffer.from(value as Uint8Array).toString('base64')
  return type === 'int64' ? Number(value) : value
}
