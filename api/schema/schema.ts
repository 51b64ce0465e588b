import { readFileSync } from 'node:fs'
import type { Kind } from '../kind.ts'
import { omittedZeros } from './omitted-zeros.ts'

/**
 * The type of a JSON value, as Kubernetes' OpenAPI documents describe it. References are followed already: the types
 * of a kind are a graph, which has cycles, and every use of a type is the same object (but where the use itself says
 * something: those are copies). So a WeakMap by Schema holds what is derived from one.
 */
export interface Schema {
  /** The definition's full name, `io.k8s.api.core.v1.PodSpec`; inline types have none. */
  readonly definition?: string
  /** Left out where anything may stand. */
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'
  /** Strings: `date-time`, `byte` (base64), `int-or-string`, `quantity`. Numbers: `int32`, `int64`, `double`. */
  readonly format?: string
  /** Named fields of an object. */
  readonly properties?: Readonly<Record<string, Schema>>
  /** What every member of a map is. */
  readonly additionalProperties?: Schema
  /** What every item of an array is. */
  readonly items?: Schema
  readonly required?: readonly string[]
  /** Fields of which Go writes no zero value: it says as little as none. */
  readonly omitted?: ReadonlySet<string>
  readonly enum?: readonly unknown[]
  /** Strategic merge patch: the field that tells items apart. */
  readonly 'x-kubernetes-patch-merge-key'?: string
  /** Strategic merge patch: `merge`, `replace`, `retainKeys`, `merge,retainKeys`. */
  readonly 'x-kubernetes-patch-strategy'?: string
  /** Server-side apply: how the items of an array are owned. */
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map'
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular'
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-embedded-resource'?: boolean
  readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[]
}

type GroupVersionKind = Pick<Kind, 'group' | 'version' | 'kind' | 'custom'>

type Mutable = { -readonly [K in keyof Schema]: Schema[K] } & { $ref?: string }

/**
 * The definitions as Kubernetes publishes them (`definitions` of its OpenAPI v2 document, without prose), with their
 * `$ref`s. Read anew by each call: keep what you need of it. The file lies beside the program, see bin/build.mjs.
 */
export const readDefinitions = (): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL('schema.json', import.meta.url), 'utf8'))

/** The type of a kind's objects, status and metadata included; undefined for kinds that nothing is known of. */
export const schemaOf = (kind: GroupVersionKind): Schema | undefined => {
  if (kind.custom) return kind.custom.schema
  // Parsed with the first object that somebody writes: a program that only reads shall not wait for it.
  schemas ??= link(readDefinitions() as Record<string, Mutable>)
  return schemas.get(nameOf(kind))
}

let schemas: ReadonlyMap<string, Schema> | undefined

const nameOf = ({ group, version, kind }: GroupVersionKind): string => `${group}/${version}/${kind}`

const prefix = '#/definitions/'

/** What the published definitions leave to prose. */
const special: Readonly<Record<string, Schema>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { format: 'quantity' },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { 'x-kubernetes-int-or-string': true },
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': { 'x-kubernetes-preserve-unknown-fields': true },
  'io.k8s.apimachinery.pkg.runtime.RawExtension': { 'x-kubernetes-preserve-unknown-fields': true },
}

/** Puts what the references name in their places, and finds the kinds. */
const link = (definitions: Record<string, Mutable>): ReadonlyMap<string, Schema> => {
  const follow = (schema: Mutable): Schema => {
    const { $ref, ...own } = schema
    if ($ref === undefined) return within(schema)
    const target = definitions[$ref.slice(prefix.length)]
    if (!target) throw new TypeError(`nothing is defined as ${$ref}`)
    return Object.keys(own).length === 0 ? target : { ...within(target), ...own }
  }

  const within = (schema: Mutable): Schema => {
    if (seen.has(schema)) return schema
    seen.add(schema)
    const { properties, items, additionalProperties } = schema
    if (items) schema.items = follow(items)
    if (additionalProperties) schema.additionalProperties = follow(additionalProperties)
    if (properties) {
      const followed = Object.entries(properties).map(([name, each]) => [name, follow(each)] as const)
      schema.properties = Object.fromEntries(followed)
    }
    return schema
  }

  const seen = new Set<Schema>()
  const kinds = new Map<string, Schema>()
  const omittedIn = omittedZeros()
  for (const [definition, schema] of Object.entries(definitions)) {
    Object.assign(schema, { definition, omitted: omittedIn(definition, schema) }, special[definition])
  }
  for (const schema of Object.values(definitions)) {
    within(schema)
    for (const kind of schema['x-kubernetes-group-version-kind'] ?? []) kinds.set(nameOf(kind), schema)
  }
  return kinds
}
