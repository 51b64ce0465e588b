import { isDeepStrictEqual } from 'node:util'
import {
  duplicate,
  type FieldError,
  invalidValue,
  notSupported,
  required,
  typeInvalid,
} from '../field-error.ts'
import { formats } from './formats.ts'
import { regexOf } from './pattern.ts'
import { correlated } from './rules/correlated.ts'
import { childPath, type Fields, isFields, memberOf, type Structural } from './structural.ts'

type Errors = readonly FieldError[]

const none: Errors = []

/**
 * What the schema finds wrong with an object, in the words of kube-apiserver. Its metadata is checked elsewhere. What
 * is as it was in `old`, the object that it replaces, is not at fault.
 */
export const checkResource = (
  object: object,
  { properties = {}, ...schema }: Structural,
  old?: object,
): Errors => {
  const { apiVersion: _, kind: __, metadata: ___, ...own } = properties
  const structural = { ...schema, properties: own }
  const errors = checkValue(object, structural, '')
  // Most objects are right: the comparison is made for those alone that are not.
  return errors.length > 0 && old ? checkValue(object, structural, '', old) : errors
}

/** What the schema finds wrong with a value; undefined is no value to be compared with. */
export const checkValue = (value: unknown, schema: Structural, path: string, old?: unknown): Errors => {
  if (value === null && schema.nullable) return none
  if (old !== undefined && isDeepStrictEqual(value, old)) return none
  const type = typeOf(value)
  if (schema['x-kubernetes-int-or-string']) {
    if (type !== 'string' && type !== 'integer') {
      return [wrongType(path, type, `must be of type integer,string: ${JSON.stringify(type)}`)]
    }
  } else if (schema.type !== undefined && !isOfType(type, schema.type)) {
    return [wrongType(path, type, `must be of type ${schema.type}: ${JSON.stringify(type)}`)]
  }
  return [
    ...checkEnum(value, schema, path),
    ...(typeof value === 'string' ? checkText(value, schema, path) : none),
    ...(typeof value === 'number' ? checkNumber(value, schema, path) : none),
    ...(Array.isArray(value) ? checkItems(value, schema, path, old) : none),
    ...(isFields(value) ? checkFields(value, schema, path, old) : none),
    ...checkCombined(value, schema, path),
  ]
}

const wrong = (path: string, value: unknown, what: string): FieldError =>
  invalidValue(path, value, `${path} in body ${what}`)

const wrongType = (path: string, value: unknown, what: string): FieldError =>
  typeInvalid(path, value, `${path} in body ${what}`)

const typeOf = (value: unknown): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isSafeInteger(value) ? 'integer' : typeof value
}

const isOfType = (type: string, wanted: string): boolean =>
  type === wanted || (type === 'integer' && wanted === 'number')

const checkEnum = (value: unknown, { enum: values }: Structural, path: string): Errors => {
  if (!values || values.some(each => isDeepStrictEqual(each, value))) return none
  const supported = values.map(each => (typeof each === 'string' ? each : JSON.stringify(each)))
  return [notSupported(path, value, supported)]
}

const checkText = (text: string, schema: Structural, path: string): Errors => {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, format } = schema
  const length = [...text].length
  return [
    ...(length > maxLength ? [wrong(path, text, `should be at most ${maxLength} chars long`)] : none),
    ...(length < minLength ? [wrong(path, text, `should be at least ${minLength} chars long`)] : none),
    ...(pattern && regexOf(pattern)?.test(text) === false
      ? [wrong(path, text, `should match '${pattern}'`)]
      : none),
    ...(format && formats.get(format)?.(text) === false
      ? [wrong(path, text, `must be of type ${format}: ${JSON.stringify(text)}`)]
      : none),
  ]
}

const checkNumber = (value: number, schema: Structural, path: string): Errors => {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  const below = minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)
  const above = maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)
  const orEqual = (exclusive: boolean | undefined) => (exclusive ? '' : ' or equal to')
  const bound = (word: string, exclusive: boolean | undefined, limit: number | undefined) =>
    `should be ${word} than${orEqual(exclusive)} ${limit}`
  const quotient = multipleOf ? value / multipleOf : 0
  return [
    ...(above ? [wrong(path, value, bound('less', exclusiveMaximum, maximum))] : none),
    ...(below ? [wrong(path, value, bound('greater', exclusiveMinimum, minimum))] : none),
    // 0.3 is a multiple of 0.1, whatever floating point makes of it.
    ...(Math.abs(quotient - Math.round(quotient)) > 1e-9
      ? [wrong(path, value, `should be a multiple of ${multipleOf}`)]
      : none),
  ]
}

const checkItems = (items: readonly unknown[], schema: Structural, path: string, old: unknown): Errors => {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items: of } = schema
  const before = correlated(schema, old)
  return [
    ...(items.length > maxItems
      ? [wrong(path, items.length, `should have at most ${maxItems} items`)]
      : none),
    ...(items.length < minItems
      ? [wrong(path, items.length, `should have at least ${minItems} items`)]
      : none),
    ...(of ? items.flatMap((each, i) => checkValue(each, of, `${path}[${i}]`, before(each))) : none),
    ...checkDistinct(items, schema, path),
  ]
}

/** Items of a set differ; those of a map differ in their keys. */
const checkDistinct = (items: readonly unknown[], schema: Structural, path: string): Errors => {
  const { 'x-kubernetes-list-type': type, 'x-kubernetes-list-map-keys': keys = [] } = schema
  if (type !== 'set' && type !== 'map') return none
  const seen = new Set<string>()
  return items.flatMap((item, i) => {
    const id =
      type === 'set'
        ? item
        : Object.fromEntries(keys.map(key => [key, isFields(item) ? item[key] : undefined]))
    const text = JSON.stringify(id)
    if (seen.has(text)) return [duplicate(`${path}[${i}]`, id)]
    seen.add(text)
    return none
  })
}

const checkFields = (object: Fields, schema: Structural, path: string, old: unknown): Errors => {
  const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema
  const count = Object.keys(object).length
  const embedded = schema['x-kubernetes-embedded-resource'] ? ['apiVersion', 'kind'] : []
  const missing = [...(schema.required ?? []), ...embedded].filter(key => object[key] === undefined)
  return [
    ...(count > maxProperties
      ? [wrong(path, count, `should have at most ${maxProperties} properties`)]
      : none),
    ...(count < minProperties
      ? [wrong(path, count, `should have at least ${minProperties} properties`)]
      : none),
    ...[...new Set(missing)].map(key => required(childPath(path, key))),
    ...Object.entries(object).flatMap(([key, value]) => {
      const member = memberOf(schema, key)
      const before = isFields(old) ? old[key] : undefined
      return member ? checkValue(value, member, childPath(path, key), before) : none
    }),
  ]
}

const checkCombined = (value: unknown, schema: Structural, path: string): Errors => {
  const { allOf = [], anyOf, oneOf, not } = schema
  const fits = (each: Structural) => checkValue(value, each, path).length === 0
  const fail = (what: string) => [invalidValue(path, '', `${JSON.stringify(path)} must ${what}`)]
  const matching = oneOf?.filter(fits).length
  return [
    ...allOf.flatMap(each => checkValue(value, each, path)),
    ...(anyOf && !anyOf.some(fits) ? fail('validate at least one schema (anyOf)') : none),
    ...(matching === 0 ? fail('validate one and only one schema (oneOf). Found none valid') : none),
    ...(matching && matching > 1
      ? fail(`validate one and only one schema (oneOf). Found ${matching} valid alternatives`)
      : none),
    ...(not && fits(not) ? fail('not validate the schema (not)') : none),
  ]
}
