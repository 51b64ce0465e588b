import type { Container, ContainerPort, EnvVar, VolumeMount } from 'kubernetes-types/core/v1'
import { danglingName, duplicate, forbiddenField, invalidValue, required } from '../../field-error.ts'
import { dnsLabel, envName, portName } from '../../validation/names.ts'
import {
  checkIP,
  checkName,
  checkOneMember,
  checkOneOf,
  checkPort,
  checkText,
  checkUnique,
  type Errors,
} from '../../validation/values.ts'
import type { Pod } from '../pod.ts'
import { checkHandler, checkProbe } from './probes.ts'
import { checkResources } from './resources.ts'

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
    ...(lifecycle?.postStart ? checkHandler(`${field}.lifecycle.postStart`, lifecycle.postStart) : []),
    ...(lifecycle?.preStop ? checkHandler(`${field}.lifecycle.preStop`, lifecycle.preStop) : []),
    ...checkProbe(`${field}.livenessProbe`, livenessProbe, { once: true }),
    ...checkProbe(`${field}.readinessProbe`, readinessProbe, { once: false }),
    ...checkProbe(`${field}.startupProbe`, startupProbe, { once: true }),
    ...checkOneOf(`${field}.terminationMessagePolicy`, container.terminationMessagePolicy, [
      'File',
      'FallbackToLogsOnError',
    ]),
    ...checkPorts(`${field}.ports`, spec, container.ports ?? []),
    ...(container.env ?? []).flatMap((each, i) => checkEnv(`${field}.env[${i}]`, each)),
    ...checkMounts(`${field}.volumeMounts`, container.volumeMounts ?? [], volumes),
    ...checkOneOf(`${field}.imagePullPolicy`, container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']),
    ...checkResources(`${field}.resources`, resources),
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

const checkEnv = (field: string, { name, value, valueFrom }: EnvVar): Errors => [
  ...checkName(`${field}.name`, name, envName),
  ...(valueFrom ? checkOneMember(`${field}.valueFrom`, Object.keys(valueFrom), 'source') : []),
  ...(valueFrom && value
    ? [invalidValue(`${field}.valueFrom`, '', 'may not be specified when `value` is not empty')]
    : []),
]

const checkMounts = (field: string, mounts: readonly VolumeMount[], volumes: ReadonlySet<string>): Errors => {
  const paths = new Set<string>()
  return mounts.flatMap(({ name, mountPath, subPath }, i) => {
    const at = `${field}[${i}]`
    const again = paths.has(mountPath)
    paths.add(mountPath)
    return [
      ...(name ? (volumes.has(name) ? [] : [danglingName(`${at}.name`, name)]) : [required(`${at}.name`)]),
      ...(mountPath ? [] : [required(`${at}.mountPath`)]),
      ...(again && mountPath ? [invalidValue(`${at}.mountPath`, mountPath, 'must be unique')] : []),
      ...(subPath ? checkSubPath(`${at}.subPath`, subPath) : []),
    ]
  })
}

/** A sub path may not lead out of its volume. */
const checkSubPath = (field: string, path: string): Errors => [
  ...(path.startsWith('/') ? [invalidValue(field, path, 'must be a relative path')] : []),
  ...(path.split('/').includes('..') ? [invalidValue(field, path, "must not contain '..'")] : []),
]

/** An update may change a container's image, not how many containers there are. */
export const checkSameCount = (
  field: string,
  now: readonly Container[],
  before: readonly Container[],
): Errors =>
  now.length === before.length ? [] : [forbiddenField(field, 'pod updates may not add or remove containers')]
