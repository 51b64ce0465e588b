import type { Container, ContainerPort, VolumeMount } from 'kubernetes-types/core/v1'
import { danglingName, duplicate, forbiddenField, invalidValue, required } from '../../field-error.ts'
import { dnsLabel, portName } from '../../validation/names.ts'
import {
  checkIP,
  checkName,
  checkOneOf,
  checkPort,
  checkText,
  checkUnique,
  type Errors,
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
  return [
    ...containers.flatMap((container, i) => {
      const again = names.has(container.name)
      names.add(container.name)
      return checkContainer(`${field}[${i}]`, spec, container, volumes, again)
    }),
    ...checkUnique(containers.flatMap((container, i) => hostPorts(`${field}[${i}]`, container))),
  ]
}

const checkContainer = (
  field: string,
  spec: Pod['spec'],
  container: Container,
  volumes: ReadonlySet<string>,
  again: boolean,
): Errors => {
  const { name, image, livenessProbe, readinessProbe, startupProbe, lifecycle, resources } = container
  return [
    ...checkName(`${field}.name`, name, dnsLabel),
    ...(again && name ? [duplicate(`${field}.name`, name)] : []),
    ...(image ? [] : [required(`${field}.image`)]),
    ...(image && image.trim() !== image
      ? [invalidValue(`${field}.image`, image, 'must not have leading or trailing whitespace')]
      : []),
    ...(lifecycle?.postStart ? checkHandler(`${field}.lifecycle.postStart`, lifecycle.postStart) : []),
    ...(lifecycle?.preStop ? checkHandler(`${field}.lifecycle.preStop`, lifecycle.preStop) : []),
    ...checkProbe(`${field}.livenessProbe`, livenessProbe, { once: true }),
    ...checkProbe(`${field}.readinessProbe`, readinessProbe, { once: false }),
    ...(readinessProbe?.terminationGracePeriodSeconds === undefined
      ? []
      : [
          invalidValue(
            `${field}.readinessProbe.terminationGracePeriodSeconds`,
            readinessProbe.terminationGracePeriodSeconds,
            'must not be set for readinessProbes',
          ),
        ]),
    ...checkProbe(`${field}.startupProbe`, startupProbe, { once: true }),
    ...checkOneOf(`${field}.terminationMessagePolicy`, container.terminationMessagePolicy, [
      'File',
      'FallbackToLogsOnError',
    ]),
    ...checkPorts(`${field}.ports`, spec, container.ports ?? []),
    ...(container.env ?? []).flatMap((each, i) => checkEnv(`${field}.env[${i}]`, each)),
    ...checkEnvFrom(`${field}.envFrom`, container.envFrom),
    ...checkMounts(`${field}.volumeMounts`, container.volumeMounts ?? [], volumes),
    ...checkOneOf(`${field}.imagePullPolicy`, container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']),
    ...checkResources(`${field}.resources`, resources),
    ...checkContainerSecurity(`${field}.securityContext`, container.securityContext),
  ]
}

const checkPorts = (field: string, spec: Pod['spec'], ports: readonly ContainerPort[]): Errors => [
  ...ports.flatMap((port, i) => checkContainerPort(`${field}[${i}]`, spec, port)),
  ...checkUnique(ports.flatMap(({ name }, i) => (name ? [[`${field}[${i}].name`, name] as const] : []))),
]

const checkContainerPort = (field: string, spec: Pod['spec'], port: ContainerPort): Errors => [
  ...(port.name ? checkText(`${field}.name`, port.name, portName) : []),
  // The value is for v1beta1, which shows what is not enough.
  ...(port.containerPort
    ? checkPort(`${field}.containerPort`, port.containerPort)
    : [{ ...required(`${field}.containerPort`), value: 0 }]),
  ...(port.hostPort ? checkPort(`${field}.hostPort`, port.hostPort) : []),
  ...(spec.hostNetwork && port.hostPort !== port.containerPort
    ? [
        invalidValue(
          `${field}.hostPort`,
          port.hostPort ?? 0,
          'must match `containerPort` when `hostNetwork` is true',
        ),
      ]
    : []),
  ...checkOneOf(`${field}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']),
  ...(port.hostIP ? checkIP(`${field}.hostIP`, port.hostIP) : []),
]

const hostPorts = (field: string, container: Container): (readonly [string, string])[] =>
  (container.ports ?? []).flatMap(({ protocol, hostIP = '', hostPort }, i) =>
    hostPort ? [[`${field}.ports[${i}].hostPort`, `${protocol}/${hostIP}/${hostPort}`] as const] : [],
  )

const checkMounts = (field: string, mounts: readonly VolumeMount[], volumes: ReadonlySet<string>): Errors => {
  const paths = new Set<string>()
  return mounts.flatMap(({ name, mountPath, subPath, mountPropagation }, i) => {
    const at = `${field}[${i}]`
    const again = paths.has(mountPath)
    paths.add(mountPath)
    return [
      ...(name ? [] : [required(`${at}.name`)]),
      ...(volumes.has(name) ? [] : [danglingName(`${at}.name`, name ?? '')]),
      ...(mountPath ? [] : [required(`${at}.mountPath`)]),
      ...(again && mountPath ? [invalidValue(`${at}.mountPath`, mountPath, 'must be unique')] : []),
      // As in kube-apiserver, these do not say which of the mounts it is.
      ...checkRelativePath(`${field}.subPath`, subPath ?? ''),
      ...checkOneOf(`${field}.mountPropagation`, mountPropagation, [
        'Bidirectional',
        'HostToContainer',
        'None',
      ]),
    ]
  })
}

/** An update may change a container's image, not how many containers there are. */
export const checkSameCount = (
  field: string,
  now: readonly Container[],
  before: readonly Container[],
): Errors =>
  now.length === before.length ? [] : [forbiddenField(field, 'pod updates may not add or remove containers')]
