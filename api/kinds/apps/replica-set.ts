import type { ReplicaSet as V1 } from 'kubernetes-types/apps/v1'
import { defineKind } from '../../define.ts'
import type { WithSpec } from '../../resource.ts'
import { labelSelectorOf } from '../../selectors/labels.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { checkOwnSelector, selects } from '../../validation/selectors.ts'
import { checkImmutable, checkNonNegative } from '../../validation/values.ts'
import { ageColumn, nameColumn } from '../columns.ts'
import { keepStatus, prepareCreate } from '../strategy.ts'
import { containerColumns, countColumn, selectorColumn } from '../workload/columns.ts'
import { scaleOfReplicas } from '../workload/scale.ts'
import { checkLasting, checkSelected, checkTemplate, defaultTemplate } from '../workload/template.ts'

export type ReplicaSet = WithSpec<V1>

export const ReplicaSet = defineKind<ReplicaSet>({
  group: 'apps',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  subresources: ['status', 'scale'],
  scale: scaleOfReplicas<ReplicaSet>(({ spec }) => labelSelectorOf(spec.selector).toString()),
  fields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  columns: [
    nameColumn(),
    countColumn('Desired', 'Replicas is the number of desired replicas.', ({ spec }) => spec.replicas),
    countColumn(
      'Current',
      'Replicas is the most recently observed number of replicas.',
      ({ status }) => status?.replicas,
    ),
    countColumn(
      'Ready',
      'The number of ready replicas for this replica set.',
      ({ status }) => status?.readyReplicas,
    ),
    ageColumn(),
    ...containerColumns<ReplicaSet>(({ spec }) => spec.template),
    selectorColumn(
      'Selector is a label query over pods that should match the replica count.',
      ({ spec }) => spec.selector,
    ),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= {} as ReplicaSet['spec']
      draft.spec.replicas ??= 1
      defaultTemplate(draft.spec.template)
    },
    prepareCreate: prepareCreate<ReplicaSet>(() => ({ replicas: 0 })),
    prepareUpdate: keepStatus,
    validate: ({ metadata, spec: { replicas, minReadySeconds, selector, template } }) => [
      ...checkMetadata(metadata),
      ...checkNonNegative('spec.replicas', replicas),
      ...checkNonNegative('spec.minReadySeconds', minReadySeconds),
      ...checkOwnSelector('spec.selector', selector, 'ReplicaSet'),
      ...checkSelected('spec.template', template, selects(selector)),
      ...checkTemplate('spec.template', template),
      ...checkLasting('spec.template', template, 'ReplicaSet'),
    ],
    validateUpdate: ({ spec }, old) => checkImmutable('spec', spec, old.spec, ['selector']),
  },
})
