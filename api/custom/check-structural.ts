import { forbiddenField, invalidValue, required } from '../field-error.ts'
import type { Errors } from '../validation/values.ts'
import { checkListType } from './check-list-type.ts'
import { regexOf } from './pattern.ts'
import { pruneResource } from './prune.ts'
import type { Structural } from './structural.ts'
import { checkValue } from './validate.ts'

const none: Errors = []

/** What a schema of a custom resource may not say, and why. */
const refused: Readonly<Record<string, string>> = {
  $ref: '$ref is not supported',
  additionalItems: 'additionalItems is not supported',
  definitions: 'definitions is not supported',
  dependencies: 'dependencies are not supported',
  id: 'id is not supported',
  patternProperties: 'patternProperties is not supported',
}

/** Where in the schema, and so what it is for. */
type Place = 'root' | 'field' | 'item' | 'value'

const typeless: Readonly<Record<Exclude<Place, 'value'>, string>> = {
  root: 'must not be empty at the root',
  field: 'must not be empty for specified object fields',
  item: 'must not be empty for specified array items',
}

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string']

/** What is wrong with the schema of a custom resource; `field` is where it stands. */
export const checkStructural = (field: string, schema: Structural): Errors => check(field, schema, 'root')

const check = (field: string, schema: Structural, place: Place): Errors => [
  ...checkType(field, schema, place),
  ...checkIntOrString(field, schema),
  ...Object.entries(refused).flatMap(([key, why]) =>
    (schema as Readonly<Record<string, unknown>>)[key] === undefined
      ? none
      : [forbiddenField(`${field}.${key}`, why)],
  ),
  ...((schema as { uniqueItems?: boolean }).uniqueItems
    ? [
        forbiddenField(
          `${field}.uniqueItems`,
          'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
        ),
      ]
    : none),
  ...(schema.pattern && !regexOf(schema.pattern)
    ? [invalidValue(`${field}.pattern`, schema.pattern, 'must be a valid regular expression, but isn’t')]
    : none),
  ...checkListType(field, schema),
  ...checkMembers(field, schema, place),
  ...checkDefault(field, schema, place),
  ...checkValueRules(field, schema),
]

const checkType = (field: string, schema: Structural, place: Place): Errors => {
  const { type } = schema
  // Rules about values say nothing of structure.
  if (place === 'value')
    return type ? [forbiddenField(`${field}.type`, 'must be empty to be structural')] : none
  const free = schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields']
  if (!type) return free && place !== 'root' ? none : [required(`${field}.type`, typeless[place])]
  if (place === 'root' && type !== 'object')
    return [invalidValue(`${field}.type`, type, 'must be object at the root')]
  if (!types.includes(type)) {
    return [invalidValue(`${field}.type`, type, `must be one of ${types.join(', ')}`)]
  }
  return none
}

const checkIntOrString = (field: string, schema: Structural): Errors =>
  schema['x-kubernetes-int-or-string']
    ? (['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const).flatMap(other =>
        schema[other]
          ? [invalidValue(`${field}.${other}`, true, 'must be false if x-kubernetes-int-or-string is true')]
          : none,
      )
    : none

const checkMembers = (field: string, schema: Structural, place: Place): Errors => {
  const { type, properties, additionalProperties, items } = schema
  const inner = place === 'value' ? 'value' : undefined
  const structural = place !== 'value'
  const anyField = Object.keys(properties ?? {}).length > 0
  return [
    ...(structural && additionalProperties === false
      ? [forbiddenField(`${field}.additionalProperties`, 'additionalProperties cannot be set to false')]
      : none),
    ...(place === 'root' && additionalProperties !== undefined
      ? [forbiddenField(`${field}.additionalProperties`, 'must not be used at the root')]
      : none),
    // What has fields may have more, but nothing is said of those.
    ...(structural && anyField && additionalProperties !== undefined && additionalProperties !== true
      ? [
          forbiddenField(
            `${field}.additionalProperties`,
            'additionalProperties and properties are mutual exclusive',
          ),
        ]
      : none),
    ...(structural && type === 'array' && !items ? [required(`${field}.items`, 'must be specified')] : none),
    ...(Array.isArray(items)
      ? [forbiddenField(`${field}.items`, 'items must be a schema object and not an array')]
      : items
        ? check(`${field}.items`, items, inner ?? 'item')
        : none),
    ...Object.entries(properties ?? {}).flatMap(([name, each]) =>
      // Metadata is Kubernetes' own; a schema may say no more than that it is there.
      place === 'root' && name === 'metadata'
        ? none
        : check(`${field}.properties[${name}]`, each, inner ?? 'field'),
    ),
    ...(typeof additionalProperties === 'object'
      ? check(`${field}.additionalProperties`, additionalProperties, inner ?? 'field')
      : none),
  ]
}

/** A default has to be what it could be written as. */
const checkDefault = (field: string, schema: Structural, place: Place): Errors => {
  if (schema.default === undefined) return none
  if (place === 'value') return [forbiddenField(`${field}.default`, 'must be undefined to be structural')]
  const unknown: string[] = []
  pruneResource({ it: structuredClone(schema.default) }, { properties: { it: schema } }, unknown)
  return [
    ...(unknown.length > 0
      ? [invalidValue(`${field}.default`, schema.default, 'must not have fields that are not specified')]
      : none),
    ...checkValue(schema.default, schema, `${field}.default`),
  ]
}

const checkValueRules = (field: string, schema: Structural): Errors => {
  const { allOf = [], anyOf = [], oneOf = [], not } = schema
  // `anyOf` names both types for those who do not know the extension.
  if (schema['x-kubernetes-int-or-string']) return none
  return [
    ...Object.entries({ allOf, anyOf, oneOf }).flatMap(([name, all]) =>
      all.flatMap((each, i) => check(`${field}.${name}[${i}]`, each, 'value')),
    ),
    ...(not ? check(`${field}.not`, not, 'value') : none),
  ]
}
