import { forbiddenField, invalidValue, notSupported, required } from '../field-error.ts'
import type { Errors } from '../validation/values.ts'
import type { Structural } from './structural.ts'

const none: Errors = []

const listTypes = ['atomic', 'set', 'map']

/** What is wrong with how a schema says that items of a list are told apart. */
export const checkListType = (field: string, schema: Structural): Errors => {
  const { type, items } = schema
  const listType: string | undefined = schema['x-kubernetes-list-type']
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const at = `${field}.x-kubernetes-list-type`
  if (listType === undefined) {
    return keys.length > 0 ? [required(at, 'must be map if x-kubernetes-list-map-keys is non-empty')] : none
  }
  if (type !== 'array') {
    const why = 'must be array if x-kubernetes-list-type is specified'
    return [type ? invalidValue(`${field}.type`, type, why) : required(`${field}.type`, why)]
  }
  if (!listTypes.includes(listType)) return [notSupported(at, listType, listTypes)]
  const nullable =
    listType !== 'atomic' && items?.nullable
      ? [
          forbiddenField(
            `${field}.items.nullable`,
            `cannot be nullable when x-kubernetes-list-type is ${listType}`,
          ),
        ]
      : none
  if (listType === 'map') return [...nullable, ...checkKeys(field, keys, items ?? {})]
  return [
    ...nullable,
    ...(keys.length > 0
      ? [invalidValue(at, listType, 'must be map if x-kubernetes-list-map-keys is non-empty')]
      : none),
    ...(listType === 'set' ? checkSetItems(`${field}.items`, items ?? {}) : none),
  ]
}

const checkSetItems = (field: string, items: Structural): Errors => {
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  const { type, 'x-kubernetes-list-type': list = 'atomic', 'x-kubernetes-map-type': map } = items
  if (type === 'array' && list !== 'atomic')
    return [invalidValue(`${field}.x-kubernetes-list-type`, list, why)]
  if (type === 'object' && map !== 'atomic') return [invalidValue(`${field}.x-kubernetes-map-type`, map, why)]
  return none
}

const checkKeys = (field: string, keys: readonly string[], items: Structural): Errors => {
  const at = `${field}.x-kubernetes-list-map-keys`
  if (keys.length === 0) return [required(at, 'must not be empty if x-kubernetes-list-type is map')]
  if (items.type !== 'object') {
    const why = "must be object if parent array's x-kubernetes-list-type is map"
    return [invalidValue(`${field}.items.type`, items.type ?? '', why)]
  }
  return keys.flatMap((key, i) => {
    const property = items.properties?.[key]
    if (keys.indexOf(key) < i) return [invalidValue(at, keys, 'must not contain duplicate entries')]
    if (!property) return [invalidValue(at, keys, 'entries must all be names of item properties')]
    const place = `${field}.items.properties[${key}]`
    return [
      ...(property.type === 'array' || property.type === 'object'
        ? [
            invalidValue(
              `${place}.type`,
              property.type,
              "must be a scalar type if parent array's x-kubernetes-list-type is map",
            ),
          ]
        : none),
      ...(property.default === undefined && !items.required?.includes(key)
        ? [
            required(
              `${place}.default`,
              'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
            ),
          ]
        : none),
      ...(property.nullable
        ? [
            forbiddenField(
              `${place}.nullable`,
              'this property is in x-kubernetes-list-map-keys, so it cannot be nullable',
            ),
          ]
        : none),
    ]
  })
}
