import { badRequest } from '../errors.ts'
import type { LegacyKind } from './legacy-kind.ts'

const phases: Readonly<Record<string, readonly string[]>> = {
  Waiting: ['Pending'],
  Terminated: ['Succeeded', 'Failed'],
}

const allPhases = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']

/** A term about the old status of a pod. v1 has no "or": one of several phases is none of the others. */
const phaseTerm = (field: string, equal: boolean, status: string): string => {
  const meant = phases[status] ?? [status]
  if (equal && meant.length === 1) return `${field}=${meant[0]}`
  const excluded = equal ? allPhases.filter(phase => !meant.includes(phase)) : meant
  return excluded.map(phase => `${field}!=${phase}`).join(',')
}

const translate = (kind: LegacyKind, term: string): string => {
  const [, name = '', operator = '', value = ''] = /^([^=!]+?)\s*(!=|==?)\s*(.*)$/s.exec(term.trim()) ?? []
  const known = Object.values(kind.fields).includes(name) ? name : undefined
  const field = Object.hasOwn(kind.fields, name) ? kind.fields[name] : known
  if (!operator) throw badRequest(`invalid field selector "${term}": use field=value or field!=value`)
  if (!field) {
    const names = Object.keys(kind.fields).join(', ') || 'none'
    throw badRequest(`${kind.plural} cannot be selected by "${name}"; the fields are: ${names}`)
  }
  const equal = operator !== '!='
  return field === 'status.phase' && value
    ? phaseTerm(field, equal, value)
    : `${field}${equal ? '=' : '!='}${value}`
}

/** A field selector of 2014 in the names of v1; v1 names are taken, too. Throws a BadRequest for a field unknown to both. */
export const legacyFieldSelector = (kind: LegacyKind, text: string): string =>
  text
    .split(/(?<!\\),/)
    .filter(term => term.trim())
    .map(term => translate(kind, term))
    .join(',')
