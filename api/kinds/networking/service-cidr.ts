import { isIP } from 'node:net'
import type { ServiceCIDR as V1 } from 'kubernetes-types/networking/v1alpha1'
import { defineKind } from '../../define.ts'
import { invalidValue, required } from '../../field-error.ts'
import type { WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import type { Errors } from '../../validation/values.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { keepStatus, prepareCreate } from '../strategy.ts'

/** The v1 form is that of v1alpha1. */
export type ServiceCIDR = WithSpec<V1>

export const ServiceCIDR = defineKind<ServiceCIDR>({
  group: 'networking.k8s.io',
  kind: 'ServiceCIDR',
  plural: 'servicecidrs',
  namespaced: false,
  generations: false,
  subresources: ['status'],
  columns: [
    nameColumn(),
    column(
      'CIDRs',
      'CIDRs defines the IP blocks in CIDR notation (e.g. "192.168.0.0/24" or "2001:db8::/64") from which to assign service cluster IPs. Max of two CIDRs is allowed, one of each IP family. This field is immutable.',
      ({ spec }) => spec.cidrs?.join() ?? '',
    ),
    ageColumn(),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= {}
    },
    prepareCreate: prepareCreate<ServiceCIDR>(() => ({})),
    prepareUpdate: keepStatus,
    statusKeeps: 'metadata',
    validate: ({ metadata, spec }) => [...checkMetadata(metadata), ...checkCidrs('spec.cidrs', spec.cidrs)],
    validateUpdate: ({ spec }, old) => checkKept('spec.cidrs', spec.cidrs, old.spec.cidrs),
  },
})

/** 4 or 6; 0 when it is no address with the length of a prefix. */
const family = (cidr: string): number => {
  const [address = '', prefix = '', more] = cidr.split('/')
  const version = isIP(address)
  const bits = version === 4 ? 32 : 128
  return more === undefined && /^\d+$/.test(prefix) && Number(prefix) <= bits ? version : 0
}

const checkCidrs = (field: string, cidrs: readonly string[] = []): Errors => {
  if (cidrs.length === 0) return [required(field, 'at least one CIDR required')]
  if (cidrs.length > 2) return [invalidValue(field, { cidrs }, 'may only hold up to 2 values')]
  const [first, second] = cidrs.map(family)
  return [
    ...cidrs.flatMap((cidr, i) =>
      family(cidr)
        ? []
        : [
            invalidValue(
              `${field}[${i}]`,
              cidr,
              'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
            ),
          ],
    ),
    ...(first && first === second
      ? [
          invalidValue(
            field,
            cidrs,
            'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
          ),
        ]
      : []),
  ]
}

/** One of the other family may be added; what is there stays. */
const checkKept = (field: string, cidrs: readonly string[] = [], old: readonly string[] = []): Errors => {
  const added = cidrs.length - old.length
  if (added !== 0 && !(added === 1 && old.length === 1)) {
    return [invalidValue(field, cidrs, 'field is immutable')]
  }
  return old.flatMap((cidr, i) =>
    cidr === cidrs[i] ? [] : [invalidValue(`${field}[${i}]`, cidrs[i], 'field is immutable')],
  )
}
