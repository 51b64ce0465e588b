import type { ResourceQuota as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import { invalidValue } from '../field-error.ts'
import { parseQuantity } from '../quantity.ts'
import type { Served } from '../resource.ts'
import { checkMetadata } from '../validation/metadata.ts'
import { qualifiedName } from '../validation/names.ts'
import { checkText, type Errors } from '../validation/values.ts'
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
    validate: ({ metadata, spec }) => [
      ...checkMetadata(metadata),
      ...Object.entries(spec?.hard ?? {}).flatMap(([name, amount]) =>
        checkHard(`spec.hard[${name}]`, name, amount),
      ),
    ],
  },
})

const standard =
  /^((requests|limits)\.)?(cpu|memory|ephemeral-storage|hugepages-.+)$|^(requests\.)?storage$|^(pods|services(\.(nodeports|loadbalancers))?|replicationcontrollers|resourcequotas|secrets|configmaps|persistentvolumeclaims)$/

/** These are counted, one by one. */
const counted =
  /^(pods|services(\..+)?|replicationcontrollers|resourcequotas|secrets|configmaps|persistentvolumeclaims|count\/.+)$/

const checkHard = (field: string, name: string, amount: string): Errors => {
  const { nanos } = parseQuantity(amount)
  return [
    ...checkText(field, name, qualifiedName),
    ...(name.includes('/') || standard.test(name)
      ? []
      : [
          invalidValue(field, name, 'must be a standard resource type or fully qualified'),
          invalidValue(field, name, 'must be a standard resource for quota'),
        ]),
    ...(nanos < 0n ? [invalidValue(field, amount, 'must be greater than or equal to 0')] : []),
    ...(counted.test(name) && nanos % 1_000_000_000n !== 0n
      ? [invalidValue(field, amount, 'must be an integer')]
      : []),
  ]
}

/** `cpu: 1/2, pods: 3/10`. */
const usedText = ({ status }: ResourceQuota, shown: (name: string) => boolean): string =>
  Object.entries(status?.hard ?? {})
    .filter(([name]) => shown(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hard]) => `${name}: ${status?.used?.[name] ?? 0}/${hard}`)
    .join(', ')
