import type { Endpoints as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import { invalidValue, required } from '../field-error.ts'
import type { Meta } from '../resource.ts'
import { checkMetadata, keepServerMetadata } from '../validation/metadata.ts'
import { dnsLabel } from '../validation/names.ts'
import { specialAddress } from '../validation/special-address.ts'
import { checkIP, checkName, checkOneOf, checkPort, checkUnique, type Errors } from '../validation/values.ts'
import { ageColumn, column, nameColumn, none } from './columns.ts'

export type Endpoints = V1 & { apiVersion: string; kind: string; metadata: Meta }

type Subset = NonNullable<V1['subsets']>[number]

export const Endpoints = defineKind<Endpoints>({
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  columns: [
    nameColumn(),
    column('Endpoints', 'The set of all endpoints is the union of all subsets.', endpointsText),
    ageColumn(),
  ],
  strategy: {
    default: draft => {
      for (const subset of draft.subsets ?? []) for (const each of subset.ports ?? []) each.protocol ??= 'TCP'
    },
    prepareUpdate: (draft, old) => keepServerMetadata(draft.metadata, old.metadata),
    validate: ({ metadata, subsets = [] }) => [
      ...checkMetadata(metadata),
      ...subsets.flatMap((subset, i) => checkSubset(`subsets[${i}]`, subset)),
    ],
  },
})

const checkSubset = (
  field: string,
  { addresses = [], notReadyAddresses = [], ports = [] }: Subset,
): Errors => [
  ...(addresses.length + notReadyAddresses.length === 0
    ? [required(field, 'must specify `addresses` or `notReadyAddresses`')]
    : []),
  ...addresses.flatMap(({ ip }, i) => checkEndpointIP(`${field}.addresses[${i}].ip`, ip ?? '')),
  ...notReadyAddresses.flatMap(({ ip }, i) =>
    checkEndpointIP(`${field}.notReadyAddresses[${i}].ip`, ip ?? ''),
  ),
  ...ports.flatMap((each, i) => [
    ...(each.name || ports.length > 1 ? checkName(`${field}.ports[${i}].name`, each.name, dnsLabel) : []),
    ...checkPort(`${field}.ports[${i}].port`, each.port ?? 0),
    ...checkOneOf(`${field}.ports[${i}].protocol`, each.protocol, ['TCP', 'UDP', 'SCTP']),
  ]),
  ...checkUnique(
    ports,
    ({ name }) => name || undefined,
    i => `${field}.ports[${i}].name`,
  ),
]

const specialNets = {
  unspecified: 'may not be unspecified (0.0.0.0 or ::)',
  'link-local': 'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
  multicast: 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
} as const

/** Loopback is allowed, other than in kube-apiserver: the pods of an embedded Mesos are there. */
const checkEndpointIP = (field: string, ip: string): Errors => {
  const wrong = checkIP(field, ip)
  if (wrong.length > 0) return wrong
  const special = specialAddress(ip)
  return !special || special === 'loopback' ? [] : [invalidValue(field, ip, specialNets[special])]
}

/** As many as fit a table. */
const shown = 3

function endpointsText({ subsets = [] }: Endpoints): string {
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) =>
          addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
        ),
  )
  const text = all.slice(0, shown).join()
  return all.length > shown ? `${text} + ${all.length - shown} more...` : text || none
}
