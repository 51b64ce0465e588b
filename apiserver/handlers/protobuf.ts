import protobuf from 'protobufjs/light.js'
import { readProtobufDescriptor } from '../../api/schema/protobuf.ts'

/** What every body begins with; a `runtime.Unknown` follows. */
const magic = Buffer.from('k8s\0')

const apimachinery = 'k8s.io.apimachinery.pkg'
const meta = `${apimachinery}.apis.meta.v1`
const apiextensions = 'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1'

/** Of the groups that are not in k8s.io.api. */
const packages: Readonly<Record<string, string>> = {
  'apiextensions.k8s.io/v1': apiextensions,
  'apiregistration.k8s.io/v1': 'k8s.io.kube_aggregator.pkg.apis.apiregistration.v1',
}

/** Made with the first such body: it takes memory, and most servers never see one. */
const root = (): protobuf.Root => {
  known ??= protobuf.Root.fromJSON(readProtobufDescriptor() as protobuf.INamespace)
  return known
}

let known: protobuf.Root | undefined

interface Unknown {
  readonly typeMeta?: { readonly apiVersion?: string; readonly kind?: string }
  readonly raw?: Uint8Array
  readonly contentEncoding?: string
}

/**
 * Reads a body of type `application/vnd.kubernetes.protobuf` into what the same object is in JSON. Throws an Error
 * that says what is wrong with it.
 */
export const readProtobuf = (body: Uint8Array): unknown => {
  if (magic.compare(body.subarray(0, magic.length)) !== 0) {
    throw new Error('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
  }
  const wrapped = root().lookupType(`${apimachinery}.runtime.Unknown`)
  const { typeMeta, raw, contentEncoding } = wrapped.decode(body.subarray(magic.length)) as unknown as Unknown
  const { apiVersion = '', kind = '' } = typeMeta ?? {}
  if (!kind) throw new Error("Object 'Kind' is missing")
  if (contentEncoding) throw new Error(`content encoding ${contentEncoding} is not known`)
  const type = typeOf(apiVersion, kind)
  if (!type) throw new Error(`no kind ${JSON.stringify(kind)} is registered for version ${apiVersion}`)
  return { kind, apiVersion, ...jsonOf(type, type.decode(raw ?? new Uint8Array())) }
}

/** Options are of meta.k8s.io, whatever version the client says they are of. */
const typeOf = (apiVersion: string, kind: string): protobuf.Type | undefined => {
  if (kind.endsWith('Options')) return lookUp(`${meta}.${kind}`)
  const elsewhere = packages[apiVersion]
  if (elsewhere) return lookUp(`${elsewhere}.${kind}`)
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion]
  return lookUp(`k8s.io.api.${group?.split('.', 1)[0]}.${version}.${kind}`)
}

const lookUp = (path: string): protobuf.Type | undefined => {
  const found = root().lookup(path)
  return found instanceof protobuf.Type ? found : undefined
}

type Fields = Readonly<Record<string, unknown>>

/** The form of a message in JSON, which for some is no object. */
const messageJson = (type: protobuf.Type, message: Fields): unknown => {
  const json = special[type.fullName]
  if (json) return json(message)
  const fields = jsonOf(type, message)
  const union = unions[type.fullName]
  return union ? (union.map(name => fields[name]).find(each => each !== undefined) ?? null) : fields
}

const jsonOf = (type: protobuf.Type, message: Fields): Record<string, unknown> => {
  const json: Record<string, unknown> = {}
  for (const field of type.fieldsArray) {
    // protobufjs has the defaults in the prototype: what was sent is the message's own.
    if (!Object.hasOwn(message, field.name)) continue
    const options = field.options ?? {}
    const value = fieldValue(field, message[field.name], options['(zero)'] === true)
    if (value === undefined) continue
    if (options['(inline)']) Object.assign(json, value)
    else json[typeof options['(json)'] === 'string' ? options['(json)'] : field.name] = value
  }
  return json
}

/** undefined for what is not set; an empty list or map cannot be told from none. */
const fieldValue = (field: protobuf.Field, value: unknown, zero: boolean): unknown => {
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
  return json === null || (isZero && !zero) ? undefined : json
}

const plain = ({ resolvedType, type }: protobuf.Field, value: unknown): unknown => {
  if (resolvedType instanceof protobuf.Type) return messageJson(resolvedType, value as Fields)
  if (type === 'bytes') return Buffer.from(value as Uint8Array).toString('base64')
  return type === 'int64' ? Number(value) : value
}

/** null for what is not set: Go sends an empty message then. */
const time = (message: Fields, digits: 0 | 6): string | null => {
  if (!Object.hasOwn(message, 'seconds')) return null
  const { seconds, nanos } = message
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, -'.000Z'.length)
  const fraction =
    digits &&
    `.${String(Number(nanos ?? 0))
      .padStart(9, '0')
      .slice(0, digits)}`
  return `${text}${fraction || ''}Z`
}

const jsonIn = (raw: unknown): unknown =>
  raw instanceof Uint8Array && raw.length > 0 ? JSON.parse(Buffer.from(raw).toString()) : null

const items = ({ items }: Fields): unknown => items ?? []

const special: Readonly<Record<string, (message: Fields) => unknown>> = {
  [`.${meta}.Time`]: message => time(message, 0),
  [`.${meta}.MicroTime`]: message => time(message, 6),
  [`.${meta}.FieldsV1`]: ({ Raw }) => jsonIn(Raw),
  [`.${apimachinery}.runtime.RawExtension`]: ({ raw }) => jsonIn(raw),
  [`.${apimachinery}.api.resource.Quantity`]: ({ string }) => string ?? '0',
  [`.${apimachinery}.util.intstr.IntOrString`]: ({ type, intVal, strVal }) =>
    Number(type ?? 0) === 0 ? (intVal ?? 0) : (strVal ?? ''),
  [`.${apiextensions}.JSON`]: ({ raw }) => jsonIn(raw),
  '.k8s.io.api.authentication.v1.ExtraValue': items,
  '.k8s.io.api.authorization.v1.ExtraValue': items,
  '.k8s.io.api.certificates.v1.ExtraValue': items,
}

/** Messages for which one of their fields stands in JSON: the first of these that is set. */
const unions: Readonly<Record<string, readonly string[]>> = {
  [`.${apiextensions}.JSONSchemaPropsOrArray`]: ['jSONSchemas', 'schema'],
  [`.${apiextensions}.JSONSchemaPropsOrBool`]: ['schema', 'allows'],
  [`.${apiextensions}.JSONSchemaPropsOrStringArray`]: ['property', 'schema'],
}
