import { isDeepStrictEqual } from 'node:util'
import type { PersistentVolumeClaimTemplate, PersistentVolumeClaim as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import { forbiddenField, required } from '../field-error.ts'
import type { WithSpec } from '../resource.ts'
import { checkMetadata } from '../validation/metadata.ts'
import { type Errors, errorsOf } from '../validation/values.ts'
import { ageColumn, column, nameColumn, wide } from './columns.ts'
import { keepStatus, prepareCreate } from './strategy.ts'
import { accessModesText, checkAccessModes, phaseText, storageClassOf } from './volume.ts'

export type PersistentVolumeClaim = WithSpec<V1>

export const PersistentVolumeClaim = defineKind<PersistentVolumeClaim>({
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  shortNames: ['pvc'],
  subresources: ['status'],
  columns: [
    nameColumn(),
    column('Status', 'Phase represents the current phase of PersistentVolumeClaim.', phaseText),
    column(
      'Volume',
      'VolumeName is the binding reference to the PersistentVolume backing this claim.',
      ({ spec }) => spec.volumeName ?? '',
    ),
    column('Capacity', 'Represents the actual resources of the underlying volume.', ({ spec, status }) =>
      spec.volumeName ? (status?.capacity?.storage ?? '') : '',
    ),
    column(
      'Access Modes',
      'AccessModes contains the actual access modes the volume backing the PVC has.',
      ({ spec, status }) => (spec.volumeName ? accessModesText(status?.accessModes) : ''),
    ),
    column('StorageClass', 'Name of the StorageClass required by the claim.', storageClassOf),
    ageColumn(),
    column(
      'VolumeMode',
      'volumeMode defines what type of volume is required by the claim.',
      ({ spec }) => spec.volumeMode ?? '<unset>',
      wide,
    ),
  ],
  strategy: {
    default: defaultClaim,
    prepareCreate: prepareCreate<PersistentVolumeClaim>(() => ({ phase: 'Pending' })),
    prepareUpdate: keepStatus,
    validate: ({ metadata, spec }) => errorsOf(checkMetadata(metadata), checkClaimSpec('spec', spec)),
    validateUpdate: ({ spec }, old) =>
      isDeepStrictEqual(settled(spec), settled(old.spec))
        ? []
        : [
            forbiddenField(
              'spec',
              'spec is immutable after creation except resources.requests for bound claims',
            ),
          ],
  },
})

type Spec = PersistentVolumeClaim['spec']

/** A claim may grow, and it is bound once. */
const settled = ({ resources: _, volumeName: __, ...rest }: Spec): Partial<Spec> => rest

/** Fills in what every claim has, also one in a template. In place. */
export function defaultClaim(draft: Pick<V1, 'spec'>): void {
  draft.spec ??= {}
  draft.spec.volumeMode ||= 'Filesystem'
}

/** What is wrong with a template; the claims that are made of it get names of their own. */
export const checkClaimTemplate = (
  field: string,
  { metadata = {}, spec = {} }: Partial<PersistentVolumeClaimTemplate>,
): Errors =>
  errorsOf(
    checkMetadata(metadata, `${field}.metadata`),
    ...Object.keys(metadata).map(
      member =>
        member !== 'labels' &&
        member !== 'annotations' &&
        forbiddenField(`${field}.metadata.${member}`, 'cannot be set'),
    ),
    checkClaimSpec(`${field}.spec`, spec),
  )

function checkClaimSpec(field: string, { accessModes, resources }: Spec): Errors {
  return errorsOf(
    checkAccessModes(`${field}.accessModes`, accessModes),
    !resources?.requests?.storage && required(`${field}.resources[storage]`),
  )
}
