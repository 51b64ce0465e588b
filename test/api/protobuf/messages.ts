import fc from 'fast-check'
import protobuf from 'protobufjs/light.js'
import { readProtobufDescriptor } from '../../../api/schema/protobuf.ts'

export const root = protobuf.Root.fromJSON(readProtobufDescriptor() as protobuf.INamespace)
root.resolveAll()

/** The same value as protobuf has it and as JSON does; undefined is not there at all. */
interface Both {
  readonly message: unknown
  readonly json: unknown
}

type Fields = Record<string, unknown>

const same = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<Both> =>
  arbitrary.map(value => ({ message: value, json: value }))

const seconds = fc.integer({ min: -1_000_000_000, max: 4_000_000_000 })

const timeText = (at: number): string => new Date(at * 1000).toISOString().slice(0, -'.000Z'.length)

const plain = { noNullPrototype: true }

const raw = (name: string) =>
  fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom(1, 'x', true), plain).map(json => ({
    message: { [name]: Buffer.from(JSON.stringify(json)) },
    json,
  }))

const meta = '.k8s.io.apimachinery.pkg.apis.meta.v1'
const extensions = '.k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1'

/** Types whose JSON is not that of their fields. */
const special: Readonly<Record<string, fc.Arbitrary<Both>>> = {
  [`${meta}.Time`]: seconds.map(at => ({ message: { seconds: at, nanos: 5 }, json: `${timeText(at)}Z` })),
  [`${meta}.MicroTime`]: fc.tuple(seconds, fc.nat(999_999)).map(([at, micros]) => ({
    message: { seconds: at, nanos: micros * 1000 },
    json: `${timeText(at)}.${String(micros).padStart(6, '0')}Z`,
  })),
  [`${meta}.FieldsV1`]: raw('Raw'),
  '.k8s.io.apimachinery.pkg.runtime.RawExtension': raw('raw'),
  '.k8s.io.apimachinery.pkg.api.resource.Quantity': fc
    .constantFrom('1', '500m', '2Gi')
    .map(json => ({ message: { string: json }, json })),
  '.k8s.io.apimachinery.pkg.util.intstr.IntOrString': fc.oneof(
    fc
      .integer({ min: 1, max: 65535 })
      .map(json => ({ message: { type: 0, intVal: json, strVal: '' }, json })),
    fc.constantFrom('web', '50%').map(json => ({ message: { type: 1, intVal: 0, strVal: json }, json })),
  ),
  [`${extensions}.JSON`]: raw('raw'),
  [`${extensions}.JSONSchemaPropsOrBool`]: fc.boolean().map(json => ({ message: { allows: json }, json })),
}

/** Left out: their JSON is a list, or one of several. */
const left = /ExtraValue$|JSONSchemaPropsOr(Array|StringArray)$/

const scalar = (type: string): fc.Arbitrary<Both> | undefined => {
  switch (type) {
    case 'string':
      return same(fc.constantFrom('', 'a', 'ü€', '__proto__'))
    case 'bool':
      return same(fc.boolean())
    case 'int32':
    case 'int64':
    case 'uint32':
      return same(fc.constantFrom(0, 1, 2_147_483_647))
    case 'double':
      return same(fc.constantFrom(0, 0.5, 1e9))
    case 'bytes':
      return fc
        .uint8Array({ minLength: 1, maxLength: 9 })
        .map(bytes => ({ message: bytes, json: Buffer.from(bytes).toString('base64') }))
    default:
      return undefined
  }
}

const fieldValueOf = (field: protobuf.Field, depth: number): fc.Arbitrary<Both> | undefined => {
  const simple = scalar(field.type)
  if (simple) return simple
  const { resolvedType } = field
  if (!(resolvedType instanceof protobuf.Type) || left.test(resolvedType.fullName)) return undefined
  return special[resolvedType.fullName] ?? (depth > 0 ? messageOf(resolvedType, depth - 1) : undefined)
}

const isZero = (json: unknown): boolean => json === '' || json === 0 || json === false

/** A field as it is sent, and what of it there is in JSON: Go sends the zeros of what is not set. */
const fieldOf = (field: protobuf.Field, depth: number): fc.Arbitrary<Both> | undefined => {
  const value = fieldValueOf(field, depth)
  if (!value) return undefined
  if (field.repeated) {
    return fc.array(value, { maxLength: 2 }).map(all => ({
      message: all.map(({ message }) => message),
      json: all.length > 0 ? all.map(({ json }) => json) : undefined,
    }))
  }
  if (field.map) {
    return fc.dictionary(fc.constantFrom('a', 'b/c'), value, { maxKeys: 2, ...plain }).map(all => ({
      message: Object.fromEntries(Object.entries(all).map(([key, { message }]) => [key, message])),
      json:
        Object.keys(all).length > 0
          ? Object.fromEntries(Object.entries(all).map(([key, { json }]) => [key, json]))
          : undefined,
    }))
  }
  const kept = field.options?.['(zero)'] === true
  return value.map(({ message, json }) => ({ message, json: isZero(json) && !kept ? undefined : json }))
}

/** A message of a type, with some of its fields, nested `depth` times. */
export const messageOf = (type: protobuf.Type, depth: number): fc.Arbitrary<Both> => {
  const fields = type.fieldsArray.flatMap(field => {
    const arbitrary = fieldOf(field, depth)
    return arbitrary ? [{ field, arbitrary }] : []
  })
  const chosen = fc.tuple(...fields.map(({ arbitrary }) => fc.option(arbitrary, { nil: undefined, freq: 2 })))
  return chosen.map(values => {
    const message: Fields = {}
    const json: Fields = {}
    for (const [i, both] of values.entries()) {
      const field = fields[i]?.field
      if (!both || !field) continue
      message[field.name] = both.message
      if (both.json === undefined) continue
      const { '(inline)': inline, '(json)': name = field.name } = field.options ?? {}
      if (inline) Object.assign(json, both.json)
      else json[name] = both.json
    }
    return { message, json }
  })
}

/** What client-go would send. `message` is in terms of protobuf. */
export const encode = (apiVersion: string, kind: string, type: string, message: object): Buffer => {
  const lookedUp = root.lookupType(type)
  const raw = lookedUp.encode(lookedUp.fromObject(message)).finish()
  const wrapper = root.lookupType('k8s.io.apimachinery.pkg.runtime.Unknown')
  const wrapped = wrapper.encode(wrapper.fromObject({ typeMeta: { apiVersion, kind }, raw })).finish()
  return Buffer.concat([Buffer.from('k8s\0'), wrapped])
}

const kinds = [
  ['v1', 'Pod', 'k8s.io.api.core.v1.Pod'],
  ['v1', 'Node', 'k8s.io.api.core.v1.Node'],
  ['v1', 'Secret', 'k8s.io.api.core.v1.Secret'],
  ['v1', 'Service', 'k8s.io.api.core.v1.Service'],
  ['apps/v1', 'StatefulSet', 'k8s.io.api.apps.v1.StatefulSet'],
  ['batch/v1', 'CronJob', 'k8s.io.api.batch.v1.CronJob'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler', 'k8s.io.api.autoscaling.v2.HorizontalPodAutoscaler'],
  ['coordination.k8s.io/v1', 'Lease', 'k8s.io.api.coordination.v1.Lease'],
  ['networking.k8s.io/v1', 'Ingress', 'k8s.io.api.networking.v1.Ingress'],
  [
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
  ],
] as const

/** An object of one of several kinds: its JSON, and what client-go would send. */
export const someObject = fc.constantFrom(...kinds).chain(([apiVersion, kind, type]) =>
  messageOf(root.lookupType(type), 4).map(both => ({
    json: { kind, apiVersion, ...(both.json as object) },
    bytes: encode(apiVersion, kind, type, both.message as object),
  })),
)
