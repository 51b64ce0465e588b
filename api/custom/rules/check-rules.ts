import { isDeepStrictEqual } from 'node:util'
import { Optional } from '@marcbachmann/cel-js'
import { type FieldError, invalidValue } from '../../field-error.ts'
import { childPath, isFields, memberOf, type Structural } from '../structural.ts'
import { OverBudget, perObject, within } from './budget.ts'
import {
  type CompiledRule,
  type CompiledRules,
  compileRules,
  type Expression,
  type RuleSet,
} from './compile.ts'
import { correlated } from './correlated.ts'
import { faultOf, fieldAt } from './fault.ts'

const compiled = new WeakMap<Structural, RuleSet>()

const rulesOf = (root: Structural): RuleSet['of'] => {
  const found = compiled.get(root) ?? compileRules(root)
  compiled.set(root, found)
  return found.of
}

/** Whether a schema has rules at all. */
export const hasRules = (root: Structural): boolean => rulesOf(root).size > 0

/**
 * What the rules of a schema find wrong with an object that fits the schema; `old` is the one that it replaces. A value
 * that stays as it was is not judged anew, but by rules that compare. There is an end to the work that rules may make.
 */
export const checkRules = (object: unknown, root: Structural, old?: unknown): readonly FieldError[] => {
  const rules = rulesOf(root)
  if (rules.size === 0) return []
  const errors: FieldError[] = []
  let budget = perObject

  const run = (expression: Expression, self: unknown, oldSelf: unknown): unknown => {
    const { value, spent } = within(budget, () =>
      expression(oldSelf === undefined ? { self } : { self, oldSelf }),
    )
    budget -= spent
    return value
  }

  const judge = (
    rule: CompiledRule,
    self: unknown,
    oldSelf: unknown,
    schema: Structural,
    path: string,
  ): FieldError | undefined => {
    const { source } = rule
    const { type = '' } = schema
    try {
      if (run(rule.test, self, oldSelf) === true) return undefined
    } catch (error) {
      if (error instanceof OverBudget) throw error
      return invalidValue(path || '<nil>', type, `${summaryOf(error)} evaluating rule: ${textOf(rule)}`)
    }
    const at = source.fieldPath === undefined ? '' : (fieldAt(schema, source.fieldPath) ?? '')
    const field = at.startsWith('[') || !path ? path + at : at ? `${path}.${at}` : path
    return faultOf(
      source.reason,
      field,
      type,
      messageOf(rule, () => rule.message && run(rule.message, self, oldSelf)),
    )
  }

  const judgeAll = (
    { type, rules }: CompiledRules,
    value: unknown,
    before: unknown,
    schema: Structural,
    path: string,
  ): void => {
    const unchanged = before !== undefined && isDeepStrictEqual(value, before)
    const wanted = rules.filter(({ isTransition, source }) =>
      isTransition ? before !== undefined || source.optionalOldSelf : !unchanged,
    )
    if (wanted.length === 0) return
    const self = type.of(value)
    const oldSelf = before === undefined || before === null ? undefined : type.of(before)
    for (const rule of wanted) {
      const given = rule.source.optionalOldSelf
        ? oldSelf === undefined
          ? Optional.none()
          : Optional.of(oldSelf)
        : oldSelf
      const error = judge(rule, self, given, schema, path)
      if (error) errors.push(error)
    }
  }

  const visit = (value: unknown, schema: Structural, path: string, before: unknown): void => {
    if (value === null || value === undefined) return
    const own = rules.get(schema)
    if (own) judgeAll(own, value, before, schema, path)
    if (Array.isArray(value)) {
      const { items } = schema
      if (!items) return
      const beforeOf = correlated(schema, before)
      for (const [i, each] of value.entries()) visit(each, items, `${path}[${i}]`, beforeOf(each))
    } else if (isFields(value)) {
      for (const [key, each] of Object.entries(value)) {
        const member = memberOf(schema, key)
        if (!member) continue
        const named = schema.properties !== undefined && Object.hasOwn(schema.properties, key)
        const at = named ? childPath(path, key) : `${path}[${key}]`
        visit(each, member, at, isFields(before) ? before[key] : undefined)
      }
    }
  }

  try {
    visit(object, root, '', old)
  } catch (error) {
    if (!(error instanceof OverBudget)) throw error
    const told = `${error.message}: no further validation rules will be run due to call cost exceeds limit`
    errors.push(invalidValue('<nil>', root.type ?? '', told))
  }
  return errors
}

const textOf = ({ source: { message = '', rule } }: CompiledRule): string => message.trim() || rule.trim()

/** The message that the rule makes, or the one that it has. */
const messageOf = ({ source, message }: CompiledRule, make: () => unknown): string => {
  const fixed = source.message?.trim() || `failed rule: ${source.rule.trim()}`
  if (!message) return fixed
  try {
    const made = make()
    return typeof made === 'string' && made.trim() && !made.includes('\n') ? made.trim() : fixed
  } catch (error) {
    if (error instanceof OverBudget) throw error
    return fixed
  }
}

/** What the engine says, without the excerpt of the expression. */
const summaryOf = (error: unknown): string => {
  const { summary, message } = error as { readonly summary?: string; readonly message: string }
  return (summary ?? message).replace(/^No such key/, 'no such key')
}
