import { isDeepStrictEqual } from 'node:util'
import type { StorageClass as V1 } from 'kubernetes-types/storage/v1'
import { defineKind } from '../../define.ts'
import { forbiddenField } from '../../field-error.ts'
import type { Served } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { qualifiedName } from '../../validation/names.ts'
import { checkName, checkOneOf } from '../../validation/values.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'

export type StorageClass = Served<V1>

export const StorageClass = defineKind<StorageClass>({
  group: 'storage.k8s.io',
  kind: 'StorageClass',
  plural: 'storageclasses',
  shortNames: ['sc'],
  namespaced: false,
  generations: false,
  columns: [
    { ...nameColumn(), cell: ({ metadata }) => `${metadata.name}${isDefault(metadata) ? ' (default)' : ''}` },
    column(
      'Provisioner',
      'Provisioner indicates the type of the provisioner.',
      ({ provisioner }) => provisioner,
    ),
    column(
      'ReclaimPolicy',
      'Dynamically provisioned PersistentVolumes of this storage class are created with this reclaimPolicy.',
      ({ reclaimPolicy }) => reclaimPolicy ?? '',
    ),
    column(
      'VolumeBindingMode',
      'VolumeBindingMode indicates how PersistentVolumeClaims should be provisioned and bound.',
      ({ volumeBindingMode }) => volumeBindingMode ?? '',
    ),
    column(
      'AllowVolumeExpansion',
      'AllowVolumeExpansion shows whether the storage class allow volume expand',
      ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false,
    ),
    ageColumn(),
  ],
  strategy: {
    default: draft => {
      draft.reclaimPolicy ??= 'Delete'
      draft.volumeBindingMode ??= 'Immediate'
    },
    validate: ({ metadata, provisioner, reclaimPolicy, volumeBindingMode }) => [
      ...checkMetadata(metadata),
      ...checkName('provisioner', provisioner, text => qualifiedName(text.toLowerCase())),
      ...checkOneOf('reclaimPolicy', reclaimPolicy, ['Delete', 'Retain']),
      ...checkOneOf('volumeBindingMode', volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']),
    ],
    validateUpdate: (next, old) =>
      (['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const)
        .filter(member => !isDeepStrictEqual(next[member], old[member]))
        .map(member => forbiddenField(member, `updates to ${member} are forbidden.`)),
  },
})

const isDefault = ({ annotations = {} }: StorageClass['metadata']): boolean =>
  annotations['storageclass.kubernetes.io/is-default-class'] === 'true' ||
  annotations['storageclass.beta.kubernetes.io/is-default-class'] === 'true'
