/**
 * The schema of a custom resource's objects, as a CustomResourceDefinition holds it (`openAPIV3Schema`). It is
 * structural: every place has one type, so that pruning and defaulting know where they are without trying.
 */
export interface Structural {
  readonly type?: string
  readonly format?: string
  readonly description?: string
  readonly nullable?: boolean
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Structural>>
  readonly additionalProperties?: Structural | boolean
  readonly required?: readonly string[]
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly items?: Structural
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: boolean
  readonly exclusiveMaximum?: boolean
  readonly multipleOf?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly allOf?: readonly Structural[]
  readonly anyOf?: readonly Structural[]
  readonly oneOf?: readonly Structural[]
  readonly not?: Structural
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-embedded-resource'?: boolean
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map'
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular'
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[]
}

/** What values of a schema have to fulfil, in CEL: `self` is the value, `oldSelf` the one that it replaces. */
export interface ValidationRule {
  readonly rule: string
  readonly message?: string
  /** Gives the message, in CEL. */
  readonly messageExpression?: string
  readonly reason?: string
  /** Which field is told to be at fault, seen from the schema: `.spec.size`. */
  readonly fieldPath?: string
  /** A rule with `oldSelf` is asked of new objects, too; `oldSelf` is optional then. */
  readonly optionalOldSelf?: boolean
}

export type Fields = Record<string, unknown>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The schema of a member that has no name of its own; undefined when there can be none. */
export const othersOf = ({ additionalProperties }: Structural): Structural | undefined =>
  typeof additionalProperties === 'boolean'
    ? additionalProperties
      ? anything
      : undefined
    : additionalProperties

/** Takes any value; what objects in it may have, it does not say, so they keep nothing. */
const anything: Structural = {}

/** The schema of a member; undefined for one that the object does not have. */
export const memberOf = (schema: Structural, key: string): Structural | undefined =>
  schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : othersOf(schema)

/** `spec.list` and `spec`, `items` -> `spec.items`; '' is the object itself. */
export const childPath = (path: string, key: string): string => (path ? `${path}.${key}` : key)
