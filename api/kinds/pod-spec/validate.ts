import type { Container } from 'kubernetes-types/core/v1'
import { forbiddenField, invalidValue } from '../../field-error.ts'
import { dnsLabel, dnsSubdomain, qualifiedName } from '../../validation/names.ts'
import { checkLabels, checkOneOf, checkRange, checkText, type Errors } from '../../validation/values.ts'
import type { Pod } from '../pod.ts'
import { checkContainers } from './containers.ts'
import { checkDNS, checkHostAliases } from './host-names.ts'
import { checkAffinity, checkSpread, checkTolerations } from './scheduling.ts'
import { checkPodSecurity } from './security.ts'
import { checkVolumes } from './volumes.ts'

/** What is wrong with a pod's spec, in the order of kube-apiserver. */
export const checkPodSpec = (spec: Pod['spec'], field: string): Errors => {
  const { activeDeadlineSeconds, containers = [], initContainers = [], volumes = [] } = spec
  return [
    ...checkVolumes(`${field}.volumes`, volumes),
    ...checkContainers(`${field}.containers`, spec, containers, []),
    ...(initContainers.length > 0
      ? [
          ...checkContainers(`${field}.initContainers`, spec, initContainers, containers),
          ...checkInit(`${field}.initContainers`, initContainers),
        ]
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
    ...(spec.hostname ? checkText(`${field}.hostname`, spec.hostname, dnsLabel) : []),
    ...checkHostAliases(`${field}.hostAliases`, spec.hostAliases),
    ...checkDNS(`${field}.dnsConfig`, spec.dnsPolicy, spec.dnsConfig),
    ...checkPodSecurity(`${field}.securityContext`, spec.securityContext),
    ...(spec.hostPID && spec.shareProcessNamespace
      ? [
          invalidValue(
            `${field}.securityContext.shareProcessNamespace`,
            true,
            'ShareProcessNamespace and HostPID cannot both be enabled',
          ),
        ]
      : []),
    ...(spec.affinity ? checkAffinity(`${field}.affinity`, spec.affinity) : []),
    ...checkTolerations(`${field}.tolerations`, spec.tolerations),
    ...checkSpread(`${field}.topologySpreadConstraints`, spec.topologySpreadConstraints),
    ...(spec.readinessGates ?? []).flatMap(({ conditionType }, i) =>
      checkText(`${field}.readinessGates[${i}].conditionType`, conditionType ?? '', qualifiedName),
    ),
    ...(spec.os ? checkOneOf(`${field}.os`, spec.os.name, ['linux', 'windows']) : []),
    ...(spec.subdomain ? checkText(`${field}.subdomain`, spec.subdomain, dnsLabel) : []),
  ]
}

/** What comes before all else has an end of its own, unless it is to run along. */
const checkInit = (field: string, containers: readonly Container[]): Errors =>
  containers.flatMap((container, i) =>
    container.restartPolicy === 'Always'
      ? []
      : (['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
          .filter(member => container[member])
          .map(member =>
            forbiddenField(
              `${field}[${i}].${member}`,
              'may not be set for init containers without restartPolicy=Always',
            ),
          ),
  )
