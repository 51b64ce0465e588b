import type { ResourceQuota as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import type { Served } from '../resource.ts'
import { checkMetadata } from '../validation/metadata.ts'
import { ageColumn, column, nameColumn } from './columns.ts'
import { keepStatus, prepareCreate } from './strategy.ts'

export type ResourceQuota = Served<V1>

export const ResourceQuota = defineKind<ResourceQuota>({
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  shortNames: ['quota'],
  subresources: ['status'],
  columns: [
    nameColumn(),
    ageColumn(),
    column(
      'Request',
      'Request represents a minimum amount of cpu/memory that a container may consume.',
      quota => usedText(quota, name => !name.startsWith('limits.')),
    ),
    column(
      'Limit',
      'Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.',
      quota => usedText(quota, name => name.startsWith('limits.')),
    ),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= {}
    },
    prepareCreate: prepareCreate<ResourceQuota>(() => ({})),
    prepareUpdate: keepStatus,
    validate: ({ metadata }) => checkMetadata(metadata),
  },
})

/** `cpu: 1/2, pods: 3/10`. */
const usedText = ({ status }: ResourceQuota, shown: (name: string) => boolean): string =>
  Object.entries(status?.hard ?? {})
    .filter(([name]) => shown(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hard]) => `${name}: ${status?.used?.[name] ?? 0}/${hard}`)
    .join(', ')
