import type { PodDisruptionBudget as V1 } from 'kubernetes-types/policy/v1'
import { defineKind } from '../../define.ts'
import { invalidValue } from '../../field-error.ts'
import type { WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { checkSelector } from '../../validation/selectors.ts'
import { checkCountOrPercent, checkOneOf } from '../../validation/values.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { keepStatus, prepareCreate } from '../strategy.ts'
import { countColumn } from '../workload/columns.ts'

export type PodDisruptionBudget = WithSpec<V1>

export const PodDisruptionBudget = defineKind<PodDisruptionBudget>({
  group: 'policy',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  subresources: ['status'],
  columns: [
    nameColumn(),
    column('Min Available', 'The minimum number of pods that must be available.', ({ spec }) =>
      String(spec.minAvailable ?? 'N/A'),
    ),
    column('Max Unavailable', 'The maximum number of pods that can be unavailable.', ({ spec }) =>
      String(spec.maxUnavailable ?? 'N/A'),
    ),
    countColumn(
      'Allowed Disruptions',
      'Calculated number of pods that may be disrupted at this time.',
      ({ status }) => status?.disruptionsAllowed,
    ),
    ageColumn(),
  ],
  strategy: {
    needsRevision: true,
    default: draft => {
      draft.spec ??= {}
    },
    prepareCreate: prepareCreate<PodDisruptionBudget>(() => ({
      currentHealthy: 0,
      desiredHealthy: 0,
      disruptionsAllowed: 0,
      expectedPods: 0,
    })),
    prepareUpdate: keepStatus,
    validate: ({ metadata, spec }) => [
      ...checkMetadata(metadata),
      ...(spec.minAvailable !== undefined && spec.maxUnavailable !== undefined
        ? [invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set')]
        : []),
      ...checkCountOrPercent('spec.minAvailable', spec.minAvailable),
      ...checkCountOrPercent('spec.maxUnavailable', spec.maxUnavailable),
      ...checkOneOf('spec.unhealthyPodEvictionPolicy', spec.unhealthyPodEvictionPolicy, [
        'AlwaysAllow',
        'IfHealthyBudget',
      ]),
      ...(spec.selector ? checkSelector('spec.selector', spec.selector) : []),
    ],
  },
})
