import type { DownwardAPIVolumeFile, KeyToPath, Volume, VolumeProjection } from 'kubernetes-types/core/v1'
import { forbiddenField, invalidValue, required } from '../../field-error.ts'
import { parseQuantity } from '../../quantity.ts'
import { dnsLabel } from '../../validation/names.ts'
import {
  checkEach,
  checkName,
  checkOneMember,
  checkOneOf,
  checkUnique,
  type Errors,
  errorsOf,
  none,
} from '../../validation/values.ts'
import { checkFieldRef, checkResourceRef, ofVolume } from './env.ts'
import { checkNoBacksteps, checkRelativePath } from './paths.ts'

export const checkVolumes = (field: string, volumes: readonly Volume[]): Errors =>
  errorsOf(
    checkEach(field, volumes, checkVolume),
    checkUnique(
      volumes,
      ({ name }) => name || undefined,
      i => `${field}[${i}].name`,
    ),
  )

const checkVolume = (field: string, volume: Volume): Errors => {
  const { emptyDir, hostPath, gitRepo, secret, configMap, downwardAPI, projected, nfs } = volume
  const { persistentVolumeClaim: claim } = volume
  const sources = Object.keys(volume).filter(key => key !== 'name')
  const size = emptyDir?.sizeLimit
  return errorsOf(
    checkName(`${field}.name`, volume.name, dnsLabel),
    checkOneMember(field, sources, 'volume type'),
    size !== undefined &&
      parseQuantity(size).nanos < 0n &&
      forbiddenField(`${field}.emptyDir.sizeLimit`, 'SizeLimit field must be a valid resource quantity'),
    hostPath && checkHostPath(`${field}.hostPath`, hostPath),
    gitRepo && checkGiven(`${field}.gitRepo.repository`, gitRepo.repository),
    secret && checkGiven(`${field}.secret.secretName`, secret.secretName),
    secret && checkFiles(`${field}.secret`, secret),
    configMap && checkGiven(`${field}.configMap.name`, configMap.name),
    configMap && checkFiles(`${field}.configMap`, configMap),
    downwardAPI && checkMode(`${field}.downwardAPI.defaultMode`, downwardAPI.defaultMode),
    downwardAPI?.items && checkDownwards(`${field}.downwardAPI`, downwardAPI.items),
    claim && checkGiven(`${field}.persistentVolumeClaim.claimName`, claim.claimName),
    nfs && checkGiven(`${field}.nfs.server`, nfs.server),
    nfs && checkGiven(`${field}.nfs.path`, nfs.path),
    nfs?.path &&
      !nfs.path.startsWith('/') &&
      invalidValue(`${field}.nfs.path`, nfs.path, 'must be an absolute path'),
    projected && checkMode(`${field}.projected.defaultMode`, projected.defaultMode),
    projected?.sources && checkEach(`${field}.projected.sources`, projected.sources, checkProjection),
  )
}

const checkGiven = (field: string, text: string | undefined): Errors => (text ? none : [required(field)])

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

const checkHostPath = (field: string, { path, type }: NonNullable<Volume['hostPath']>): Errors =>
  errorsOf(
    checkGiven(`${field}.path`, path),
    checkNoBacksteps(`${field}.path`, path ?? ''),
    checkOneOf(`${field}.type`, type, hostPathTypes),
  )

const checkMode = (field: string, mode: number | undefined): Errors =>
  mode === undefined || (mode >= 0 && mode <= 0o777)
    ? none
    : [invalidValue(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]

interface Files {
  readonly defaultMode?: number
  readonly items?: readonly KeyToPath[]
}

const checkFiles = (field: string, { defaultMode, items }: Files): Errors =>
  errorsOf(
    checkMode(`${field}.defaultMode`, defaultMode),
    items &&
      checkEach(`${field}.items`, items, (at, { key, path, mode }) =>
        errorsOf(
          checkGiven(`${at}.key`, key),
          checkGiven(`${at}.path`, path),
          checkRelativePath(`${at}.path`, path ?? ''),
          checkMode(`${at}.mode`, mode),
        ),
      ),
  )

/** As in kube-apiserver, an error does not say which of the files it is. */
const checkDownwards = (field: string, files: readonly DownwardAPIVolumeFile[]): Errors =>
  checkEach(field, files, (_, { path, fieldRef, resourceFieldRef, mode }) =>
    errorsOf(
      checkGiven(`${field}.path`, path),
      checkRelativePath(`${field}.path`, path ?? ''),
      fieldRef && checkFieldRef(`${field}.fieldRef`, fieldRef, ofVolume),
      resourceFieldRef && checkResourceRef(`${field}.resourceFieldRef`, resourceFieldRef.resource),
      checkMode(`${field}.mode`, mode),
    ),
  )

const checkProjection = (
  field: string,
  { secret, configMap, downwardAPI, serviceAccountToken: token }: VolumeProjection,
): Errors =>
  errorsOf(
    secret && checkGiven(`${field}.secret.name`, secret.name),
    secret && checkFiles(`${field}.secret`, secret),
    configMap && checkGiven(`${field}.configMap.name`, configMap.name),
    configMap && checkFiles(`${field}.configMap`, configMap),
    downwardAPI?.items && checkDownwards(`${field}.downwardAPI`, downwardAPI.items),
    token && checkGiven(`${field}.serviceAccountToken.path`, token.path),
  )
