import type { ServicePort } from 'kubernetes-types/core/v1'
import { invalidValue, required } from '../../field-error.ts'
import { dnsLabel } from '../../validation/names.ts'
import {
  checkIP,
  checkLabels,
  checkName,
  checkOneOf,
  checkPort,
  checkPortOrName,
  checkText,
  checkUnique,
  type Errors,
} from '../../validation/values.ts'
import type { Service } from '../service.ts'

type Spec = Service['spec']

export const checkServiceSpec = (spec: Spec): Errors => {
  const { ports = [], clusterIP, externalIPs = [] } = spec
  const mayLackPorts = clusterIP === 'None' || spec.type === 'ExternalName'
  return [
    ...(ports.length === 0 && !mayLackPorts ? [required('spec.ports')] : []),
    ...ports.flatMap((port, i) => checkServicePort(`spec.ports[${i}]`, port, ports.length > 1)),
    ...checkUnique(ports.flatMap(({ name }, i) => (name ? [[`spec.ports[${i}].name`, name] as const] : []))),
    ...checkLabels('spec.selector', spec.selector),
    ...checkOneOf('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']),
    ...checkOneOf('spec.type', spec.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
    ...(spec.type === 'ExternalName' && !spec.externalName ? [required('spec.externalName')] : []),
    ...(clusterIP && clusterIP !== 'None' ? checkIP('spec.clusterIP', clusterIP) : []),
    ...externalIPs.flatMap((ip, i) => checkIP(`spec.externalIPs[${i}]`, ip)),
    ...checkUnique(
      ports.map(({ port, protocol }, i) => [`spec.ports[${i}]`, `${protocol}/${port}`] as const),
    ),
  ]
}

const checkServicePort = (field: string, port: ServicePort, several: boolean): Errors => [
  ...(several ? checkName(`${field}.name`, port.name, dnsLabel) : []),
  ...(!several && port.name ? checkText(`${field}.name`, port.name, dnsLabel) : []),
  ...checkPort(`${field}.port`, port.port ?? 0),
  ...checkOneOf(`${field}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']),
  ...(port.targetPort === undefined ? [] : checkPortOrName(`${field}.targetPort`, port.targetPort)),
]

/** A service keeps its address: clients have it. */
export const checkServiceSpecUpdate = (spec: Spec, old: Spec): Errors => {
  const keeps = spec.type !== 'ExternalName' && old.type !== 'ExternalName' && old.clusterIP
  return keeps && spec.clusterIP !== old.clusterIP
    ? [invalidValue('spec.clusterIP', spec.clusterIP ?? '', 'field is immutable')]
    : []
}
