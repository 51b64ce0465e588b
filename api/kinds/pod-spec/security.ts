import type { SecurityContext } from 'kubernetes-types/core/v1'
import { forbiddenField, invalidValue } from '../../field-error.ts'
import { checkEach, checkOneOf, checkRange, type Errors, errorsOf, none } from '../../validation/values.ts'
import { checkAppArmor, checkSeccomp } from './profiles.ts'
import { checkSysctls } from './sysctls.ts'
import type { PodSecurityContext, PodSpec } from './types.ts'
import { checkWindowsOptions } from './windows.ts'

const largestId = 2 ** 31 - 1

const checkId = (field: string, id: number | undefined): Errors =>
  id === undefined ? none : checkRange(field, id, 0, largestId)

const procMounts = ['Default', 'Unmasked']

export const checkContainerSecurity = (field: string, context: SecurityContext, spec: PodSpec): Errors => {
  const { procMount, seccompProfile, windowsOptions, appArmorProfile } = context
  return errorsOf(
    checkId(`${field}.runAsUser`, context.runAsUser),
    checkId(`${field}.runAsGroup`, context.runAsGroup),
    checkOneOf(`${field}.procMount`, procMount, procMounts),
    procMount === 'Unmasked' &&
      spec.hostUsers !== false &&
      invalidValue(`${field}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'),
    seccompProfile && checkSeccomp(`${field}.seccompProfile`, seccompProfile),
    context.allowPrivilegeEscalation === false && checkNoEscalation(field, context),
    windowsOptions && checkWindowsOptions(`${field}.windowsOptions`, windowsOptions),
    appArmorProfile && checkAppArmor(`${field}.appArmorProfile`, appArmorProfile),
  )
}

const checkNoEscalation = (field: string, context: SecurityContext): Errors => {
  const without = 'cannot set `allowPrivilegeEscalation` to false and'
  return errorsOf(
    context.privileged && invalidValue(field, context, `${without} \`privileged\` to true`),
    context.capabilities?.add?.includes('CAP_SYS_ADMIN') &&
      invalidValue(field, context, `${without} \`capabilities.Add\` CAP_SYS_ADMIN`),
  )
}

export const checkPodSecurity = (field: string, context: PodSecurityContext, spec: PodSpec): Errors => {
  const { seccompProfile, windowsOptions, appArmorProfile } = context
  return errorsOf(
    checkId(`${field}.fsGroup`, context.fsGroup),
    checkId(`${field}.runAsUser`, context.runAsUser),
    checkId(`${field}.runAsGroup`, context.runAsGroup),
    context.supplementalGroups &&
      checkEach(`${field}.supplementalGroups`, context.supplementalGroups, checkId),
    spec.hostPID &&
      spec.shareProcessNamespace &&
      invalidValue(
        `${field}.shareProcessNamespace`,
        true,
        'ShareProcessNamespace and HostPID cannot both be enabled',
      ),
    context.sysctls && checkSysctls(`${field}.sysctls`, context.sysctls, spec),
    checkOneOf(`${field}.fsGroupChangePolicy`, context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']),
    seccompProfile && checkSeccomp(`${field}.seccompProfile`, seccompProfile),
    windowsOptions && checkWindowsOptions(`${field}.windowsOptions`, windowsOptions),
    appArmorProfile && checkAppArmor(`${field}.appArmorProfile`, appArmorProfile),
    checkOneOf(`${field}.supplementalGroupsPolicy`, context.supplementalGroupsPolicy, ['Merge', 'Strict']),
    checkOneOf(`${field}.seLinuxChangePolicy`, context.seLinuxChangePolicy, ['Recursive']),
  )
}

/** A pod with users of its own (`hostUsers` false) shares nothing else with the host. */
export const checkOwnUsers = (field: string, spec: PodSpec): Errors => {
  const why = 'when `hostUsers` is false'
  const checkNoDevices = (containers: string, list: PodSpec['containers'] = []): Errors =>
    checkEach(`${field}.${containers}`, list, (at, { volumeDevices }) =>
      volumeDevices?.length ? [forbiddenField(`${at}.volumeDevices`, why)] : none,
    )
  return errorsOf(
    spec.hostNetwork && forbiddenField(`${field}.hostNetwork`, why),
    // As in kube-apiserver, these two are not called by their names.
    spec.hostPID && forbiddenField(`${field}.HostPID`, why),
    spec.hostIPC && forbiddenField(`${field}.HostIPC`, why),
    checkNoDevices('initContainers', spec.initContainers),
    checkNoDevices('containers', spec.containers),
  )
}
