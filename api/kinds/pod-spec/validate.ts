import type { Volume } from 'kubernetes-types/core/v1'
import { required } from '../../field-error.ts'
import { dnsLabel, dnsSubdomain } from '../../validation/names.ts'
import {
  checkLabels,
  checkName,
  checkNonNegative,
  checkOneMember,
  checkOneOf,
  checkRange,
  checkText,
  checkUnique,
  type Errors,
} from '../../validation/values.ts'
import type { Pod } from '../pod.ts'
import { checkContainers } from './containers.ts'

/** What is wrong with a pod's spec, in the order of kube-apiserver. */
export const checkPodSpec = (spec: Pod['spec'], field: string): Errors => {
  const { activeDeadlineSeconds, containers = [], initContainers = [], volumes = [] } = spec
  return [
    ...volumes.flatMap((volume, i) => checkVolume(`${field}.volumes[${i}]`, volume)),
    ...checkUnique(volumes.map((volume, i) => [`${field}.volumes[${i}].name`, volume.name])),
    ...checkContainers(`${field}.containers`, spec, containers, []),
    ...(initContainers.length > 0
      ? checkContainers(`${field}.initContainers`, spec, initContainers, containers)
      : []),
    ...checkOneOf(`${field}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']),
    ...checkOneOf(`${field}.dnsPolicy`, spec.dnsPolicy, [
      'ClusterFirstWithHostNet',
      'ClusterFirst',
      'Default',
      'None',
    ]),
    ...checkLabels(`${field}.nodeSelector`, spec.nodeSelector),
    ...(spec.serviceAccountName
      ? checkText(`${field}.serviceAccountName`, spec.serviceAccountName, dnsSubdomain)
      : []),
    ...(spec.nodeName ? checkText(`${field}.nodeName`, spec.nodeName, dnsSubdomain) : []),
    ...(activeDeadlineSeconds === undefined
      ? []
      : checkRange(`${field}.activeDeadlineSeconds`, activeDeadlineSeconds, 1, 2 ** 31 - 1)),
    ...checkNonNegative(`${field}.terminationGracePeriodSeconds`, spec.terminationGracePeriodSeconds),
    ...(spec.hostname ? checkText(`${field}.hostname`, spec.hostname, dnsLabel) : []),
    ...(spec.subdomain ? checkText(`${field}.subdomain`, spec.subdomain, dnsLabel) : []),
  ]
}

const checkVolume = (field: string, volume: Volume): Errors => {
  const { name, hostPath, gitRepo, secret } = volume
  const sources = Object.keys(volume).filter(key => key !== 'name')
  return [
    ...checkName(`${field}.name`, name, dnsLabel),
    ...checkOneMember(field, sources, 'volume type'),
    ...(hostPath && !hostPath.path ? [required(`${field}.hostPath.path`)] : []),
    ...(gitRepo && !gitRepo.repository ? [required(`${field}.gitRepo.repository`)] : []),
    ...(secret && !secret.secretName ? [required(`${field}.secret.secretName`)] : []),
  ]
}
