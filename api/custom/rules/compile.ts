import {
  type Environment,
  ParseError,
  type ParseResult,
  type TypeError as TypeMismatch,
} from '@marcbachmann/cel-js'
import { othersOf, type Structural, type ValidationRule } from '../structural.ts'
import { meter } from './budget.ts'
import { type CelType, declareTypes } from './cel-type.ts'
import { newEnvironment } from './environment.ts'
import { withOurHas } from './library/has.ts'
import { nodesOf } from './syntax-tree.ts'

/** An expression ready to run; what it throws is the engine's. */
export type Expression = (variables: { readonly self: unknown; readonly oldSelf?: unknown }) => unknown

export interface CompiledRule {
  readonly source: ValidationRule
  /** It compares with the value before: where there is none, it holds. */
  readonly isTransition: boolean
  readonly test: Expression
  readonly message?: Expression
}

export interface CompiledRules {
  readonly type: CelType
  readonly rules: readonly CompiledRule[]
}

/** A rule of a schema that does not compile. */
export interface RuleError {
  readonly schema: Structural
  /** Which of the schema's rules. */
  readonly index: number
  readonly part: 'rule' | 'messageExpression'
  readonly message: string
}

export interface RuleSet {
  readonly of: ReadonlyMap<Structural, CompiledRules>
  readonly errors: readonly RuleError[]
}

/** Compiles the rules of a schema and of all schemas in it. */
export const compileRules = (root: Structural): RuleSet => {
  const owners = schemasWithRules(root)
  const of = new Map<Structural, CompiledRules>()
  const errors: RuleError[] = []
  if (owners.length === 0) return { of, errors }
  const types = newEnvironment()
  const typeOf = declareTypes(types, root)
  typeOf(root)
  const found = owners.map(schema => ({ schema, type: typeOf(schema) ?? opaque }))
  for (const { schema, type } of found) {
    const env = types.clone().registerVariable('self', type.name)
    const withOld = env.clone().registerVariable('oldSelf', type.name)
    const withOptional = env.clone().registerVariable('oldSelf', `optional<${type.name}>`)
    const rules: CompiledRule[] = []
    for (const [index, source] of (schema['x-kubernetes-validations'] ?? []).entries()) {
      const compile = (part: RuleError['part'], text: string, result: 'bool' | 'string') => {
        try {
          return compileExpression(source.optionalOldSelf ? withOptional : withOld, text, result)
        } catch (error) {
          if (!(error instanceof CompileError)) throw error
          errors.push({ schema, index, part, message: error.message })
          return undefined
        }
      }
      const test = compile('rule', source.rule, 'bool')
      const message =
        source.messageExpression === undefined
          ? undefined
          : compile('messageExpression', source.messageExpression, 'string')
      if (!test) continue
      const { run, isTransition } = test
      rules.push({ source, isTransition, test: run, ...(message && { message: message.run }) })
    }
    of.set(schema, { type, rules })
  }
  return { of, errors }
}

/** Rules may be about a value of which nothing is known; they cannot look into it. */
const opaque: CelType = { name: 'dyn', of: value => value }

const schemasWithRules = (schema: Structural): readonly Structural[] => [
  ...(schema['x-kubernetes-validations']?.length ? [schema] : []),
  ...Object.values(schema.properties ?? {}).flatMap(schemasWithRules),
  ...[schema.items, othersOf(schema)].flatMap(each => (each ? schemasWithRules(each) : [])),
]

class CompileError extends Error {
  override readonly name = 'CompileError'
}

const compileExpression = (
  env: Environment,
  text: string,
  result: 'bool' | 'string',
): { readonly run: Expression; readonly isTransition: boolean } => {
  const parsed = parse(env, text)
  const { valid, type, error } = parsed.check()
  if (!valid) throw new CompileError(`compilation failed: ${describe(text, error)}`, { cause: error })
  if (type !== result && type !== 'dyn') throw new CompileError(`must evaluate to a ${result}`)
  const isTransition = [...nodesOf(parsed.ast)].some(({ op, args }) => op === 'id' && args === 'oldSelf')
  meter(parsed.ast)
  return { run: variables => parsed(variables), isTransition }
}

const parse = (env: Environment, text: string): ParseResult => {
  try {
    return env.parse(withOurHas(text))
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    throw new CompileError(`compilation failed: ${describe(text, error)}`, { cause: error })
  }
}

/** In the words of Go's CEL, which clients know: where it is, what it is, and the line with a mark. */
const describe = (text: string, error: ParseError | TypeMismatch | undefined): string => {
  const { start: found = 0 } = error?.range ?? {}
  // Go's engine names the dot, ours the field behind it.
  const start = text[found - 1] === '.' ? found - 1 : found
  const before = text.slice(0, start).split('\n')
  const line = text.split('\n')[before.length - 1] ?? ''
  const column = before.at(-1)?.length ?? 0
  return `ERROR: <input>:${before.length}:${column + 1}: ${wordsOf(error)}\n | ${line}\n | ${'.'.repeat(column)}^`
}

const wordsOf = (error: ParseError | TypeMismatch | undefined): string => {
  const { code, message = 'it does not compile', summary = message } = error ?? {}
  if (error instanceof ParseError) return `Syntax error: ${summary}`
  if (code === 'no_such_key') return summary.replace(/^No such key: (.*)$/, "undefined field '$1'")
  if (code === 'unknown_variable') {
    return summary.replace(/^Unknown variable: (.*)$/, "undeclared reference to '$1' (in container '')")
  }
  return summary
}
