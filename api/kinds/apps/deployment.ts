import type { DeploymentStrategy, Deployment as V1 } from 'kubernetes-types/apps/v1'
import { defineKind } from '../../define.ts'
import { forbiddenField, invalidValue, notSupported, required } from '../../field-error.ts'
import type { WithSpec } from '../../resource.ts'
import { labelSelectorOf } from '../../selectors/labels.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { checkOwnSelector, selects } from '../../validation/selectors.ts'
import {
  checkCountOrPercent,
  checkImmutable,
  checkNonNegative,
  type Errors,
} from '../../validation/values.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { keepStatus, prepareCreate } from '../strategy.ts'
import { containerColumns, countOf, selectorColumn } from '../workload/columns.ts'
import { scaleOfReplicas } from '../workload/scale.ts'
import { checkLasting, checkSelected, checkTemplate, defaultTemplate } from '../workload/template.ts'

export type Deployment = WithSpec<V1>

export const Deployment = defineKind<Deployment>({
  group: 'apps',
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  subresources: ['status', 'scale'],
  scale: scaleOfReplicas<Deployment>(({ spec }) => labelSelectorOf(spec.selector).toString()),
  columns: [
    nameColumn(),
    column(
      'Ready',
      'Number of the pod with ready state',
      ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 1}`,
    ),
    column(
      'Up-to-date',
      'Total number of non-terminated pods targeted by this deployment that have the desired template spec.',
      countOf(({ status }) => status?.updatedReplicas),
    ),
    column(
      'Available',
      'Total number of available pods (ready for at least minReadySeconds) targeted by this deployment.',
      countOf(({ status }) => status?.availableReplicas),
    ),
    ageColumn(),
    ...containerColumns<Deployment>(({ spec }) => spec.template),
    selectorColumn(
      'Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by this deployment.',
      ({ spec }) => spec.selector,
    ),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= {} as Deployment['spec']
      const { spec } = draft
      spec.replicas ??= 1
      spec.revisionHistoryLimit ??= 10
      spec.progressDeadlineSeconds ??= 600
      spec.strategy ??= {}
      defaultStrategy(spec.strategy)
      defaultTemplate(spec.template)
    },
    prepareCreate: prepareCreate<Deployment>(() => ({})),
    prepareUpdate: keepStatus,
    statusKeeps: ['labels'],
    validate: ({ metadata, spec }) => [...checkMetadata(metadata), ...checkSpec(spec)],
    validateUpdate: ({ spec }, old) => checkImmutable('spec', spec, old.spec, ['selector']),
  },
})

const defaultStrategy = (strategy: DeploymentStrategy): void => {
  strategy.type ||= 'RollingUpdate'
  if (strategy.type !== 'RollingUpdate') return
  strategy.rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...strategy.rollingUpdate }
}

const checkSpec = (spec: Deployment['spec']): Errors => {
  const { minReadySeconds = 0, progressDeadlineSeconds = 0, selector, template } = spec
  return [
    ...checkNonNegative('spec.replicas', spec.replicas),
    ...checkOwnSelector('spec.selector', selector, 'Deployment'),
    ...checkSelected('spec.template', template, selects(selector)),
    ...checkTemplate('spec.template', template),
    ...checkLasting('spec.template', template, 'ReplicaSet'),
    ...checkStrategy('spec.strategy', spec.strategy ?? {}),
    ...checkNonNegative('spec.minReadySeconds', minReadySeconds),
    ...checkNonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ...checkNonNegative('spec.progressDeadlineSeconds', progressDeadlineSeconds),
    ...(progressDeadlineSeconds > minReadySeconds
      ? []
      : [
          invalidValue(
            'spec.progressDeadlineSeconds',
            progressDeadlineSeconds,
            'must be greater than minReadySeconds',
          ),
        ]),
  ]
}

const checkStrategy = (field: string, { type, rollingUpdate }: DeploymentStrategy): Errors => {
  switch (type) {
    case 'Recreate':
      return rollingUpdate
        ? [
            forbiddenField(
              `${field}.rollingUpdate`,
              "may not be specified when strategy `type` is 'Recreate'",
            ),
          ]
        : []
    case 'RollingUpdate':
      return rollingUpdate
        ? checkRolling(`${field}.rollingUpdate`, rollingUpdate)
        : [required(`${field}.rollingUpdate`)]
    default:
      return [notSupported(`${field}.type`, type, ['Recreate', 'RollingUpdate'])]
  }
}

const checkRolling = (
  field: string,
  { maxUnavailable = 0, maxSurge = 0 }: NonNullable<DeploymentStrategy['rollingUpdate']>,
): Errors => [
  ...checkCountOrPercent(`${field}.maxUnavailable`, maxUnavailable),
  ...checkCountOrPercent(`${field}.maxSurge`, maxSurge),
  ...(isZero(maxUnavailable) && isZero(maxSurge)
    ? [invalidValue(`${field}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')]
    : []),
  ...(typeof maxUnavailable === 'string' && Number.parseInt(maxUnavailable, 10) > 100
    ? [invalidValue(`${field}.maxUnavailable`, maxUnavailable, 'must not be greater than 100%')]
    : []),
]

const isZero = (count: number | string): boolean => Number.parseInt(String(count), 10) === 0
