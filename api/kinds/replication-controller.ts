import type { ReplicationController as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import { forbiddenField, invalidValue, notSupported, required } from '../field-error.ts'
import type { Meta } from '../resource.ts'
import { selectorOfMap } from '../selectors/labels.ts'
import { checkMetadata } from '../validation/metadata.ts'
import { checkNonNegative, type Errors } from '../validation/values.ts'
import { ageColumn, column, integer, labelsText, nameColumn, wide } from './columns.ts'
import { defaultPodSpec } from './pod-spec/defaults.ts'
import { checkPodSpec } from './pod-spec/validate.ts'
import { keepStatus, prepareCreate } from './strategy.ts'

export type ReplicationController = V1 & {
  apiVersion: string
  kind: string
  metadata: Meta
  spec: NonNullable<V1['spec']>
}

type Spec = ReplicationController['spec']

const containers = (rc: ReplicationController) => rc.spec.template?.spec?.containers ?? []

export const ReplicationController = defineKind<ReplicationController>({
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  subresources: ['status', 'scale'],
  fields: { 'status.replicas': rc => String(rc.status?.replicas ?? 0) },
  columns: [
    nameColumn(),
    column('Desired', 'Replicas is the number of desired replicas.', rc => rc.spec.replicas ?? 1, integer),
    column(
      'Current',
      'Replicas is the most recently observed number of replicas.',
      rc => rc.status?.replicas ?? 0,
      integer,
    ),
    column(
      'Ready',
      'The number of ready replicas for this replication controller.',
      rc => rc.status?.readyReplicas ?? 0,
      integer,
    ),
    ageColumn(),
    column(
      'Containers',
      'Names of each container in the template.',
      rc =>
        containers(rc)
          .map(each => each.name)
          .join(),
      wide,
    ),
    column(
      'Images',
      'Images referenced by each container in the template.',
      rc =>
        containers(rc)
          .map(each => each.image)
          .join(),
      wide,
    ),
    column(
      'Selector',
      'Selector is a label query over pods that should match the replicas count.',
      rc => labelsText(rc.spec.selector),
      wide,
    ),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= {}
      const { spec, metadata } = draft
      spec.replicas ??= 1
      const labels = spec.template?.metadata?.labels
      if (labels && isEmpty(spec.selector)) spec.selector = { ...labels }
      if (labels && isEmpty(metadata.labels)) metadata.labels = { ...labels }
      if (spec.template?.spec) defaultPodSpec(spec.template.spec)
    },
    prepareCreate: prepareCreate<ReplicationController>(() => ({ replicas: 0 })),
    prepareUpdate: keepStatus,
    validate: rc => [...checkMetadata(rc.metadata), ...checkSpec(rc.spec)],
  },
})

const isEmpty = (labels: Readonly<Record<string, string>> | undefined): boolean =>
  Object.keys(labels ?? {}).length === 0

const checkSpec = (spec: Spec): Errors => [
  ...checkNonNegative('spec.minReadySeconds', spec.minReadySeconds),
  ...(isEmpty(spec.selector) ? [required('spec.selector')] : []),
  ...checkNonNegative('spec.replicas', spec.replicas),
  ...(spec.template ? checkTemplate(spec.template, spec.selector ?? {}) : [required('spec.template')]),
]

const checkTemplate = (template: NonNullable<Spec['template']>, selector: Record<string, string>): Errors => {
  const labels = template.metadata?.labels ?? {}
  const field = 'spec.template'
  const { restartPolicy, activeDeadlineSeconds } = template.spec ?? {}
  return [
    ...(isEmpty(selector) || selectorOfMap(selector).matches(labels)
      ? []
      : [invalidValue(`${field}.metadata.labels`, labels, '`selector` does not match template `labels`')]),
    ...checkMetadata(template.metadata ?? {}, `${field}.metadata`),
    ...checkPodSpec(template.spec ?? { containers: [] }, `${field}.spec`),
    // What is replicated is there to stay.
    ...(restartPolicy === 'OnFailure' || restartPolicy === 'Never'
      ? [notSupported(`${field}.spec.restartPolicy`, restartPolicy, ['Always'])]
      : []),
    ...(activeDeadlineSeconds === undefined
      ? []
      : [
          forbiddenField(
            `${field}.spec.activeDeadlineSeconds`,
            'activeDeadlineSeconds in ReplicationController is not Supported',
          ),
        ]),
  ]
}
