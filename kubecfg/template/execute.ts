import { show } from './format.ts'
import { field, functions, truth } from './functions.ts'
import { type Node, type Operand, type Pipeline, parseTemplate } from './parse.ts'
import { located, TemplateError } from './tokens.ts'

/** The variables of a block, inside those of the blocks around it. */
class Scope {
  readonly #values = new Map<string, unknown>()
  readonly #outer: Scope | undefined

  constructor(outer?: Scope) {
    this.#outer = outer
  }

  define(name: string, value: unknown): void {
    this.#values.set(name, value)
  }

  assign(name: string, value: unknown): void {
    this.#holder(name).#values.set(name, value)
  }

  get(name: string): unknown {
    return this.#holder(name).#values.get(name)
  }

  #holder(name: string): Scope {
    if (this.#values.has(name)) return this
    if (!this.#outer) throw new TemplateError(`undefined variable "$${name}"`)
    return this.#outer.#holder(name)
  }
}

const walk = (value: unknown, path: readonly string[]): unknown => path.reduce<unknown>(field, value)

const operand = (operand: Operand, dot: unknown, scope: Scope): unknown => {
  switch (operand.type) {
    case 'field':
      return walk(dot, operand.path)
    case 'variable':
      return walk(scope.get(operand.name), operand.path)
    case 'literal':
      return operand.value
    case 'group':
      return walk(evaluate(operand.pipeline, dot, scope), operand.path)
    case 'call':
      return call(operand.word, [])
  }
}

const call = (word: string, args: readonly unknown[]): unknown => {
  const known = Object.hasOwn(functions, word) ? functions[word] : undefined
  if (!known) {
    throw new TemplateError(
      `function "${word}" is not defined; there are: ${Object.keys(functions).join(', ')}`,
    )
  }
  if (args.length < known.least) throw new TemplateError(`${word} needs at least ${known.least} arguments`)
  return known.call(...args)
}

const evaluate = ({ commands, variables, assigns }: Pipeline, dot: unknown, scope: Scope): unknown => {
  let value: unknown
  commands.forEach(([head, ...rest], index) => {
    const args = rest.map(each => operand(each, dot, scope))
    const all = index > 0 ? [...args, value] : args
    if (!head) return
    if (head.type !== 'call' && all.length > 0) throw new TemplateError("can't give argument to non-function")
    value = head.type === 'call' ? call(head.word, all) : operand(head, dot, scope)
  })
  for (const name of variables) assigns ? scope.assign(name, value) : scope.define(name, value)
  return value
}

/** The keys and values that a range goes over; Go sorts a map's keys. */
const entriesOf = (value: unknown): (readonly [unknown, unknown])[] => {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value.map((item, index) => [index, item] as const)
  if (typeof value === 'object') return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  throw new TemplateError(`range can't iterate over ${show(value)}`)
}

const range = (node: Exclude<Node, { type: 'text' | 'print' }>, dot: unknown, scope: Scope): string => {
  const { variables } = node.pipeline
  const entries = entriesOf(evaluate({ ...node.pipeline, variables: [] }, dot, scope))
  if (entries.length === 0) return run(node.otherwise, dot, new Scope(scope))
  const [keyName, itemName] = variables.length > 1 ? variables : [undefined, variables[0]]
  return entries
    .map(([key, item]) => {
      const inner = new Scope(scope)
      if (keyName) inner.define(keyName, key)
      if (itemName) inner.define(itemName, item)
      return run(node.body, item, inner)
    })
    .join('')
}

const runNode = (node: Node, dot: unknown, scope: Scope): string => {
  if (node.type === 'text') return node.text
  return located(node.line, node.source, () => {
    if (node.type === 'range') return range(node, dot, scope)
    if (node.type === 'print') {
      const value = evaluate(node.pipeline, dot, scope)
      if (node.pipeline.variables.length > 0) return ''
      return value === undefined || value === null ? '<no value>' : show(value)
    }
    const inner = new Scope(scope)
    const value = evaluate(node.pipeline, dot, inner)
    if (!truth(value)) return run(node.otherwise, dot, inner)
    return run(node.body, node.type === 'with' ? value : dot, inner)
  })
}

const run = (nodes: readonly Node[], dot: unknown, scope: Scope): string =>
  nodes.map(node => runNode(node, dot, scope)).join('')

/** Renders data (parsed JSON) by a Go template. Throws TemplateError. */
export const renderTemplate = (template: string, data: unknown): string => {
  const scope = new Scope()
  scope.define('', data)
  return run(parseTemplate(template), data, scope)
}
