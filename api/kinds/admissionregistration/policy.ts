import type { MatchResources, ParamKind, Variable } from 'kubernetes-types/admissionregistration/v1'
import { invalidValue, required } from '../../field-error.ts'
import type { Column } from '../../kind.ts'
import type { Resource } from '../../resource.ts'
import { dns1035Label } from '../../validation/names.ts'
import { checkOneOf, type Errors } from '../../validation/values.ts'
import { column } from '../columns.ts'
import { checkMatchConditions, checkMatching, defaultMatching, failurePolicies } from './rules.ts'

/** What policies that validate and policies that mutate have in common. Their expressions are not compiled. */
export interface PolicySpec {
  paramKind?: ParamKind
  matchConstraints?: MatchResources
  failurePolicy?: string
  matchConditions?: { name: string; expression: string }[]
  variables?: Variable[]
}

/** In place. */
export const defaultPolicy = (spec: PolicySpec): void => {
  spec.failurePolicy ??= 'Fail'
  defaultMatching(spec.matchConstraints)
}

export const checkPolicy = ({
  failurePolicy,
  paramKind,
  matchConstraints,
  matchConditions,
  variables = [],
}: PolicySpec): Errors => [
  ...checkOneOf('spec.failurePolicy', failurePolicy, failurePolicies),
  ...(paramKind ? checkParamKind('spec.paramKind', paramKind) : []),
  ...(matchConstraints
    ? [
        ...checkMatching('spec.matchConstraints', matchConstraints),
        ...(matchConstraints.resourceRules?.length ? [] : [required('spec.matchConstraints.resourceRules')]),
      ]
    : [required('spec.matchConstraints')]),
  ...checkMatchConditions('spec.matchConditions', matchConditions),
  ...variables.flatMap(({ name, expression }, i) => checkVariable(`spec.variables[${i}]`, name, expression)),
]

const checkVariable = (field: string, name?: string, expression?: string): Errors => [
  ...(name
    ? /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
      ? []
      : [invalidValue(`${field}.name`, name, 'must be a valid CEL identifier')]
    : [required(`${field}.name`, 'name is not specified')]),
  ...(expression?.trim() ? [] : [required(`${field}.expression`, 'expression is not specified')]),
]

const checkParamKind = (field: string, { apiVersion, kind }: ParamKind): Errors => [
  ...(apiVersion ? [] : [required(`${field}.apiVersion`)]),
  ...(kind
    ? dns1035Label(kind.toLowerCase()).map(message =>
        invalidValue(`${field}.kind`, kind, `may have mixed case, but should otherwise match: ${message}`),
      )
    : [required(`${field}.kind`)]),
]

export const paramKindColumn = <T extends Resource & { spec: PolicySpec }>(): Column<T> =>
  column(
    'ParamKind',
    'ParamKind specifies the kind of resources used to parameterize this policy',
    ({ spec: { paramKind } }) => (paramKind ? `${paramKind.apiVersion}/${paramKind.kind}` : '<unset>'),
  )
