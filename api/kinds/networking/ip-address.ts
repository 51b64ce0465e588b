import { isIPv4, isIPv6 } from 'node:net'
import type { IPAddress as V1 } from 'kubernetes-types/networking/v1alpha1'
import { defineKind } from '../../define.ts'
import { invalidValue, required } from '../../field-error.ts'
import type { WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { checkImmutable, type Errors } from '../../validation/values.ts'
import { column, nameColumn, none } from '../columns.ts'

/** The v1 form is that of v1alpha1; a body may lack the parent. */
export type IPAddress = Omit<WithSpec<V1>, 'spec'> & { spec: Partial<WithSpec<V1>['spec']> }

/** That an address is taken, and by what: its name is the address. */
export const IPAddress = defineKind<IPAddress>({
  group: 'networking.k8s.io',
  kind: 'IPAddress',
  plural: 'ipaddresses',
  shortNames: ['ip'],
  namespaced: false,
  columns: [
    nameColumn(),
    column(
      'ParentRef',
      'ParentRef references the resource that an IPAddress is attached to. An IPAddress must reference a parent object.',
      parentText,
    ),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= {}
    },
    validate: ({ metadata, spec }) => [...checkMetadata(metadata), ...checkParent(spec.parentRef)],
    validateUpdate: ({ spec }, old) => checkImmutable('spec', spec, old.spec, ['parentRef']),
    validateName: name => (isCanonical(name) ? undefined : 'must be a valid IP address in canonical form'),
  },
})

const checkParent = (parent: IPAddress['spec']['parentRef']): Errors => {
  if (!parent) return [required('spec.parentRef')]
  return [
    ...(parent.resource ? [] : [required('spec.parentRef.resource')]),
    ...(parent.name ? [] : [required('spec.parentRef.name')]),
    ...(parent.namespace?.includes('/')
      ? [invalidValue('spec.parentRef.namespace', parent.namespace, "may not contain '/'")]
      : []),
  ]
}

/** One address has one name. IPv4 is taken without leading zeros only, and a URL writes IPv6 as RFC 5952 wants it. */
const isCanonical = (name: string): boolean =>
  isIPv4(name) ||
  (isIPv6(name) && !name.includes('%') && new URL(`http://[${name}]`).hostname === `[${name}]`)

function parentText({ spec: { parentRef } }: IPAddress): string {
  if (!parentRef) return none
  const { group, resource, namespace, name } = parentRef
  const type = `${resource}${group ? `.${group}` : ''}`.toLowerCase()
  return [type, namespace, name].filter(Boolean).join('/')
}
