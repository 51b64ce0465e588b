import type { NetworkPolicy as V1 } from 'kubernetes-types/networking/v1'
import { defineKind } from '../../define.ts'
import type { WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { checkSelector } from '../../validation/selectors.ts'
import { checkOneOf } from '../../validation/values.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { selectorText } from '../workload/columns.ts'

export type NetworkPolicy = WithSpec<V1>

export const NetworkPolicy = defineKind<NetworkPolicy>({
  group: 'networking.k8s.io',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  columns: [
    nameColumn(),
    column('Pod-Selector', 'Selects the pods to which this NetworkPolicy object applies.', ({ spec }) =>
      selectorText(spec.podSelector),
    ),
    ageColumn(),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= { podSelector: {} }
      const { spec } = draft
      spec.podSelector ??= {}
      if (!spec.policyTypes?.length)
        spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress']
      for (const { ports = [] } of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
        for (const port of ports) port.protocol ??= 'TCP'
      }
    },
    validate: ({ metadata, spec: { podSelector, policyTypes = [] } }) => [
      ...checkMetadata(metadata),
      ...checkSelector('spec.podSelector', podSelector ?? {}),
      ...policyTypes.flatMap((type, i) => checkOneOf(`spec.policyTypes[${i}]`, type, ['Egress', 'Ingress'])),
    ],
  },
})
