import type { ASTNode, Environment } from '@marcbachmann/cel-js'

interface Runner {
  run(node: ASTNode, context: unknown): unknown
}

interface Checker {
  check(node: ASTNode, context: unknown): unknown
  getType(name: string): unknown
}

/** Ours stands beside the engine's, which takes nothing but names, as in `has(self.a.b)`. */
const ours = 'haS'

const textOrHas =
  /(?:[rb]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))|\bhas(?=\s*\()/gi

/** The expression with our macro in the place of the engine's; everything keeps its place. */
export const withOurHas = (expression: string): string =>
  expression.replaceAll(textOrHas, found => (found === 'has' ? ours : found))

/** `has(self.list[0].name)`: the field is there, of whatever it is asked. A field that cannot be does not compile. */
export const registerHas = (env: Environment): void => {
  env.registerFunction(`${ours}(ast): bool`, ({ args: [access] }: { readonly args: readonly ASTNode[] }) => {
    const operand = access?.op === '.' ? access.args[0] : undefined
    return {
      access,
      typeCheck(checker: Checker, _: unknown, context: unknown) {
        if (!access || !operand) throw new TypeError('invalid argument to has() macro')
        checker.check(access, context)
        return checker.getType('bool')
      },
      evaluate(runner: Runner, _: unknown, context: unknown) {
        if (!access || !operand) return false
        // What the field is asked of has to be there.
        runner.run(operand, context)
        try {
          runner.run(access, context)
          return true
        } catch (error) {
          if ((error as { readonly code?: string }).code === 'no_such_key') return false
          throw error
        }
      },
    }
  })
}
