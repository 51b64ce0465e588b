import type { CSIStorageCapacity as V1 } from 'kubernetes-types/storage/v1'
import { defineKind } from '../../define.ts'
import type { Served } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { dnsSubdomain } from '../../validation/names.ts'
import { checkSelector } from '../../validation/selectors.ts'
import { checkImmutable, checkText } from '../../validation/values.ts'
import { createdAtColumn, nameColumn } from '../columns.ts'

export type CSIStorageCapacity = Served<V1>

export const CSIStorageCapacity = defineKind<CSIStorageCapacity>({
  group: 'storage.k8s.io',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  generations: false,
  columns: [nameColumn(), createdAtColumn()],
  strategy: {
    needsRevision: true,
    validate: ({ metadata, nodeTopology = {}, storageClassName }) => [
      ...checkMetadata(metadata),
      ...checkSelector('nodeTopology', nodeTopology),
      ...checkText('storageClassName', storageClassName ?? '', dnsSubdomain),
    ],
    validateUpdate: (next, old) => checkImmutable('', next, old, ['nodeTopology', 'storageClassName']),
  },
})
