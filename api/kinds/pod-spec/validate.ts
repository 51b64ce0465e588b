import type { Container, PodReadinessGate } from 'kubernetes-types/core/v1'
import { forbiddenField, invalidValue } from '../../field-error.ts'
import { dnsLabel, dnsSubdomain, qualifiedName } from '../../validation/names.ts'
import {
  checkEach,
  checkLabels,
  checkOneOf,
  checkRange,
  checkText,
  type Errors,
  errorsOf,
} from '../../validation/values.ts'
import type { Pod } from '../pod.ts'
import { checkContainers } from './containers.ts'
import { checkEphemeralContainers } from './ephemeral-containers.ts'
import { checkDNS, checkHostAliases } from './host-names.ts'
import { checkAffinity, checkSpread, checkTolerations } from './scheduling.ts'
import { checkPodSecurity } from './security.ts'
import { checkVolumes } from './volumes.ts'

/** What is wrong with a pod's spec, in the order of kube-apiserver. */
export const checkPodSpec = (spec: Pod['spec'], field: string): Errors => {
  const { containers = [], initContainers = [] } = spec
  return errorsOf(
    spec.volumes && checkVolumes(`${field}.volumes`, spec.volumes),
    checkContainers(`${field}.containers`, spec, containers, []),
    initContainers.length > 0 &&
      errorsOf(
        checkContainers(`${field}.initContainers`, spec, initContainers, containers),
        checkInit(`${field}.initContainers`, initContainers),
      ),
    spec.ephemeralContainers && checkEphemeralContainers(`${field}.ephemeralContainers`, spec),
    checkOneOf(`${field}.restartPolicy`, spec.restartPolicy, restartPolicies),
    checkOneOf(`${field}.dnsPolicy`, spec.dnsPolicy, dnsPolicies),
    spec.nodeSelector && checkLabels(`${field}.nodeSelector`, spec.nodeSelector),
    spec.serviceAccountName &&
      checkText(`${field}.serviceAccountName`, spec.serviceAccountName, dnsSubdomain),
    spec.nodeName && checkText(`${field}.nodeName`, spec.nodeName, dnsSubdomain),
    spec.activeDeadlineSeconds !== undefined &&
      checkRange(`${field}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 1, 2 ** 31 - 1),
    spec.hostname && checkText(`${field}.hostname`, spec.hostname, dnsLabel),
    spec.hostAliases && checkHostAliases(`${field}.hostAliases`, spec.hostAliases),
    checkDNS(`${field}.dnsConfig`, spec.dnsPolicy, spec.dnsConfig),
    spec.securityContext && checkPodSecurity(`${field}.securityContext`, spec.securityContext),
    spec.hostPID &&
      spec.shareProcessNamespace &&
      invalidValue(
        `${field}.securityContext.shareProcessNamespace`,
        true,
        'ShareProcessNamespace and HostPID cannot both be enabled',
      ),
    spec.affinity && checkAffinity(`${field}.affinity`, spec.affinity),
    spec.tolerations && checkTolerations(`${field}.tolerations`, spec.tolerations),
    spec.topologySpreadConstraints &&
      checkSpread(`${field}.topologySpreadConstraints`, spec.topologySpreadConstraints),
    spec.readinessGates && checkGates(`${field}.readinessGates`, spec.readinessGates),
    spec.os && checkOneOf(`${field}.os`, spec.os.name, ['linux', 'windows']),
    spec.subdomain && checkText(`${field}.subdomain`, spec.subdomain, dnsLabel),
  )
}

const restartPolicies = ['Always', 'OnFailure', 'Never']
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']

const checkGates = (field: string, gates: readonly PodReadinessGate[]): Errors =>
  checkEach(field, gates, (at, { conditionType }) =>
    checkText(`${at}.conditionType`, conditionType ?? '', qualifiedName),
  )

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
