import type { VolumeDevice, VolumeMount } from 'kubernetes-types/core/v1'
import { danglingName, forbiddenField, invalidValue, required } from '../../field-error.ts'
import { checkEach, checkOneOf, type Errors, errorsOf, none } from '../../validation/values.ts'
import { checkRelativePath, hasBacksteps } from './paths.ts'
import type { Container, Volume } from './types.ts'

/** Those of a pod that are right, by name. */
export type Volumes = ReadonlyMap<string, Volume>

const propagations = ['Bidirectional', 'HostToContainer', 'None']

/** As in kube-apiserver, errors of how it is mounted do not say which of the mounts it is. */
export const checkMounts = (
  field: string,
  mounts: readonly VolumeMount[],
  container: Container,
  volumes: Volumes,
): Errors => {
  const paths = new Set<string>()
  return checkEach(field, mounts, (at, mount) => {
    const { name = '', mountPath = '', subPath, subPathExpr } = mount
    const again = paths.has(mountPath)
    paths.add(mountPath)
    return errorsOf(
      !name && required(`${at}.name`),
      !volumes.has(name) && danglingName(`${at}.name`, name),
      !mountPath && required(`${at}.mountPath`),
      again && invalidValue(`${at}.mountPath`, mountPath, 'must be unique'),
      container.volumeDevices && checkNoDevice(at, name, mountPath, container.volumeDevices),
      subPath && checkRelativePath(`${field}.subPath`, subPath),
      subPathExpr &&
        subPath &&
        invalidValue(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'),
      subPathExpr && checkRelativePath(`${field}.subPathExpr`, subPathExpr),
      checkPropagation(`${field}.mountPropagation`, mount, container),
      mount.recursiveReadOnly !== undefined &&
        checkRecursiveReadOnly(`${field}.recursiveReadOnly`, mount, mount.recursiveReadOnly),
    )
  })
}

const checkNoDevice = (
  field: string,
  name: string,
  mountPath: string,
  devices: readonly VolumeDevice[],
): Errors =>
  errorsOf(
    devices.some(device => device.name === name) &&
      invalidValue(`${field}.name`, name, 'must not already exist in volumeDevices'),
    devices.some(device => device.devicePath === mountPath) &&
      invalidValue(`${field}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'),
  )

const checkPropagation = (field: string, { mountPropagation }: VolumeMount, container: Container): Errors => {
  if (mountPropagation === 'Bidirectional' && !container.securityContext?.privileged) {
    return [
      forbiddenField(field, 'Bidirectional mount propagation is available only to privileged containers'),
    ]
  }
  return checkOneOf(field, mountPropagation, propagations)
}

const checkRecursiveReadOnly = (
  field: string,
  { readOnly, mountPropagation = 'None' }: VolumeMount,
  recursive: string,
): Errors => {
  switch (recursive) {
    case 'Disabled':
      return none
    case 'Enabled':
    case 'IfPossible':
      return errorsOf(
        !readOnly && forbiddenField(field, 'may only be specified when readOnly is true'),
        mountPropagation !== 'None' &&
          forbiddenField(field, 'may only be specified when mountPropagation is None or not specified'),
      )
    default:
      return checkOneOf(field, recursive, ['Disabled', 'Enabled', 'IfPossible'])
  }
}

export const checkDevices = (
  field: string,
  devices: readonly VolumeDevice[],
  { volumeMounts = [] }: Container,
  volumes: Volumes,
): Errors => {
  const names = new Set<string>()
  const paths = new Set<string>()
  return checkEach(field, devices, (at, { name = '', devicePath = '' }) => {
    const volume = volumes.get(name)
    const stepsBack = hasBacksteps(devicePath)
    const errors = errorsOf(
      !name && required(`${at}.name`),
      names.has(name) && invalidValue(`${at}.name`, name, 'must be unique'),
      volume &&
        !volume.persistentVolumeClaim &&
        !volume.ephemeral &&
        invalidValue(
          `${at}.name`,
          name,
          'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
        ),
      !volume && danglingName(`${at}.name`, name),
      !devicePath && required(`${at}.devicePath`),
      paths.has(devicePath) && invalidValue(`${at}.devicePath`, devicePath, 'must be unique'),
      stepsBack && invalidValue(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"),
      volumeMounts.some(mount => mount.name === name) &&
        invalidValue(`${at}.name`, name, 'must not already exist in volumeMounts'),
      volumeMounts.some(({ mountPath }) => mountPath === devicePath) &&
        invalidValue(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'),
    )
    if (name) names.add(name)
    if (!stepsBack) paths.add(devicePath)
    return errors
  })
}
