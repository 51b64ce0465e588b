import type { Namespace as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import type { Meta } from '../resource.ts'
import { checkMetadata, keep } from '../validation/metadata.ts'
import { dnsLabel } from '../validation/names.ts'
import { ageColumn, column, nameColumn } from './columns.ts'
import { keepStatus, prepareCreate } from './strategy.ts'

export type Namespace = V1 & { apiVersion: string; kind: string; metadata: Meta }

const prepare = prepareCreate<Namespace>(() => ({ phase: 'Active' }))

export const Namespace = defineKind<Namespace>({
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  subresources: ['status'],
  fields: { 'status.phase': namespace => namespace.status?.phase ?? '' },
  columns: [
    nameColumn(),
    column('Status', 'The status of the namespace', namespace => namespace.status?.phase ?? ''),
    ageColumn(),
  ],
  strategy: {
    prepareCreate: draft => {
      prepare(draft)
      draft.spec = {
        ...draft.spec,
        finalizers: [...new Set([...(draft.spec?.finalizers ?? []), 'kubernetes'])],
      }
    },
    prepareUpdate: (draft, old) => {
      keepStatus(draft, old)
      // The finalizer is the server's: it goes with the namespace.
      keep(draft, old, 'spec')
    },
    validate: namespace => checkMetadata(namespace.metadata),
    validateName: name => dnsLabel(name)[0],
  },
})
