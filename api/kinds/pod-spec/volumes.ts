import type { DownwardAPIVolumeFile, KeyToPath, Volume, VolumeProjection } from 'kubernetes-types/core/v1'
import { forbiddenField, invalidValue, required } from '../../field-error.ts'
import { parseQuantity } from '../../quantity.ts'
import { dnsLabel } from '../../validation/names.ts'
import { checkName, checkOneMember, checkOneOf, checkUnique, type Errors } from '../../validation/values.ts'
import { checkFieldRef, checkResourceRef, ofVolume } from './env.ts'
import { checkNoBacksteps, checkRelativePath } from './paths.ts'

export const checkVolumes = (field: string, volumes: readonly Volume[]): Errors => [
  ...volumes.flatMap((volume, i) => checkVolume(`${field}[${i}]`, volume)),
  ...checkUnique(volumes.map((volume, i) => [`${field}[${i}].name`, volume.name])),
]

const checkVolume = (field: string, volume: Volume): Errors => {
  const { emptyDir, hostPath, gitRepo, secret, configMap, downwardAPI, projected, nfs } = volume
  const { persistentVolumeClaim: claim } = volume
  const sources = Object.keys(volume).filter(key => key !== 'name')
  const size = emptyDir?.sizeLimit
  return [
    ...checkName(`${field}.name`, volume.name, dnsLabel),
    ...checkOneMember(field, sources, 'volume type'),
    ...(size !== undefined && parseQuantity(size).nanos < 0n
      ? [forbiddenField(`${field}.emptyDir.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
      : []),
    ...(hostPath ? checkHostPath(`${field}.hostPath`, hostPath) : []),
    ...(gitRepo ? checkGiven(`${field}.gitRepo.repository`, gitRepo.repository) : []),
    ...(secret
      ? [
          ...checkGiven(`${field}.secret.secretName`, secret.secretName),
          ...checkFiles(`${field}.secret`, secret),
        ]
      : []),
    ...(configMap
      ? [
          ...checkGiven(`${field}.configMap.name`, configMap.name),
          ...checkFiles(`${field}.configMap`, configMap),
        ]
      : []),
    ...(downwardAPI
      ? [
          ...checkMode(`${field}.downwardAPI.defaultMode`, downwardAPI.defaultMode),
          ...(downwardAPI.items ?? []).flatMap(each => checkDownward(`${field}.downwardAPI`, each)),
        ]
      : []),
    ...(claim ? checkGiven(`${field}.persistentVolumeClaim.claimName`, claim.claimName) : []),
    ...(nfs
      ? [
          ...checkGiven(`${field}.nfs.server`, nfs.server),
          ...checkGiven(`${field}.nfs.path`, nfs.path),
          ...(nfs.path && !nfs.path.startsWith('/')
            ? [invalidValue(`${field}.nfs.path`, nfs.path, 'must be an absolute path')]
            : []),
        ]
      : []),
    ...(projected
      ? [
          ...checkMode(`${field}.projected.defaultMode`, projected.defaultMode),
          ...(projected.sources ?? []).flatMap((each, i) =>
            checkProjection(`${field}.projected.sources[${i}]`, each),
          ),
        ]
      : []),
  ]
}

const checkGiven = (field: string, text: string | undefined): Errors => (text ? [] : [required(field)])

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
]

const checkHostPath = (field: string, { path, type }: NonNullable<Volume['hostPath']>): Errors => [
  ...checkGiven(`${field}.path`, path),
  ...checkNoBacksteps(`${field}.path`, path ?? ''),
  ...checkOneOf(`${field}.type`, type, hostPathTypes),
]

const checkMode = (field: string, mode: number | undefined): Errors =>
  mode === undefined || (mode >= 0 && mode <= 0o777)
    ? []
    : [invalidValue(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]

interface Files {
  readonly defaultMode?: number
  readonly items?: readonly KeyToPath[]
}

const checkFiles = (field: string, { defaultMode, items = [] }: Files): Errors => [
  ...checkMode(`${field}.defaultMode`, defaultMode),
  ...items.flatMap(({ key, path, mode }, i) => [
    ...checkGiven(`${field}.items[${i}].key`, key),
    ...checkGiven(`${field}.items[${i}].path`, path),
    ...checkRelativePath(`${field}.items[${i}].path`, path ?? ''),
    ...checkMode(`${field}.items[${i}].mode`, mode),
  ]),
]

const checkDownward = (field: string, file: DownwardAPIVolumeFile): Errors => [
  ...checkGiven(`${field}.path`, file.path),
  ...checkRelativePath(`${field}.path`, file.path ?? ''),
  ...(file.fieldRef ? checkFieldRef(`${field}.fieldRef`, file.fieldRef, ofVolume) : []),
  ...(file.resourceFieldRef
    ? checkResourceRef(`${field}.resourceFieldRef`, file.resourceFieldRef.resource)
    : []),
  ...checkMode(`${field}.mode`, file.mode),
]

const checkProjection = (
  field: string,
  { secret, configMap, downwardAPI, ...rest }: VolumeProjection,
): Errors => {
  const { serviceAccountToken: token } = rest
  return [
    ...(secret
      ? [...checkGiven(`${field}.secret.name`, secret.name), ...checkFiles(`${field}.secret`, secret)]
      : []),
    ...(configMap
      ? [
          ...checkGiven(`${field}.configMap.name`, configMap.name),
          ...checkFiles(`${field}.configMap`, configMap),
        ]
      : []),
    ...(downwardAPI?.items ?? []).flatMap(each => checkDownward(`${field}.downwardAPI`, each)),
    ...(token ? checkGiven(`${field}.serviceAccountToken.path`, token.path) : []),
  ]
}
