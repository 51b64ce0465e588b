import { isFields } from './structural.ts'

/** One step of a path: a member, an item, all items, or the items whose member is equal to a value. */
type Step =
  | { readonly type: 'member'; readonly name: string }
  | { readonly type: 'item'; readonly index: number }
  | { readonly type: 'all' }
  | {
      readonly type: 'filter'
      readonly path: readonly Step[]
      readonly equal: boolean
      readonly value: unknown
    }

/** A parsed path: everything that it finds in a value, in order. */
export type JsonPath = (value: unknown) => readonly unknown[]

const member = /^\.((?:\\.|[^.[\]\\])+)/
const quoted = /^\[(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")\]/
const item = /^\[(-?\d+)\]/
const all = /^(?:\[\*\]|\.\*)/
const filter =
  /^\[\?\(\s*@((?:[^=!()'"]|\['[^']*'\])+?)\s*(==|!=)\s*("[^"]*"|'[^']*'|-?(?:0|[1-9]\d*)(?:\.\d+)?|true|false)\s*\)\]/

/**
 * Parses the part of Kubernetes' JSONPath that printer columns are made of: `.spec.size`, `.metadata.labels.a\.b`,
 * `['a.b']`, `[0]`, `[*]`, `[?(@.type=="Ready")]`. undefined when it is anything else.
 */
export const parseJsonPath = (text: string): JsonPath | undefined => {
  const steps = stepsOf(text.trim())
  return steps && steps.length > 0 ? value => find([value], steps) : undefined
}

/** The names of a path that has nothing but members, `.spec.replicas`; undefined for others. */
export const parseSimplePath = (text: string): readonly string[] | undefined => {
  const steps = stepsOf(text)
  const names = steps?.flatMap(step => (step.type === 'member' ? [step.name] : []))
  return names && names.length > 0 && names.length === steps?.length ? names : undefined
}

const stepsOf = (text: string): readonly Step[] | undefined => {
  const steps: Step[] = []
  for (let rest = text; rest !== ''; ) {
    const found = firstStep(rest)
    if (!found) return undefined
    steps.push(found.step)
    rest = rest.slice(found.length)
  }
  return steps
}

const firstStep = (text: string): { readonly step: Step; readonly length: number } | undefined => {
  const [everything] = all.exec(text) ?? []
  if (everything) return { step: { type: 'all' }, length: everything.length }
  const named = member.exec(text) ?? quoted.exec(text)
  if (named) {
    const name = (named[1] ?? named[2] ?? '').replaceAll(/\\(.)/g, '$1')
    return { step: { type: 'member', name }, length: named[0].length }
  }
  const indexed = item.exec(text)
  if (indexed) return { step: { type: 'item', index: Number(indexed[1]) }, length: indexed[0].length }
  const [whole, inner = '', operator, literal = ''] = filter.exec(text) ?? []
  const path = whole && stepsOf(inner)
  if (!path) return undefined
  const value: unknown = /^['"]/.test(literal) ? literal.slice(1, -1) : JSON.parse(literal)
  return { step: { type: 'filter', path, equal: operator === '==', value }, length: whole.length }
}

const find = (values: readonly unknown[], steps: readonly Step[]): readonly unknown[] =>
  steps.reduce<readonly unknown[]>((found, step) => found.flatMap(each => stepInto(each, step)), values)

const stepInto = (value: unknown, step: Step): readonly unknown[] => {
  switch (step.type) {
    case 'member': {
      const found = isFields(value) && Object.hasOwn(value, step.name) ? value[step.name] : undefined
      return found === undefined ? [] : [found]
    }
    case 'item': {
      const found: unknown = Array.isArray(value) ? value.at(step.index) : undefined
      return found === undefined ? [] : [found]
    }
    case 'all':
      return Array.isArray(value) ? value : isFields(value) ? Object.values(value) : []
    case 'filter': {
      const { path, equal, value: wanted } = step
      if (!Array.isArray(value)) return []
      return value.filter(each => {
        const found = find([each], path)
        return found.length > 0 && found.includes(wanted) === equal
      })
    }
  }
}
