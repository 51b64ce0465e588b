import { badRequest } from '../errors.ts'
import type { Kind } from '../kind.ts'
import type { Resource } from '../resource.ts'

interface FieldRequirement {
  readonly field: string
  readonly operator: '=' | '!='
  readonly value: string
}

/** All requirements must hold; without any, everything matches. */
export interface FieldSelector<T extends Resource = Resource> {
  readonly requirements: readonly FieldRequirement[]
  matches(object: T): boolean
  toString(): string
}

/**
 * Parses `metadata.name=a,spec.nodeName!=b` for objects of `kind`; in values `\`, `,` and `=` are escaped with `\`.
 * `metadata.name` and `metadata.namespace` work for every kind. Throws BadRequest with kube-apiserver's words.
 */
export const parseFieldSelector = <T extends Resource>(kind: Kind<T>, text: string): FieldSelector<T> => {
  const requirements = splitTerms(text)
    .filter(term => term !== '')
    .map(term => parseTerm(term, text))
  const readers = requirements.map(requirement => ({
    ...requirement,
    read: readerOf(kind, requirement.field),
  }))
  return {
    requirements,
    matches: object =>
      readers.every(({ read, operator, value }) => (read(object) === value) === (operator === '=')),
    toString: () =>
      requirements.map(each => `${each.field}${each.operator}${escapeFieldValue(each.value)}`).join(),
  }
}

/** A value as a field selector may hold it. */
export const escapeFieldValue = (value: string): string => value.replace(/[\\,=]/g, each => `\\${each}`)

const readerOf = <T extends Resource>(kind: Kind<T>, field: string): ((object: T) => string) => {
  if (field === 'metadata.name') return object => object.metadata.name
  if (field === 'metadata.namespace') return object => object.metadata.namespace ?? ''
  const read = Object.hasOwn(kind.fields, field) ? kind.fields[field] : undefined
  if (!read) throw badRequest(`field label not supported: ${field}`)
  return read
}

/** At the commas that are not escaped. */
const splitTerms = (text: string): string[] => text.match(/(?:\\.|[^,\\]|\\$)+/gs) ?? []

const parseTerm = (term: string, text: string): FieldRequirement => {
  // The field has no operator in it: the first one parts it from the value.
  const match = /^((?:\\.|[^\\=!]|!(?!=))*)(!=|==|=)(.*)$/s.exec(term)
  if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`)
  const [, field = '', operator, value = ''] = match
  return { field, operator: operator === '!=' ? '!=' : '=', value: unescapeValue(value) }
}

const unescapeValue = (value: string): string =>
  value.replace(/\\(.?)|=/gs, (found, escaped: string | undefined) => {
    if (found === '=') throw badRequest('invalid field selector: unescaped character in value: =')
    if (!escaped || !'\\,='.includes(escaped)) {
      throw badRequest(`invalid field selector: invalid escape sequence: ${found}`)
    }
    return escaped
  })
