import type { ASTNode } from '@marcbachmann/cel-js'

type Evaluate = (this: SyntaxNode, evaluator: unknown, node: unknown, context: unknown) => unknown

/** What the engine's nodes have beside what it tells of them. */
export interface SyntaxNode {
  readonly op: string
  readonly args: unknown
  /** What a macro was made into. */
  readonly meta: { readonly macro?: unknown; readonly alternate?: unknown }
  evaluate: Evaluate
}

/** All nodes of an expression, those that its macros were made into included. */
export const nodesOf = (ast: ASTNode): ReadonlySet<SyntaxNode> => {
  const found = new Set<SyntaxNode>()
  const seen = new Set<object>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return
    seen.add(value)
    if (value.constructor === ast.constructor) {
      const node = value as SyntaxNode
      found.add(node)
      for (const each of [node.args, node.meta.macro, node.meta.alternate]) visit(each)
    } else if (Array.isArray(value) || value.constructor === Object) {
      for (const each of Object.values(value)) visit(each)
    }
  }
  visit(ast)
  return found
}
