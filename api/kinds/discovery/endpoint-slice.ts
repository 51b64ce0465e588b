import type { EndpointSlice as V1 } from 'kubernetes-types/discovery/v1'
import { defineKind } from '../../define.ts'
import { required } from '../../field-error.ts'
import type { Served } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { checkImmutable, checkOneOf } from '../../validation/values.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'

export type EndpointSlice = Served<V1>

export const EndpointSlice = defineKind<EndpointSlice>({
  group: 'discovery.k8s.io',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  columns: [
    nameColumn(),
    column(
      'AddressType',
      'addressType specifies the type of address carried by this EndpointSlice.',
      ({ addressType }) => addressType,
    ),
    column(
      'Ports',
      'ports specifies the list of network ports exposed by each endpoint in this slice.',
      ({ ports = [] }) => someOf(ports.map(({ port, name }) => String(port ?? (name || '*')))),
    ),
    column('Endpoints', 'endpoints is a list of unique endpoints in this slice.', ({ endpoints = [] }) =>
      someOf(endpoints.flatMap(({ addresses }) => addresses)),
    ),
    ageColumn(),
  ],
  strategy: {
    default: draft => {
      draft.endpoints ??= []
      for (const port of draft.ports ?? []) {
        port.name ??= ''
        port.protocol ??= 'TCP'
      }
    },
    validate: ({ metadata, addressType, endpoints }) => [
      ...checkMetadata(metadata),
      ...(addressType
        ? checkOneOf('addressType', addressType, ['FQDN', 'IPv4', 'IPv6'])
        : [required('addressType')]),
      ...endpoints.flatMap(({ addresses }, i) =>
        addresses?.length ? [] : [required(`endpoints[${i}].addresses`, 'must contain at least 1 address')],
      ),
    ],
    validateUpdate: (next, old) => checkImmutable('', next, old, ['addressType']),
  },
})

/** As many as fit a table. */
const shown = 3

const someOf = (texts: readonly string[]): string => {
  if (texts.length === 0) return '<unset>'
  const text = texts.slice(0, shown).join()
  return texts.length > shown ? `${text} + ${texts.length - shown} more...` : text
}
