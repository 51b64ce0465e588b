import type { ASTNode } from '@marcbachmann/cel-js'
import { nodesOf } from './syntax-tree.ts'

/** A rule takes more steps than it may. */
export class OverBudget extends Error {
  override readonly name = 'OverBudget'
}

/** Steps of one expression at the most, as kube-apiserver has it. */
const perExpression = 1_000_000

/** Steps of all expressions for one object. */
export const perObject = 10_000_000

let left = 0

const sizeOf = (value: unknown): number => {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) return value.length
  return value instanceof Map ? value.size : 0
}

/** A value costs more to make or to look through the larger it is. */
const spend = (value: unknown): void => {
  left -= 1 + sizeOf(value) / 10
  // The engine forgives errors where the other side of an `||` is true: the end asks again.
  if (left < 0) throw new OverBudget('operation cancelled: actual cost limit exceeded')
}

/** Makes each evaluation of a part of the expression count. */
export const meter = (ast: ASTNode): void => {
  for (const node of nodesOf(ast)) {
    let evaluate = node.evaluate
    const metered: typeof evaluate = (evaluator, at, context) => {
      const value = evaluate.call(node, evaluator, at, context)
      spend(value)
      return value
    }
    // A node replaces its own `evaluate` when it runs for the first time.
    Object.defineProperty(node, 'evaluate', { get: () => metered, set: next => (evaluate = next) })
  }
}

/** Runs metered expressions, and answers what they cost with what they give. Throws OverBudget. */
export const within = <T>(budget: number, run: () => T): { readonly value: T; readonly spent: number } => {
  const all = Math.min(budget, perExpression)
  left = all
  const value = run()
  if (left < 0) throw new OverBudget('operation cancelled: actual cost limit exceeded')
  return { value, spent: all - left }
}
