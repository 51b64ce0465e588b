import type {
  AzureDiskVolumeSource,
  DownwardAPIVolumeFile,
  ProjectedVolumeSource,
  RBDVolumeSource,
  ScaleIOVolumeSource,
} from 'kubernetes-types/core/v1'
import { defaultClaim } from '../persistent-volume-claim.ts'
import { pullPolicyOf } from './images.ts'
import type { Volume } from './types.ts'

const readable = 0o644
const hour = 60 * 60

/** Fills in what a volume leaves out. In place. */
export const defaultVolume = (volume: Volume): void => {
  if (Object.keys(volume).every(key => key === 'name')) volume.emptyDir = {}
  const { hostPath, secret, configMap, downwardAPI, projected, image, ephemeral } = volume
  if (hostPath) hostPath.type ??= ''
  for (const source of [secret, configMap, downwardAPI, projected])
    if (source) source.defaultMode ??= readable
  downwardAPI?.items?.forEach(defaultFile)
  if (projected) defaultProjected(projected)
  if (image) image.pullPolicy ||= pullPolicyOf(image.reference ?? '')
  if (ephemeral?.volumeClaimTemplate) {
    ephemeral.volumeClaimTemplate.metadata ??= {}
    defaultClaim(ephemeral.volumeClaimTemplate)
  }
  const { iscsi, rbd, azureDisk, scaleIO } = volume
  if (iscsi) iscsi.iscsiInterface ||= 'default'
  if (rbd) defaultRBD(rbd)
  if (azureDisk) defaultAzureDisk(azureDisk)
  if (scaleIO) defaultScaleIO(scaleIO)
}

const defaultFile = ({ fieldRef, resourceFieldRef }: DownwardAPIVolumeFile): void => {
  if (fieldRef) fieldRef.apiVersion ||= 'v1'
  if (resourceFieldRef) resourceFieldRef.divisor ??= '0'
}

const defaultProjected = ({ sources }: Partial<ProjectedVolumeSource>): void => {
  for (const { downwardAPI, serviceAccountToken } of sources ?? []) {
    downwardAPI?.items?.forEach(defaultFile)
    if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= hour
  }
}

const defaultRBD = (rbd: RBDVolumeSource): void => {
  rbd.pool ||= 'rbd'
  rbd.user ||= 'admin'
  rbd.keyring ||= '/etc/ceph/keyring'
}

const defaultAzureDisk = (disk: AzureDiskVolumeSource): void => {
  disk.cachingMode ??= 'ReadWrite'
  disk.fsType ??= 'ext4'
  disk.readOnly ??= false
  disk.kind ??= 'Shared'
}

const defaultScaleIO = (scaleIO: ScaleIOVolumeSource): void => {
  scaleIO.storageMode ||= 'ThinProvisioned'
  scaleIO.fsType ||= 'xfs'
}
