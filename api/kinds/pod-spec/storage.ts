import type {
  AzureDiskVolumeSource,
  CSIVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  ISCSIVolumeSource,
  NFSVolumeSource,
  QuobyteVolumeSource,
  StorageOSVolumeSource,
} from 'kubernetes-types/core/v1'
import { invalidValue, notSupported, required, tooLong } from '../../field-error.ts'
import { dnsLabel, dnsSubdomain } from '../../validation/names.ts'
import {
  checkEntries,
  checkName,
  checkOneOf,
  checkRange,
  checkText,
  type Errors,
  errorsOf,
  none,
} from '../../validation/values.ts'
import { checkGiven } from './files.ts'
import { needs } from './volume-source.ts'

export const checkNFS = (field: string, nfs: NFSVolumeSource): Errors =>
  errorsOf(
    needs('server', 'path')(field, nfs),
    !nfs.path?.startsWith('/') && invalidValue(`${field}.path`, nfs.path ?? '', 'must be an absolute path'),
  )

const largestLun = 255

export const checkISCSI = (field: string, iscsi: ISCSIVolumeSource): Errors => {
  const { targetPortal, iqn, lun = 0, initiatorName: initiator } = iscsi
  const authenticates = iscsi.chapAuthDiscovery || iscsi.chapAuthSession
  return errorsOf(
    checkGiven(`${field}.targetPortal`, targetPortal),
    iqn ? checkISCSIName(`${field}.iqn`, iqn) : required(`${field}.iqn`),
    checkRange(`${field}.lun`, lun, 0, largestLun),
    authenticates && !iscsi.secretRef && required(`${field}.secretRef`),
    initiator !== undefined && checkISCSIName(`${field}.initiatorname`, initiator),
  )
}

const longestPortal = 64

/** A volume's initiator is told apart by the names of the volume and of the portal. */
export const checkPortal = (field: string, volumeName: string, iscsi: ISCSIVolumeSource): Errors =>
  iscsi.initiatorName !== undefined &&
  Buffer.byteLength(`${volumeName}:${iscsi.targetPortal ?? ''}`) > longestPortal
    ? [
        invalidValue(
          field,
          volumeName,
          `Total length of <volume name>:<iscsi.targetPortal> must be under ${longestPortal} characters if iscsi.initiatorName is specified.`,
        ),
      ]
    : none

const iscsiNames: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([a-zA-Z0-9.-]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[a-zA-Z0-9]{16}$/,
  naa: /^naa.[a-zA-Z0-9]{32}$/,
}

const checkISCSIName = (field: string, name: string): Errors => {
  const form = iscsiNames[name.slice(0, 3)]
  if (!form) return [invalidValue(field, name, 'must be valid format starting with iqn, eui, or naa')]
  return form.test(name) ? none : [invalidValue(field, name, 'must be valid format')]
}

export const checkFC = (field: string, { targetWWNs = [], wwids = [], lun }: FCVolumeSource): Errors => {
  const at = `${field}.targetWWNs`
  return errorsOf(
    targetWWNs.length + wwids.length === 0 &&
      required(at, 'must specify either targetWWNs or wwids, but not both'),
    targetWWNs.length > 0 &&
      wwids.length > 0 &&
      invalidValue(at, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'),
    targetWWNs.length > 0 &&
      (lun === undefined
        ? required(`${field}.lun`, 'lun is required if targetWWNs is specified')
        : checkRange(`${field}.lun`, lun, 0, largestLun)),
  )
}

/** `partition` 0 is the whole disk. */
export const checkDisk =
  (id: 'pdName' | 'volumeID') =>
  (field: string, disk: { partition?: number }): Errors => {
    const { partition = 0 } = disk
    return errorsOf(
      needs(id)(field, disk),
      (partition < 0 || partition > 255) &&
        invalidValue(`${field}.partition`, partition, 'must be between 1 and 255, inclusive'),
    )
  }

export const checkFlocker = (
  field: string,
  { datasetName: name, datasetUUID }: FlockerVolumeSource,
): Errors =>
  errorsOf(
    !name && !datasetUUID && required(field, 'one of datasetName and datasetUUID is required'),
    name &&
      datasetUUID &&
      invalidValue(field, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'),
    name?.includes('/') && invalidValue(`${field}.datasetName`, name, "must not contain '/'"),
  )

export const checkQuobyte = (field: string, { registry, tenant = '', volume }: QuobyteVolumeSource): Errors =>
  errorsOf(checkQuobyteRegistry(field, registry, tenant), checkGiven(`${field}.volume`, volume))

const checkQuobyteRegistry = (field: string, registry: string | undefined, tenant: string): Errors => {
  const pairs = 'must be a host:port pair or multiple pairs separated by commas'
  if (!registry) return [required(`${field}.registry`, pairs)]
  if (tenant.length > 64) {
    return [required(`${field}.tenant`, 'must be a UUID and may not exceed a length of 64 characters')]
  }
  return registry
    .split(',')
    .filter(pair => !/^(?:[^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(pair))
    .map(() => invalidValue(`${field}.registry`, registry, pairs))
}

export const checkFlex = (field: string, { driver, options = {} }: FlexVolumeSource): Errors =>
  errorsOf(
    checkGiven(`${field}.driver`, driver),
    checkEntries(options, key =>
      /(?:^|\.)(?:kubernetes|k8s)\.io$/i.test(key.split('/', 1)[0] ?? '')
        ? [invalidValue(`${field}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved')]
        : none,
    ),
  )

export const checkCinder = (
  field: string,
  cinder: { volumeID?: string; secretRef?: { name?: string } },
): Errors => errorsOf(checkGiven(`${field}.volumeID`, cinder.volumeID), checkSecretRef(field, cinder))

export const checkStorageOS = (field: string, storageos: StorageOSVolumeSource): Errors => {
  const { volumeName, volumeNamespace } = storageos
  return errorsOf(
    checkName(`${field}.volumeName`, volumeName, dnsLabel),
    volumeNamespace && checkText(`${field}.volumeNamespace`, volumeNamespace, dnsLabel),
    checkSecretRef(field, storageos),
  )
}

const checkSecretRef = (field: string, { secretRef }: { secretRef?: { name?: string } }): Errors =>
  secretRef ? checkGiven(`${field}.secretRef.name`, secretRef.name) : none

const managedURI =
  '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'
const blobURI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'

export const checkAzureDisk = (field: string, disk: AzureDiskVolumeSource): Errors => {
  const { diskURI = '', kind } = disk
  const [beginning, form] = kind === 'Managed' ? ['/subscriptions/', managedURI] : ['https://', blobURI]
  return errorsOf(
    needs('diskName', 'diskURI')(field, disk),
    checkOneOf(`${field}.cachingMode`, disk.cachingMode, ['None', 'ReadOnly', 'ReadWrite']),
    checkOneOf(`${field}.kind`, kind, ['Dedicated', 'Managed', 'Shared']),
    kind !== undefined && !diskURI.startsWith(beginning) && notSupported(`${field}.diskURI`, diskURI, [form]),
  )
}

const longestDriver = 63

export const checkCSI = (field: string, { driver, nodePublishSecretRef: secret }: CSIVolumeSource): Errors =>
  errorsOf(
    checkGiven(`${field}.driver`, driver),
    driver && driver.length > longestDriver && tooLong(`${field}.driver`, '', longestDriver),
    driver && checkText(`${field}.driver`, driver, text => dnsSubdomain(text.toLowerCase())),
    secret &&
      (secret.name
        ? checkText(`${field}.name`, secret.name, dnsSubdomain)
        : required(`${field}.nodePublishSecretRef.name`)),
  )
