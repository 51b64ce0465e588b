import { invalidValue, notSupported, required } from '../../field-error.ts'
import type { Errors } from '../../validation/values.ts'
import { othersOf, type Structural, type ValidationRule } from '../structural.ts'
import { type CompiledRules, compileRules } from './compile.ts'
import { fieldAt, reasons } from './fault.ts'

const none: Errors = []

/** What is wrong with the rules of a schema, which stands at `field`. */
export const checkDefinitionRules = (field: string, root: Structural): Errors => {
  const { of, errors } = compileRules(root)
  const told = new Map<Structural, Errors[]>()
  for (const { schema, index, part, message } of errors) {
    const rule = schema['x-kubernetes-validations']?.[index]
    const error = invalidValue(`x-kubernetes-validations[${index}].${part}`, rule?.[part], message)
    told.set(schema, [...(told.get(schema) ?? []), [error]])
  }
  /** `apart`: where values cannot be told to be the same ones as before. */
  const visit = (at: string, schema: Structural, apart: string | undefined): Errors => {
    const { items } = schema
    const others = othersOf(schema)
    const inItems = schema['x-kubernetes-list-type'] === 'map' ? apart : (apart ?? `${at}.items`)
    return [
      ...(told.get(schema) ?? []).flat().map(error => ({ ...error, field: `${at}.${error.field}` })),
      ...(schema['x-kubernetes-validations'] ?? []).flatMap((rule, i) =>
        checkRule(`${at}.x-kubernetes-validations[${i}]`, rule, schema, of.get(schema), apart),
      ),
      ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) =>
        visit(`${at}.properties[${name}]`, each, apart),
      ),
      ...(items ? visit(`${at}.items`, items, inItems) : none),
      ...(others ? visit(`${at}.additionalProperties`, others, apart) : none),
    ]
  }
  return visit(field, root, undefined)
}

const checkRule = (
  field: string,
  rule: ValidationRule,
  schema: Structural,
  compiled: CompiledRules | undefined,
  apart: string | undefined,
): Errors => {
  const { message, messageExpression, reason, fieldPath, optionalOldSelf } = rule
  const isTransition = compiled?.rules.find(({ source }) => source === rule)?.isTransition
  return [
    ...(rule.rule?.trim() ? none : [required(`${field}.rule`, 'rule is not specified')]),
    ...(message !== undefined && message !== '' && !message.trim()
      ? [invalidValue(`${field}.message`, message, 'message must be non-empty if specified')]
      : none),
    ...(message?.includes('\n')
      ? [invalidValue(`${field}.message`, message, 'message must not contain line breaks')]
      : none),
    ...(rule.rule?.trim().includes('\n') && !message
      ? [required(`${field}.message`, 'message must be specified if rule contains line breaks')]
      : none),
    ...(messageExpression !== undefined && !messageExpression.trim()
      ? [required(`${field}.messageExpression`, 'messageExpression must be non-empty if specified')]
      : none),
    ...(reason !== undefined && !reasons.includes(reason)
      ? [notSupported(`${field}.reason`, reason, reasons)]
      : none),
    ...(fieldPath !== undefined && fieldAt(schema, fieldPath) === undefined
      ? [
          invalidValue(
            `${field}.fieldPath`,
            fieldPath,
            'fieldPath must be a valid path to a field of the schema',
          ),
        ]
      : none),
    ...(isTransition && apart !== undefined
      ? [
          invalidValue(
            `${field}.rule`,
            rule.rule,
            `oldSelf cannot be used on the uncorrelatable portion of the schema within ${apart}`,
          ),
        ]
      : none),
    ...(isTransition === false && optionalOldSelf !== undefined
      ? [
          invalidValue(
            `${field}.optionalOldSelf`,
            optionalOldSelf,
            'may not be set if oldSelf is not used in rule',
          ),
        ]
      : none),
  ]
}
