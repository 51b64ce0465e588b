import type { PodReadinessGate, PodSchedulingGate } from 'kubernetes-types/core/v1'
import type { ObjectMeta } from 'kubernetes-types/meta/v1'
import { duplicate } from '../../field-error.ts'
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
import { checkAffinity } from './affinity.ts'
import { checkResourceClaims } from './claims.ts'
import { checkContainers, checkInitContainers } from './containers.ts'
import { checkFileVolumes } from './env.ts'
import { checkEphemeralContainers } from './ephemeral-containers.ts'
import { checkDNS, checkHostAliases, checkHostnameOverride } from './host-names.ts'
import { checkImages } from './images.ts'
import type { Volumes } from './mounts.ts'
import { checkPodResources } from './pod-resources.ts'
import { checkHostNetworkPorts } from './ports.ts'
import { checkOverhead } from './resources.ts'
import { checkOwnUsers, checkPodSecurity } from './security.ts'
import { checkSpread } from './spread.ts'
import { checkTolerations } from './tolerations.ts'
import type { PodSpec, Volume } from './types.ts'
import { checkVolumes } from './volumes.ts'
import { checkOS } from './windows.ts'

/** What is wrong with a pod's spec, in the order of kube-apiserver; `pod` is whose it is, left out for templates. */
export const checkPodSpec = (spec: PodSpec, field: string, pod?: ObjectMeta): Errors => {
  if (!spec.volumes) return checkWithVolumes(spec, field, pod, noVolumes)
  const right = new Map<string, Volume>()
  return errorsOf(
    checkVolumes(`${field}.volumes`, spec.volumes, right, pod),
    checkWithVolumes(spec, field, pod, right),
  )
}

const noVolumes: Volumes = new Map()

const checkWithVolumes = (
  spec: PodSpec,
  field: string,
  pod: ObjectMeta | undefined,
  volumes: Volumes,
): Errors =>
  errorsOf(
    spec.resourceClaims && checkResourceClaims(`${field}.resourceClaims`, spec.resourceClaims),
    checkContainers(`${field}.containers`, spec, volumes),
    spec.initContainers && checkInitContainers(`${field}.initContainers`, spec, volumes),
    spec.ephemeralContainers && checkEphemeralContainers(`${field}.ephemeralContainers`, spec, volumes),
    spec.resources && checkPodResources(`${field}.resources`, spec.resources, spec),
    spec.hostNetwork && checkHostNetworkPorts(`${field}.containers`, spec.containers, pod !== undefined),
    checkOneOf(`${field}.restartPolicy`, spec.restartPolicy, restartPolicies),
    checkOneOf(`${field}.dnsPolicy`, spec.dnsPolicy, dnsPolicies),
    spec.nodeSelector && checkLabels(`${field}.nodeSelector`, spec.nodeSelector),
    spec.securityContext && checkPodSecurity(`${field}.securityContext`, spec.securityContext, spec),
    spec.affinity && checkAffinity(`${field}.affinity`, spec.affinity),
    checkDNS(`${field}.dnsConfig`, spec.dnsPolicy, spec.dnsConfig),
    spec.readinessGates && checkReadinessGates(`${field}.readinessGates`, spec.readinessGates),
    spec.schedulingGates && checkSchedulingGates(`${field}.schedulingGates`, spec.schedulingGates),
    spec.topologySpreadConstraints &&
      checkSpread(`${field}.topologySpreadConstraints`, spec.topologySpreadConstraints),
    spec.hostUsers === false && checkOwnUsers(field, spec),
    checkNames(spec, field),
    spec.os && checkOS(field, spec, spec.os.name),
    checkFileVolumes(`${field}.initContainers`, spec.initContainers, spec.volumes),
    checkFileVolumes(`${field}.containers`, spec.containers, spec.volumes),
    pod && checkImages(`${field}.containers`, spec.containers),
    pod && spec.initContainers && checkImages(`${field}.initContainers`, spec.initContainers),
  )

const restartPolicies = ['Always', 'OnFailure', 'Never']
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const preemptionPolicies = ['PreemptLowerPriority', 'Never']

/** What the pod is called, and what it calls others. */
const checkNames = (spec: PodSpec, field: string): Errors =>
  errorsOf(
    spec.hostnameOverride !== undefined &&
      checkHostnameOverride(`${field}.hostnameOverride`, spec.hostnameOverride, spec),
    spec.serviceAccountName &&
      checkText(`${field}.serviceAccountName`, spec.serviceAccountName, dnsSubdomain),
    spec.nodeName && checkText(`${field}.nodeName`, spec.nodeName, dnsSubdomain),
    spec.activeDeadlineSeconds !== undefined &&
      checkRange(`${field}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 1, 2 ** 31 - 1),
    spec.hostname && checkText(`${field}.hostname`, spec.hostname, dnsLabel),
    spec.subdomain && checkText(`${field}.subdomain`, spec.subdomain, dnsLabel),
    spec.tolerations && checkTolerations(`${field}.tolerations`, spec.tolerations),
    spec.hostAliases && checkHostAliases(`${field}.hostAliases`, spec.hostAliases),
    spec.priorityClassName && checkText(`${field}.priorityClassName`, spec.priorityClassName, dnsSubdomain),
    spec.runtimeClassName !== undefined &&
      checkText(`${field}.runtimeClassName`, spec.runtimeClassName, dnsSubdomain),
    checkOneOf(`${field}.preemptionPolicy`, spec.preemptionPolicy, preemptionPolicies),
    spec.overhead && checkOverhead(`${field}.overhead`, spec.overhead),
  )

const checkReadinessGates = (field: string, gates: readonly PodReadinessGate[]): Errors =>
  checkEach(field, gates, (at, { conditionType }) =>
    checkText(`${at}.conditionType`, conditionType ?? '', qualifiedName),
  )

const checkSchedulingGates = (field: string, gates: readonly PodSchedulingGate[]): Errors => {
  const seen = new Set<string>()
  return checkEach(field, gates, (at, { name = '' }) => {
    const again = seen.has(name)
    seen.add(name)
    return errorsOf(checkText(at, name, qualifiedName), again && duplicate(at, name))
  })
}
