import type { MatchResources, ParamRef } from 'kubernetes-types/admissionregistration/v1'
import { forbiddenField, required } from '../../field-error.ts'
import type { Column } from '../../kind.ts'
import type { Resource } from '../../resource.ts'
import { dnsSubdomain } from '../../validation/names.ts'
import { checkName, checkOneOf, checkText, type Errors } from '../../validation/values.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { selectorText } from '../workload/columns.ts'
import { checkMatching, defaultMatching } from './rules.ts'

/** What bindings of policies have in common, whether those validate or mutate. */
export interface BindingSpec {
  policyName?: string
  paramRef?: ParamRef
  matchResources?: MatchResources
}

/** In place. */
export const defaultBinding = ({ matchResources }: BindingSpec): void => defaultMatching(matchResources)

export const checkBinding = ({ policyName, paramRef, matchResources }: BindingSpec): Errors => [
  ...checkName('spec.policyName', policyName, dnsSubdomain),
  ...(paramRef ? checkParamRef('spec.paramRef', paramRef) : []),
  ...(matchResources ? checkMatching('spec.matchResources', matchResources) : []),
]

const checkParamRef = (field: string, { name, selector, parameterNotFoundAction }: ParamRef): Errors => [
  ...(name ? checkText(`${field}.name`, name, dnsSubdomain) : []),
  ...(name && selector
    ? (['name', 'selector'] as const).map(member =>
        forbiddenField(`${field}.${member}`, 'name and selector are mutually exclusive'),
      )
    : []),
  ...(name || selector ? [] : [required(field, 'one of name or selector must be specified')]),
  ...(parameterNotFoundAction
    ? checkOneOf(`${field}.parameterNotFoundAction`, parameterNotFoundAction, ['Deny', 'Allow'])
    : [required(`${field}.parameterNotFoundAction`)]),
]

export const bindingColumns = <T extends Resource & { spec: BindingSpec }>(): Column<T>[] => [
  nameColumn(),
  column(
    'PolicyName',
    'PolicyName indicates the policy definition which the policy binding binded to',
    ({ spec }) => spec.policyName ?? '',
  ),
  column(
    'ParamRef',
    'ParamRef indicates the param resource which sets the configuration param',
    ({ spec: { paramRef } }) => (paramRef ? paramText(paramRef) : '<unset>'),
  ),
  ageColumn(),
]

/** Whether a parameter lives in a namespace cannot be told from here. */
const paramText = ({ namespace = '*', name, selector }: ParamRef): string =>
  name ? `${namespace}/${name}` : selectorText(selector)
