import type { PersistentVolume as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import { required } from '../field-error.ts'
import type { WithSpec } from '../resource.ts'
import { checkMetadata } from '../validation/metadata.ts'
import { checkOneMember, checkOneOf } from '../validation/values.ts'
import { ageColumn, column, nameColumn, wide } from './columns.ts'
import { keepStatus, prepareCreate } from './strategy.ts'
import { accessModesText, checkAccessModes, phaseText, storageClassOf } from './volume.ts'

export type PersistentVolume = WithSpec<V1>

/** The members of the spec that are not the volume's source. */
const general = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
])

export const PersistentVolume = defineKind<PersistentVolume>({
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  shortNames: ['pv'],
  namespaced: false,
  subresources: ['status'],
  columns: [
    nameColumn(),
    column(
      'Capacity',
      "A description of the persistent volume's resources and capacity.",
      ({ spec }) => spec.capacity?.storage ?? '',
    ),
    column('Access Modes', 'AccessModes contains all ways the volume can be mounted.', ({ spec }) =>
      accessModesText(spec.accessModes),
    ),
    column(
      'Reclaim Policy',
      'What happens to a persistent volume when released from its claim.',
      ({ spec }) => spec.persistentVolumeReclaimPolicy ?? '',
    ),
    column(
      'Status',
      'Phase indicates if a volume is available, bound to a claim, or released by a claim.',
      phaseText,
    ),
    column(
      'Claim',
      'ClaimRef is part of a bi-directional binding between PersistentVolume and PersistentVolumeClaim.',
      ({ spec }) => (spec.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : ''),
    ),
    column('StorageClass', 'Name of StorageClass to which this persistent volume belongs.', storageClassOf),
    column(
      'Reason',
      'Reason is a brief CamelCase string that describes any failure and is meant for machine parsing and tidy display in the CLI.',
      ({ status }) => status?.reason ?? '',
    ),
    ageColumn(),
    column(
      'VolumeMode',
      'volumeMode defines if a volume is intended to be used with a formatted filesystem or to remain in raw block state.',
      ({ spec }) => spec.volumeMode ?? '<unset>',
      wide,
    ),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= {}
      const { spec } = draft
      spec.persistentVolumeReclaimPolicy ||= 'Retain'
      spec.volumeMode ||= 'Filesystem'
      if (spec.hostPath) spec.hostPath.type ??= ''
    },
    prepareCreate: prepareCreate<PersistentVolume>(() => ({ phase: 'Pending' })),
    prepareUpdate: keepStatus,
    validate: ({ metadata, spec }) => [
      ...checkMetadata(metadata),
      ...checkAccessModes('spec.accessModes', spec.accessModes),
      ...(spec.capacity?.storage ? [] : [required('spec.capacity')]),
      ...checkOneMember(
        'spec',
        Object.keys(spec).filter(member => !general.has(member)),
        'volume type',
      ),
      ...checkOneOf('spec.persistentVolumeReclaimPolicy', spec.persistentVolumeReclaimPolicy, [
        'Delete',
        'Recycle',
        'Retain',
      ]),
    ],
  },
})
