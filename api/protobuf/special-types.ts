import { apiextensions, apimachinery, meta } from './types.ts'

export type Fields = Readonly<Record<string, unknown>>

/** A message whose JSON is not that of its fields. */
export interface SpecialType {
  /** null for what is not set. */
  read(message: Fields): unknown
  write(json: unknown): Fields
}

/** With `digits` of a second's fraction, as Go writes it in JSON. Go sends an empty message for the zero time. */
const time = (digits: 0 | 6): SpecialType => ({
  read(message) {
    if (!Object.hasOwn(message, 'seconds')) return null
    const { seconds, nanos } = message
    const text = new Date(Number(seconds) * 1000).toISOString().slice(0, -'.000Z'.length)
    const fraction = String(Number(nanos ?? 0))
      .padStart(9, '0')
      .slice(0, digits)
    return `${text}${fraction && `.${fraction}`}Z`
  },

  write(json) {
    const text = String(json)
    const [, fraction = ''] = /\.(\d+)/.exec(text) ?? []
    const nanos = Number(fraction.slice(0, digits).padEnd(9, '0'))
    return { seconds: Math.floor(Date.parse(text) / 1000), nanos }
  },
})

/** JSON as it is, in a field of bytes. */
const jsonIn = (field: string): SpecialType => ({
  read({ [field]: raw }) {
    return raw instanceof Uint8Array && raw.length > 0 ? JSON.parse(Buffer.from(raw).toString()) : null
  },
  write: json => ({ [field]: Buffer.from(JSON.stringify(json)) }),
})

/** A list that has a name in protobuf, for there a map holds no lists. */
const list: SpecialType = {
  read: ({ items }) => items ?? [],
  write: items => ({ items }),
}

const quantity: SpecialType = {
  read: ({ string }) => string ?? '0',
  write: json => ({ string: String(json) }),
}

const intOrString: SpecialType = {
  read: ({ type, intVal, strVal }) => (Number(type ?? 0) === 0 ? (intVal ?? 0) : (strVal ?? '')),
  write: json => (typeof json === 'number' ? { type: 0, intVal: json } : { type: 1, strVal: json }),
}

export const specialTypes: Readonly<Record<string, SpecialType>> = {
  [`.${meta}.Time`]: time(0),
  [`.${meta}.MicroTime`]: time(6),
  [`.${meta}.FieldsV1`]: jsonIn('Raw'),
  [`.${meta}.Verbs`]: list,
  [`.${apimachinery}.runtime.RawExtension`]: jsonIn('raw'),
  [`.${apimachinery}.api.resource.Quantity`]: quantity,
  [`.${apimachinery}.util.intstr.IntOrString`]: intOrString,
  [`.${apiextensions}.JSON`]: jsonIn('raw'),
  '.k8s.io.api.authentication.v1.ExtraValue': list,
  '.k8s.io.api.authorization.v1.ExtraValue': list,
  '.k8s.io.api.certificates.v1.ExtraValue': list,
}

/** A message for which one of its fields stands in JSON. */
export interface Union {
  /** The first of these that is set. */
  readonly order: readonly string[]
  /** The fields that say the same as the value. */
  fieldsOf(json: unknown): Fields
}

export const unions: Readonly<Record<string, Union>> = {
  [`.${apiextensions}.JSONSchemaPropsOrArray`]: {
    order: ['jSONSchemas', 'schema'],
    fieldsOf: json => (Array.isArray(json) ? { jSONSchemas: json } : { schema: json }),
  },
  [`.${apiextensions}.JSONSchemaPropsOrBool`]: {
    order: ['schema', 'allows'],
    fieldsOf: json => (typeof json === 'boolean' ? { allows: json } : { allows: true, schema: json }),
  },
  [`.${apiextensions}.JSONSchemaPropsOrStringArray`]: {
    order: ['property', 'schema'],
    fieldsOf: json => (Array.isArray(json) ? { property: json } : { schema: json }),
  },
}
