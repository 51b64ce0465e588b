import type { VolumeAttachment as V1, VolumeAttachmentSource } from 'kubernetes-types/storage/v1'
import { defineKind } from '../../define.ts'
import { forbiddenField, required } from '../../field-error.ts'
import type { WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { dnsSubdomain } from '../../validation/names.ts'
import { checkImmutable, checkText, type Errors } from '../../validation/values.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { keepStatus, prepareCreate } from '../strategy.ts'
import { checkCSIDriverName } from './csi-driver-name.ts'

export type VolumeAttachment = WithSpec<V1>

export const VolumeAttachment = defineKind<VolumeAttachment>({
  group: 'storage.k8s.io',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  namespaced: false,
  generations: false,
  subresources: ['status'],
  columns: [
    nameColumn(),
    column(
      'Attacher',
      'attacher indicates the name of the volume driver that MUST handle this request. This is the name returned by GetPluginName().',
      ({ spec }) => spec.attacher,
      { format: 'name' },
    ),
    column(
      'PV',
      'persistentVolumeName represents the name of the persistent volume to attach.',
      ({ spec }) => spec.source.persistentVolumeName ?? '',
    ),
    column(
      'Node',
      'nodeName represents the node that the volume should be attached to.',
      ({ spec }) => spec.nodeName,
    ),
    column(
      'Attached',
      'attached indicates the volume is successfully attached. This field must only be set by the entity completing the attach operation, i.e. the external-attacher.',
      ({ status }) => status?.attached ?? false,
      { type: 'boolean' },
    ),
    ageColumn(),
  ],
  strategy: {
    needsRevision: true,
    default: draft => {
      draft.spec ??= { attacher: '', nodeName: '', source: {} }
      draft.spec.source ??= {}
    },
    prepareCreate: prepareCreate<VolumeAttachment>(() => ({ attached: false })),
    prepareUpdate: keepStatus,
    statusKeeps: 'metadata',
    validate: ({ metadata, spec }) => [
      ...checkMetadata(metadata),
      ...checkCSIDriverName('spec.attacher', spec.attacher),
      ...checkSource('spec.source', spec.source),
      ...checkText('spec.nodeName', spec.nodeName ?? '', dnsSubdomain),
    ],
    validateUpdate: (next, old) => checkImmutable('', next, old, ['spec']),
  },
})

const either = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'

const checkSource = (
  field: string,
  { inlineVolumeSpec, persistentVolumeName: name }: VolumeAttachmentSource,
): Errors => {
  if (inlineVolumeSpec && name !== undefined) return [forbiddenField(field, either)]
  if (inlineVolumeSpec) return []
  if (name === undefined) return [required(field, either)]
  if (name === '') {
    return [required(`${field}.persistentVolumeName`, 'must specify non empty persistentVolumeName')]
  }
  return checkText(`${field}.persistentVolumeName`, name, dnsSubdomain)
}
