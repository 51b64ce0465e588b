import type { Container, ContainerPort, VolumeMount } from 'kubernetes-types/core/v1'
import { danglingName, duplicate, forbiddenField, invalidValue, required } from '../../field-error.ts'
import { dnsLabel, portName } from '../../validation/names.ts'
import {
  checkEach,
  checkIP,
  checkName,
  checkOneOf,
  checkPort,
  checkText,
  checkUnique,
  type Errors,
  errorsOf,
  none,
} from '../../validation/values.ts'
import type { Pod } from '../pod.ts'
import { checkEnv, checkEnvFrom } from './env.ts'
import { checkRelativePath } from './paths.ts'
import { checkHandler, checkProbe } from './probes.ts'
import { checkResources } from './resources.ts'
import { checkContainerSecurity } from './security.ts'

/** `taken` are the names of the pod's other containers. */
export const checkContainers = (
  field: string,
  spec: Pod['spec'],
  containers: readonly Container[],
  taken: readonly Container[],
): Errors => {
  if (containers.length === 0) return [required(field)]
  const volumes = new Set(spec.volumes?.map(volume => volume.name))
  const names = new Set(taken.map(container => container.name))
  return errorsOf(
    checkEach(field, containers, (at, container) => {
      const again = names.has(container.name)
      names.add(container.name)
      return checkContainer(at, spec, container, volumes, again)
    }),
    checkHostPorts(field, containers),
  )
}

export const checkContainer = (
  field: string,
  spec: Pod['spec'],
  container: Container,
  volumes: ReadonlySet<string>,
  again: boolean,
): Errors => {
  const { name, image, livenessProbe, readinessProbe, startupProbe, lifecycle } = container
  return errorsOf(
    checkName(`${field}.name`, name, dnsLabel),
    again && name && duplicate(`${field}.name`, name),
    !image && required(`${field}.image`),
    image &&
      image.trim() !== image &&
      invalidValue(`${field}.image`, image, 'must not have leading or trailing whitespace'),
    lifecycle?.postStart && checkHandler(`${field}.lifecycle.postStart`, lifecycle.postStart),
    lifecycle?.preStop && checkHandler(`${field}.lifecycle.preStop`, lifecycle.preStop),
    livenessProbe && checkProbe(`${field}.livenessProbe`, livenessProbe, { once: true }),
    readinessProbe && checkProbe(`${field}.readinessProbe`, readinessProbe, { once: false }),
    readinessProbe?.terminationGracePeriodSeconds !== undefined &&
      invalidValue(
        `${field}.readinessProbe.terminationGracePeriodSeconds`,
        readinessProbe.terminationGracePeriodSeconds,
        'must not be set for readinessProbes',
      ),
    startupProbe && checkProbe(`${field}.startupProbe`, startupProbe, { once: true }),
    checkOneOf(`${field}.terminationMessagePolicy`, container.terminationMessagePolicy, messagePolicies),
    container.ports && checkPorts(`${field}.ports`, spec, container.ports),
    container.env && checkEach(`${field}.env`, container.env, checkEnv),
    container.envFrom && checkEnvFrom(`${field}.envFrom`, container.envFrom),
    container.volumeMounts && checkMounts(`${field}.volumeMounts`, container.volumeMounts, volumes),
    checkOneOf(`${field}.imagePullPolicy`, container.imagePullPolicy, pullPolicies),
    container.resources && checkResources(`${field}.resources`, container.resources),
    container.securityContext &&
      checkContainerSecurity(`${field}.securityContext`, container.securityContext),
  )
}

const messagePolicies = ['File', 'FallbackToLogsOnError']
const pullPolicies = ['Always', 'IfNotPresent', 'Never']
const protocols = ['SCTP', 'TCP', 'UDP']
const propagations = ['Bidirectional', 'HostToContainer', 'None']

const checkPorts = (field: string, spec: Pod['spec'], ports: readonly ContainerPort[]): Errors =>
  errorsOf(
    checkEach(field, ports, (at, port) => checkContainerPort(at, spec, port)),
    checkUnique(
      ports,
      ({ name }) => name || undefined,
      i => `${field}[${i}].name`,
    ),
  )

const checkContainerPort = (field: string, spec: Pod['spec'], port: ContainerPort): Errors =>
  errorsOf(
    port.name && checkText(`${field}.name`, port.name, portName),
    // The value is for v1beta1, which shows what is not enough.
    port.containerPort
      ? checkPort(`${field}.containerPort`, port.containerPort)
      : { ...required(`${field}.containerPort`), value: 0 },
    port.hostPort && checkPort(`${field}.hostPort`, port.hostPort),
    spec.hostNetwork &&
      port.hostPort !== port.containerPort &&
      invalidValue(
        `${field}.hostPort`,
        port.hostPort ?? 0,
        'must match `containerPort` when `hostNetwork` is true',
      ),
    checkOneOf(`${field}.protocol`, port.protocol, protocols),
    port.hostIP && checkIP(`${field}.hostIP`, port.hostIP),
  )

/** No two of a pod's containers can have the same port of the host. */
const checkHostPorts = (field: string, containers: readonly Container[]): Errors => {
  const taken = containers.flatMap((container, i) =>
    (container.ports ?? []).flatMap(({ protocol, hostIP = '', hostPort }, j) =>
      hostPort
        ? [{ at: `${field}[${i}].ports[${j}].hostPort`, port: `${protocol}/${hostIP}/${hostPort}` }]
        : [],
    ),
  )
  return checkUnique(
    taken,
    ({ port }) => port,
    i => taken[i]?.at ?? field,
  )
}

const checkMounts = (field: string, mounts: readonly VolumeMount[], volumes: ReadonlySet<string>): Errors => {
  const paths = new Set<string>()
  return checkEach(field, mounts, (at, { name, mountPath, subPath, mountPropagation }) => {
    const again = paths.has(mountPath)
    paths.add(mountPath)
    return errorsOf(
      !name && required(`${at}.name`),
      !volumes.has(name) && danglingName(`${at}.name`, name ?? ''),
      !mountPath && required(`${at}.mountPath`),
      again && mountPath && invalidValue(`${at}.mountPath`, mountPath, 'must be unique'),
      // As in kube-apiserver, these do not say which of the mounts it is.
      checkRelativePath(`${field}.subPath`, subPath ?? ''),
      checkOneOf(`${field}.mountPropagation`, mountPropagation, propagations),
    )
  })
}

/** An update may change a container's image, not how many containers there are. */
export const checkSameCount = (
  field: string,
  now: readonly Container[],
  before: readonly Container[],
): Errors =>
  now.length === before.length
    ? none
    : [forbiddenField(field, 'pod updates may not add or remove containers')]
