import type { EphemeralVolumeSource, HostPathVolumeSource } from 'kubernetes-types/core/v1'
import type { ObjectMeta } from 'kubernetes-types/meta/v1'
import { duplicate, forbiddenField, invalidValue, required } from '../../field-error.ts'
import { parseQuantity } from '../../quantity.ts'
import { dnsLabel, dnsSubdomain } from '../../validation/names.ts'
import {
  checkEach,
  checkName,
  checkOneOf,
  checkText,
  type Errors,
  errorsOf,
  none,
} from '../../validation/values.ts'
import { checkClaimTemplate } from '../persistent-volume-claim.ts'
import { checkDownwardFiles, checkFiles, checkGiven, checkMode } from './files.ts'
import { pullPolicies } from './images.ts'
import { checkNoBacksteps, checkRelativePath } from './paths.ts'
import { checkProjected } from './projections.ts'
import {
  checkAzureDisk,
  checkCinder,
  checkCSI,
  checkDisk,
  checkFC,
  checkFlex,
  checkFlocker,
  checkISCSI,
  checkNFS,
  checkPortal,
  checkQuobyte,
  checkStorageOS,
} from './storage.ts'
import type { Volume } from './types.ts'
import { needs, type SourceCheck, source } from './volume-source.ts'

/** `right` takes the volumes that are, by name; `pod` is whose they are, left out for templates. */
export const checkVolumes = (
  field: string,
  volumes: readonly Volume[],
  right: Map<string, Volume>,
  pod: ObjectMeta | undefined,
): Errors =>
  checkEach(field, volumes, (at, volume) => {
    const { name = '' } = volume
    const errors = errorsOf(
      checkSource(at, volume),
      volume.iscsi && checkPortal(`${at}.name`, name, volume.iscsi),
      pod && volume.image && checkGiven(`${at}.image.reference`, volume.image.reference),
      pod?.name && checkOwnClaim(at, volume, pod.name),
      checkName(`${at}.name`, name, dnsLabel),
      right.has(name) && duplicate(`${at}.name`, name),
    )
    if (errors === none) right.set(name, volume)
    return errorsOf(errors, pod?.name && checkOtherClaim(at, volume, volumes, pod.name))
  })

/** What an ephemeral volume is kept in is called after the pod and the volume. */
const claimName = (pod: string, volume: Volume): string => `${pod}-${volume.name}`

const checkOwnClaim = (field: string, volume: Volume, pod: string): Errors => {
  if (!volume.ephemeral || !volume.name) return none
  const claim = claimName(pod, volume)
  return checkText(`${field}.name`, claim, dnsSubdomain).map(({ detail, ...error }) => ({
    ...error,
    value: volume.name,
    detail: `PVC name "${claim}": ${detail}`,
  }))
}

const checkOtherClaim = (
  field: string,
  { persistentVolumeClaim: claim }: Volume,
  volumes: readonly Volume[],
  pod: string,
): Errors =>
  claim && volumes.some(each => each.ephemeral && claimName(pod, each) === claim.claimName)
    ? [
        invalidValue(
          `${field}.persistentVolumeClaim.claimName`,
          claim.claimName,
          'must not reference a PVC that gets created for an ephemeral volume',
        ),
      ]
    : none

const checkSource = (field: string, volume: Volume): Errors => {
  let found: SourceCheck | undefined
  let count = 0
  for (const member in volume) {
    const check = sourceOf.get(member)
    if (!check) continue
    found = check
    count++
  }
  if (!found) return [required(field, 'must specify a volume type')]
  return count === 1 ? found.check(field, volume) : checkSeveral(field, volume)
}

/** The first of them is looked at, and the others are too many. */
const checkSeveral = (field: string, volume: Volume): Errors => {
  const [first, ...more] = sources.filter(({ type }) => volume[type])
  return errorsOf(
    first?.check(field, volume),
    ...more.map(({ called }) =>
      forbiddenField(`${field}.${called}`, 'may not specify more than 1 volume type'),
    ),
  )
}

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

const checkHostPath = (field: string, { path, type }: HostPathVolumeSource): Errors =>
  path
    ? errorsOf(checkNoBacksteps(`${field}.path`, path), checkOneOf(`${field}.type`, type, hostPathTypes))
    : [required(`${field}.path`)]

const checkEphemeral = (field: string, { volumeClaimTemplate: template }: EphemeralVolumeSource): Errors =>
  template
    ? checkClaimTemplate(`${field}.volumeClaimTemplate`, template)
    : [required(`${field}.volumeClaimTemplate`)]

/** In the order in which kube-apiserver looks at them; what it calls some of them are its own mistakes. */
const sources: readonly SourceCheck[] = [
  source('emptyDir', (field, { sizeLimit: size }) =>
    size !== undefined && parseQuantity(size).nanos < 0n
      ? [forbiddenField(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
      : none,
  ),
  source('hostPath', checkHostPath),
  source('gitRepo', (field, { repository, directory }) =>
    errorsOf(
      checkGiven(`${field}.repository`, repository),
      directory && checkRelativePath(`${field}.directory`, directory),
    ),
  ),
  source('gcePersistentDisk', checkDisk('pdName'), { inside: 'persistentDisk' }),
  source('awsElasticBlockStore', checkDisk('volumeID')),
  source('secret', (field, secret) =>
    errorsOf(checkGiven(`${field}.secretName`, secret.secretName), checkFiles(field, secret)),
  ),
  source('nfs', checkNFS),
  source('iscsi', checkISCSI),
  source('glusterfs', needs('endpoints', 'path')),
  source('flocker', checkFlocker),
  source('persistentVolumeClaim', needs('claimName')),
  source('rbd', needs('monitors', 'image')),
  source('cinder', checkCinder),
  source('cephfs', needs('monitors'), { surplus: 'cephFS' }),
  source('quobyte', checkQuobyte),
  source(
    'downwardAPI',
    (field, { defaultMode, items }) =>
      errorsOf(checkMode(`${field}.defaultMode`, defaultMode), items && checkDownwardFiles(field, items)),
    { surplus: 'downwarAPI' },
  ),
  source('fc', checkFC),
  source('flexVolume', checkFlex),
  source('configMap', (field, configMap) =>
    errorsOf(checkGiven(`${field}.name`, configMap.name), checkFiles(field, configMap)),
  ),
  source('azureFile', needs('secretName', 'shareName')),
  source('vsphereVolume', needs('volumePath')),
  source('photonPersistentDisk', needs('pdID')),
  source('portworxVolume', needs('volumeID')),
  source('azureDisk', checkAzureDisk),
  source('storageos', checkStorageOS),
  source('projected', checkProjected),
  source('scaleIO', needs('gateway', 'system', 'volumeName')),
  source('csi', checkCSI),
  source('ephemeral', checkEphemeral),
  source('image', (field, { pullPolicy }) => checkOneOf(`${field}.pullPolicy`, pullPolicy, pullPolicies)),
]

const sourceOf = new Map<string, SourceCheck>(sources.map(each => [each.type, each]))
