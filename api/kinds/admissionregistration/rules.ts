import type { MatchResources, RuleWithOperations } from 'kubernetes-types/admissionregistration/v1'
import { invalidValue, notSupported, required } from '../../field-error.ts'
import { checkSelector } from '../../validation/selectors.ts'
import { checkOneOf, type Errors } from '../../validation/values.ts'

/** The published types leave out what it is about. */
type Rule = RuleWithOperations & { scope?: string; resources?: string[] }

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']

export const failurePolicies = ['Fail', 'Ignore']

/** In place. */
export const defaultRules = (rules: Rule[] = []): void => {
  for (const rule of rules) rule.scope ??= '*'
}

/** In place. */
export const defaultMatching = (match: MatchResources | undefined): void => {
  if (!match) return
  match.namespaceSelector ??= {}
  match.objectSelector ??= {}
  match.matchPolicy ??= 'Equivalent'
  defaultRules(match.resourceRules)
  defaultRules(match.excludeResourceRules)
}

export const checkMatching = (
  field: string,
  {
    matchPolicy,
    namespaceSelector = {},
    objectSelector = {},
    resourceRules = [],
    excludeResourceRules = [],
  }: MatchResources,
): Errors => [
  ...checkOneOf(`${field}.matchPolicy`, matchPolicy, ['Equivalent', 'Exact']),
  ...checkSelector(`${field}.namespaceSelector`, namespaceSelector),
  ...checkSelector(`${field}.objectSelector`, objectSelector),
  ...checkRules(`${field}.resourceRules`, resourceRules),
  ...checkRules(`${field}.excludeResourceRules`, excludeResourceRules),
]

/** Which requests are meant. */
export const checkRules = (field: string, rules: readonly Rule[] = []): Errors =>
  rules.flatMap((rule, i) => checkRule(`${field}[${i}]`, rule))

const checkRule = (field: string, rule: Rule): Errors => {
  const { scope, resources = [], apiVersions = [] } = rule
  return [
    ...checkSome(`${field}.operations`, rule.operations, 'operations'),
    ...(rule.operations ?? []).flatMap((each, i) =>
      operations.includes(each) ? [] : [notSupported(`${field}.operations[${i}]`, each, operations)],
    ),
    ...checkSome(`${field}.apiGroups`, rule.apiGroups, 'API groups'),
    ...checkSome(`${field}.apiVersions`, apiVersions, 'API versions'),
    ...checkNamed(`${field}.apiVersions`, apiVersions),
    ...(resources.length > 0 ? [] : [required(`${field}.resources`)]),
    ...checkNamed(`${field}.resources`, resources),
    ...checkWildcards(`${field}.resources`, resources),
    ...checkOneOf(`${field}.scope`, scope, ['*', 'Cluster', 'Namespaced']),
  ]
}

const checkSome = (field: string, values: readonly string[] = [], what: string): Errors => {
  if (values.length === 0) return [required(field)]
  return values.length > 1 && values.includes('*')
    ? [invalidValue(field, values, `if '*' is present, must not specify other ${what}`)]
    : []
}

const checkNamed = (field: string, values: readonly string[]): Errors =>
  values.flatMap((each, i) => (each ? [] : [required(`${field}[${i}]`)]))

/** `pods/*`, `*\/status`: what a wildcard says already is not said again. */
const checkWildcards = (field: string, resources: readonly string[]): Errors => {
  const covered = resources.flatMap((each, i) => {
    const [resource, subresource] = each.split('/', 2)
    const wildcards = [`${resource}/*`, `*/${subresource}`]
    return subresource === undefined
      ? []
      : wildcards
          .filter(wildcard => resources.slice(0, i).includes(wildcard))
          .map(wildcard =>
            invalidValue(`${field}[${i}]`, each, `if '${wildcard}' is present, must not specify ${each}`),
          )
  })
  const plain = resources.some(each => each !== '*' && !each.includes('/'))
  return [
    ...covered,
    ...(resources.length > 1 && resources.includes('*/*')
      ? [invalidValue(field, resources, "if '*/*' is present, must not specify other resources")]
      : []),
    ...(resources.includes('*') && plain
      ? [
          invalidValue(
            field,
            resources,
            "if '*' is present, must not specify other resources without subresources",
          ),
        ]
      : []),
  ]
}

/** Conditions in CEL that a request has to meet as well. They are not compiled: nothing evaluates them yet. */
export const checkMatchConditions = (
  field: string,
  conditions: readonly { readonly name?: string; readonly expression?: string }[] = [],
): Errors =>
  conditions.flatMap(({ name, expression }, i) => [
    ...(expression?.trim() ? [] : [required(`${field}[${i}].expression`)]),
    ...(name ? [] : [required(`${field}[${i}].name`)]),
  ])
