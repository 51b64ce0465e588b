import { duplicate, type FieldError, forbiddenField, invalidValue, required } from '../../field-error.ts'
import { parseSimplePath } from '../json-path.ts'
import { childPath, memberOf, type Structural } from '../structural.ts'

/** What a rule may say of the kind of a fault. */
export const reasons: readonly string[] = [
  'FieldValueInvalid',
  'FieldValueForbidden',
  'FieldValueRequired',
  'FieldValueDuplicate',
]

/** The fault that a rule has found; `type` is that of the schema. */
export const faultOf = (
  reason: string | undefined,
  field: string,
  type: string,
  detail: string,
): FieldError => {
  // As kube-apiserver writes the path of the object itself.
  const at = field || '<nil>'
  switch (reason) {
    case 'FieldValueForbidden':
      return forbiddenField(at, detail)
    case 'FieldValueRequired':
      return required(at, detail)
    case 'FieldValueDuplicate':
      return duplicate(at, type)
    default:
      return invalidValue(at, type, detail)
  }
}

/** The field that a rule's `fieldPath` names, seen from its schema; undefined when the schema does not have it. */
export const fieldAt = (schema: Structural, path: string): string | undefined => {
  let field = ''
  let at: Structural | undefined = schema
  for (const name of parseSimplePath(path) ?? ['']) {
    const named: boolean = at.properties !== undefined && Object.hasOwn(at.properties, name)
    at = memberOf(at, name)
    if (!at || name === '') return undefined
    field = named ? childPath(field, name) : `${field}[${name}]`
  }
  return field
}
