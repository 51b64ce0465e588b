import type { ServiceAccount as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import type { Served } from '../resource.ts'
import { ageColumn, column, nameColumn } from './columns.ts'

export type ServiceAccount = Served<V1>

export const ServiceAccount = defineKind<ServiceAccount>({
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  columns: [
    nameColumn(),
    column(
      'Secrets',
      'Secrets is the list of secrets allowed to be used by pods running using this ServiceAccount.',
      ({ secrets = [] }) => secrets.length,
    ),
    ageColumn(),
  ],
})
