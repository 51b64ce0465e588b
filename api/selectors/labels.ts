import type { LabelSelector as V1 } from 'kubernetes-types/meta/v1'
import { badRequest } from '../errors.ts'
import { type Check, labelValue, qualifiedName } from '../validation/names.ts'
import { lex, type Token } from './lexer.ts'

export type Labels = Readonly<Record<string, string>> | undefined

export type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | '>' | '<'

export interface Requirement {
  readonly key: string
  readonly operator: Operator
  /** Sorted, each once. */
  readonly values: readonly string[]
}

/** All requirements must hold; without any, everything matches. */
export interface LabelSelector {
  readonly requirements: readonly Requirement[]
  matches(labels: Labels): boolean
  toString(): string
}

/** Parses `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1`. Throws BadRequest with kube-apiserver's words. */
export const parseLabelSelector = (text: string): LabelSelector => selectorOf(parse(lex(text)))

/** What equals the map; an empty one matches everything. */
export const selectorOfMap = (labels: Labels): LabelSelector =>
  selectorOf(Object.entries(labels ?? {}).map(([key, value]) => ({ key, operator: '=', values: [value] })))

const operators: Readonly<Record<string, Operator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
}

/** The selector of an object's spec; undefined matches nothing, an empty one everything. Throws BadRequest. */
export const labelSelectorOf = (selector: V1 | undefined): LabelSelector => {
  if (!selector) return { requirements: [], matches: () => false, toString: () => '' }
  const expressions = (selector.matchExpressions ?? []).map(({ key = '', operator, values = [] }) => {
    const known = operators[operator]
    if (!known) throw badRequest(`"${operator}" is not a valid pod selector operator`)
    return requirement(key, known, values)
  })
  return selectorOf([...selectorOfMap(selector.matchLabels).requirements, ...expressions])
}

const selectorOf = (unsorted: readonly Requirement[]): LabelSelector => {
  const requirements = unsorted.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  return {
    requirements,
    matches: labels => requirements.every(each => holds(each, labels)),
    toString: () => requirements.map(textOf).join(','),
  }
}

const holds = ({ key, operator, values }: Requirement, labels: Labels): boolean => {
  const value = labels && Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return value !== undefined && values.includes(value)
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value)
    case 'exists':
      return value !== undefined
    case '!':
      return value === undefined
    case '>':
      return isInteger(value) && BigInt(value) > BigInt(values[0] ?? 0)
    case '<':
      return isInteger(value) && BigInt(value) < BigInt(values[0] ?? 0)
  }
}

const isInteger = (text: string | undefined): text is string => text !== undefined && /^-?\d+$/.test(text)

const textOf = ({ key, operator, values }: Requirement): string => {
  switch (operator) {
    case 'exists':
      return key
    case '!':
      return `!${key}`
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`
    default:
      return `${key}${operator}${values.join()}`
  }
}

/** Reads the tokens from the front; the last one is always the end. */
const parse = (tokens: readonly Token[]): Requirement[] => {
  const reader = readerOf(tokens)
  const found: Requirement[] = []
  for (;;) {
    const token = reader.peek()
    if (token.type === 'end') return found
    if (token.type !== 'word' && token.text !== '!') {
      throw badRequest(`found '${token.text}', expected: !, identifier, or 'end of string'`)
    }
    try {
      found.push(parseRequirement(reader))
    } catch (error) {
      throw badRequest(`unable to parse requirement: ${error instanceof Error ? error.message : error}`)
    }
    const next = reader.take()
    if (next.type === 'end') return found
    if (next.text !== ',') throw badRequest(`found '${next.text}', expected: ',' or 'end of string'`)
    const after = reader.peek()
    if (after.type !== 'word' && after.text !== '!') {
      throw badRequest(`found '${after.text}', expected: identifier after ','`)
    }
  }
}

interface Reader {
  peek(): Token
  take(): Token
}

const readerOf = (tokens: readonly Token[]): Reader => {
  let at = 0
  const end: Token = { type: 'end', text: '' }
  return { peek: () => tokens[at] ?? end, take: () => tokens[at++] ?? end }
}

const parseRequirement = (reader: Reader): Requirement => {
  const absent = reader.peek().text === '!'
  if (absent) reader.take()
  const key = reader.take()
  if (key.type !== 'word') throw new Error(`found '${key.text}', expected: identifier`)
  checkKey(key.text)
  const next = reader.peek()
  if (next.type === 'end' || next.text === ',') return requirement(key.text, absent ? '!' : 'exists', [])
  const operator = reader.take().text
  switch (operator) {
    case 'in':
    case 'notin':
      return requirement(key.text, operator, parseValues(reader))
    case '=':
    case '==':
    case '!=':
    case '>':
    case '<':
      return requirement(key.text, operator, [parseValue(reader)])
    default:
      throw new Error(`found '${operator}', expected: '=', '!=', '==', 'in', notin'`)
  }
}

const parseValue = (reader: Reader): string => {
  const { type, text } = reader.peek()
  if (type === 'end' || text === ',') return ''
  reader.take()
  if (type !== 'word') throw new Error(`found '${text}', expected: identifier`)
  return text
}

/** `(a, b)`; where a value is missing it is the empty one, `()` has none. */
const parseValues = (reader: Reader): string[] => {
  const open = reader.take()
  if (open.text !== '(') throw new Error(`found '${open.text}' expected: '('`)
  if (reader.peek().text === ')') {
    reader.take()
    return []
  }
  const values: string[] = []
  for (;;) {
    const token = reader.peek()
    values.push(token.type === 'word' ? reader.take().text : '')
    const next = reader.take()
    if (next.text === ')') return values
    if (next.text !== ',') {
      const expected = token.type === 'word' ? "',' or ')'" : "',', or identifier"
      throw new Error(`found '${next.text}', expected: ${expected}`)
    }
  }
}

const requirement = (key: string, operator: Operator, values: readonly string[]): Requirement => {
  checkKey(key)
  if ((operator === 'in' || operator === 'notin') && values.length === 0) {
    throw badRequest("for 'in', 'notin' operators, values set can't be empty")
  }
  if ((operator === '>' || operator === '<') && !values.every(isInteger)) {
    throw badRequest(`for 'Gt', 'Lt' operators, the value must be an integer`)
  }
  for (const value of values) {
    const wrong = wrongWith(value, labelValue)
    if (wrong) throw badRequest(`invalid label value: "${value}": at key: "${key}": ${wrong}`)
  }
  return { key, operator, values: [...new Set(values)].sort() }
}

const checkKey = (key: string): void => {
  const wrong = wrongWith(key, qualifiedName)
  if (wrong) throw badRequest(`invalid label key "${key}": ${wrong}`)
}

const wrongWith = (text: string, check: Check): string => check(text).join('; ')
