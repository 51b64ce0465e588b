import type { ListOptions } from '../../api/client.ts'
import type { Kind } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'

/** Parses the selectors of a list or watch: enough of the syntax for tests. */
export const selects = <T extends Resource>(
  kind: Kind<T>,
  { labelSelector, fieldSelector }: ListOptions,
): ((object: T) => boolean) => {
  const labels = terms(labelSelector).map(term => {
    const matches = requirement(term)
    return (object: T) => matches(object.metadata.labels ?? {})
  })
  const fields = terms(fieldSelector).map(term => {
    const [, path = '', not, value = ''] = /^([^!=]+)(!?)==?(.*)$/.exec(term) ?? []
    return (object: T) => (fieldOf(kind, object, path) === value) !== (not === '!')
  })
  const all = [...labels, ...fields]
  return object => all.every(matches => matches(object))
}

const terms = (selector = ''): string[] =>
  selector
    .split(/,(?![^(]*\))/)
    .map(term => term.trim())
    .filter(term => term !== '')

const requirement = (term: string): ((labels: Record<string, string>) => boolean) => {
  const set = /^(\S+) (in|notin) \((.*)\)$/.exec(term)
  if (set) {
    const [, name = '', operator, values = ''] = set
    const wanted = values.split(',').map(value => value.trim())
    return labels => wanted.includes(labels[name] ?? '\0') === (operator === 'in')
  }
  const equal = /^([^!=]+?)\s*(!?)==?\s*(.*)$/.exec(term)
  if (equal) {
    const [, name = '', not, value] = equal
    return labels => (labels[name] === value) !== (not === '!')
  }
  return term.startsWith('!') ? labels => !(term.slice(1) in labels) : labels => term in labels
}

const fieldOf = <T extends Resource>(kind: Kind<T>, object: T, path: string): string => {
  const field = kind.fields[path]
  if (field) return field(object)
  const value = path.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], object)
  return value === undefined ? '' : String(value)
}
