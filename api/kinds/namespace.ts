import type { Namespace as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import type { Meta } from '../resource.ts'
import { checkMetadata, keep } from '../validation/metadata.ts'
import { dnsLabel } from '../validation/names.ts'
import { ageColumn, column, nameColumn } from './columns.ts'
import { keepStatus, prepareCreate } from './strategy.ts'

export type Namespace = V1 & { apiVersion: string; kind: string; metadata: Meta }

/** By which selectors find a namespace of a name. */
const nameLabel = 'kubernetes.io/metadata.name'

const prepare = prepareCreate<Namespace>(() => ({ phase: 'Active' }))

export const Namespace = defineKind<Namespace>({
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  subresources: ['finalize', 'status'],
  fields: { 'status.phase': namespace => namespace.status?.phase ?? '' },
  columns: [
    nameColumn(),
    column('Status', 'The status of the namespace', namespace => namespace.status?.phase ?? ''),
    ageColumn(),
  ],
  strategy: {
    default: ({ metadata }) => {
      if (metadata.name) metadata.labels = { ...metadata.labels, [nameLabel]: metadata.name }
    },
    prepareCreate: draft => {
      prepare(draft)
      draft.spec = {
        ...draft.spec,
        finalizers: [...new Set([...(draft.spec?.finalizers ?? []), 'kubernetes'])],
      }
    },
    prepareUpdate: (draft, old) => {
      keepStatus(draft, old)
      // Its finalizers are written through /finalize only.
      keep(draft, old, 'spec')
    },
    validate: namespace => checkMetadata(namespace.metadata),
    held: ({ spec }) => (spec?.finalizers?.length ?? 0) > 0,
    validateName: name => dnsLabel(name)[0],
  },
})
