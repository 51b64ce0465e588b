import type { Lease as V1 } from 'kubernetes-types/coordination/v1'
import { defineKind } from '../../define.ts'
import type { Served } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { checkNonNegative, checkPositive } from '../../validation/values.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'

export type Lease = Served<V1>

export const Lease = defineKind<Lease>({
  group: 'coordination.k8s.io',
  kind: 'Lease',
  plural: 'leases',
  generations: false,
  columns: [
    nameColumn(),
    column(
      'Holder',
      'holderIdentity contains the identity of the holder of a current lease.',
      ({ spec }) => spec?.holderIdentity ?? '',
    ),
    ageColumn(),
  ],
  strategy: {
    needsRevision: true,
    default: draft => {
      draft.spec ??= {}
    },
    validate: ({ metadata, spec }) => [
      ...checkMetadata(metadata),
      ...checkPositive('spec.leaseDurationSeconds', spec?.leaseDurationSeconds),
      ...checkNonNegative('spec.leaseTransitions', spec?.leaseTransitions),
    ],
  },
})
