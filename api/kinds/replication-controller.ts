import type { ReplicationController as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import { required } from '../field-error.ts'
import type { Meta } from '../resource.ts'
import { selectorOfMap } from '../selectors/labels.ts'
import { checkMetadata } from '../validation/metadata.ts'
import { checkNonNegative, type Errors } from '../validation/values.ts'
import { ageColumn, column, integer, labelsText, nameColumn, wide } from './columns.ts'
import { keepStatus, prepareCreate } from './strategy.ts'
import { containerColumns } from './workload/columns.ts'
import { scaleOfReplicas } from './workload/scale.ts'
import { checkLasting, checkSelected, checkTemplate, defaultTemplate } from './workload/template.ts'

export type ReplicationController = V1 & {
  apiVersion: string
  kind: string
  metadata: Meta
  spec: NonNullable<V1['spec']>
}

type Spec = ReplicationController['spec']

export const ReplicationController = defineKind<ReplicationController>({
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  subresources: ['status', 'scale'],
  generations: true,
  scale: scaleOfReplicas<ReplicationController>(({ spec }) => selectorOfMap(spec.selector).toString()),
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
    ...containerColumns<ReplicationController>(rc => rc.spec.template),
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
      defaultTemplate(spec.template)
    },
    prepareCreate: prepareCreate<ReplicationController>(() => ({ replicas: 0 })),
    prepareUpdate: keepStatus,
    // As in Kubernetes, for those who deleted controllers before there was a garbage collector.
    dependents: 'orphaned',
    validate: rc => [...checkMetadata(rc.metadata), ...checkSpec(rc.spec)],
  },
})

const isEmpty = (labels: Readonly<Record<string, string>> | undefined): boolean =>
  Object.keys(labels ?? {}).length === 0

const checkSpec = ({ minReadySeconds, selector = {}, replicas, template }: Spec): Errors => [
  ...checkNonNegative('spec.minReadySeconds', minReadySeconds),
  ...(isEmpty(selector) ? [required('spec.selector')] : []),
  ...checkNonNegative('spec.replicas', replicas),
  ...checkSelected('spec.template', template, selectorOfMap(selector).matches),
  ...checkTemplate('spec.template', template),
  ...checkLasting('spec.template', template, 'ReplicationController'),
]
