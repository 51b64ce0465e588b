import { duplicate, invalidValue, required } from '../field-error.ts'
import type { Errors } from '../validation/values.ts'
import { parseSimplePath } from './json-path.ts'
import { isFields, memberOf, type Structural } from './structural.ts'

export interface SelectableField {
  readonly jsonPath: string
}

type Read = (object: object) => string

/** The fields that field selectors may name, `spec.color`, and how they are read; what is missing is ''. */
export const selectableFields = (fields: readonly SelectableField[] = []): Readonly<Record<string, Read>> =>
  Object.fromEntries(
    fields.map(({ jsonPath }) => {
      const path = parseSimplePath(jsonPath) ?? []
      const read: Read = object => {
        const found = path.reduce<unknown>((at, key) => (isFields(at) ? at[key] : undefined), object)
        return found === undefined || found === null ? '' : String(found)
      }
      return [path.join('.'), read] as const
    }),
  )

const most = 8

/** What is wrong with the selectable fields of a version, which stand at `field`. */
export const checkSelectableFields = (
  field: string,
  fields: readonly SelectableField[],
  structural: Structural,
): Errors => [
  ...fields.flatMap(({ jsonPath }, i) => {
    const at = `${field}[${i}].jsonPath`
    if (!jsonPath) return [required(at)]
    if (fields.findIndex(each => each.jsonPath === jsonPath) < i) return [duplicate(at, jsonPath)]
    const path = parseSimplePath(jsonPath)
    const schema = path?.reduce<Structural | undefined>(
      (each, key) => each && memberOf(each, key),
      structural,
    )
    if (path?.[0] === 'metadata') return [invalidValue(at, jsonPath, 'must not point to fields in metadata')]
    if (!schema) return [invalidValue(at, jsonPath, 'is an invalid path: it is no field of the schema')]
    return ['string', 'boolean', 'integer'].includes(schema.type ?? '')
      ? []
      : [
          invalidValue(
            at,
            jsonPath,
            'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
          ),
        ]
  }),
  ...(fields.length > most ? [invalidValue(field, fields.length, `must have at most ${most} items`)] : []),
]
