import type { FlowSchema as V1 } from 'kubernetes-types/flowcontrol/v1'
import { defineKind } from '../../define.ts'
import { invalidValue, required } from '../../field-error.ts'
import type { WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { dnsSubdomain } from '../../validation/names.ts'
import { checkOneOf, checkText, type Errors } from '../../validation/values.ts'
import { ageColumn, column, nameColumn, none } from '../columns.ts'
import { keepStatus, prepareCreate } from '../strategy.ts'
import { checkRule } from './policy-rules.ts'

export type FlowSchema = WithSpec<V1>

export const FlowSchema = defineKind<FlowSchema>({
  group: 'flowcontrol.apiserver.k8s.io',
  kind: 'FlowSchema',
  plural: 'flowschemas',
  namespaced: false,
  subresources: ['status'],
  columns: [
    nameColumn(),
    column(
      'PriorityLevel',
      '`name` is the name of the priority level configuration being referenced Required.',
      ({ spec }) => spec.priorityLevelConfiguration.name,
    ),
    column(
      'MatchingPrecedence',
      '`matchingPrecedence` is used to choose among the FlowSchemas that match a given request. The chosen FlowSchema is among those with the numerically lowest (which we take to be logically highest) MatchingPrecedence.  Each MatchingPrecedence value must be ranged in [1,10000]. Note that if the precedence is not specified, it will be set to 1000 as default.',
      ({ spec }) => spec.matchingPrecedence ?? 0,
    ),
    column(
      'DistinguisherMethod',
      '`distinguisherMethod` defines how to compute the flow distinguisher for requests that match this schema. `nil` specifies that the distinguisher is disabled and thus will always be the empty string.',
      ({ spec }) => spec.distinguisherMethod?.type ?? none,
    ),
    ageColumn(),
    column(
      'MissingPL',
      'references a broken or non-existent PriorityLevelConfiguration',
      ({ status }) => status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?',
    ),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= { priorityLevelConfiguration: { name: '' } }
      draft.spec.priorityLevelConfiguration ??= { name: '' }
      draft.spec.matchingPrecedence ||= 1_000
    },
    prepareCreate: prepareCreate<FlowSchema>(() => ({})),
    prepareUpdate: keepStatus,
    validate: ({ metadata, spec }) => [...checkMetadata(metadata), ...checkSpec(metadata.name, spec)],
  },
})

const mostPrecedence = 10_000

const checkSpec = (name: string, spec: FlowSchema['spec']): Errors => {
  const { distinguisherMethod: method, matchingPrecedence: precedence = 0, rules = [] } = spec
  const level = spec.priorityLevelConfiguration.name
  const wrong = (detail: string) => invalidValue('spec.matchingPrecedence', precedence, detail)
  return [
    ...(precedence <= 0 ? [wrong('must be a positive value')] : []),
    ...(precedence > mostPrecedence ? [wrong(`must not be greater than ${mostPrecedence}`)] : []),
    ...(precedence === 1 && name !== 'exempt'
      ? [wrong("only the schema named 'exempt' may have matchingPrecedence 1")]
      : []),
    ...(method ? checkOneOf('spec.distinguisherMethod.type', method.type, ['ByNamespace', 'ByUser']) : []),
    ...(level
      ? checkText('spec.priorityLevelConfiguration.name', level, dnsSubdomain)
      : [required('spec.priorityLevelConfiguration.name', 'must reference a priority level')]),
    ...rules.flatMap((rule, i) => checkRule(`spec.rules[${i}]`, rule)),
  ]
}
