import { isDeepStrictEqual } from 'node:util'
import type { ServicePort } from 'kubernetes-types/core/v1'
import { forbiddenField, invalidValue, required } from '../../field-error.ts'
import { dnsLabel, dnsSubdomain } from '../../validation/names.ts'
import {
  checkIP,
  checkLabels,
  checkName,
  checkOneOf,
  checkPort,
  checkPortOrName,
  checkRange,
  checkText,
  checkUnique,
  type Errors,
} from '../../validation/values.ts'
import type { Service } from '../service.ts'
import { isPublished } from './allocated.ts'

type Spec = Service['spec']

export const checkServiceSpec = (spec: Spec): Errors => {
  const { ports = [], clusterIP, externalIPs = [] } = spec
  const mayLackPorts = clusterIP === 'None' || spec.type === 'ExternalName'
  return [
    ...(ports.length === 0 && !mayLackPorts ? [required('spec.ports')] : []),
    ...ports.flatMap((port, i) => checkServicePort(`spec.ports[${i}]`, port, ports.length > 1)),
    ...checkUnique(
      ports,
      ({ name }) => name || undefined,
      i => `spec.ports[${i}].name`,
    ),
    ...checkLabels('spec.selector', spec.selector),
    ...checkOneOf('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']),
    ...checkOneOf('spec.type', spec.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
    ...(spec.type === 'ExternalName' ? checkName('spec.externalName', spec.externalName, dnsSubdomain) : []),
    ...checkAffinityTime(spec),
    ...checkExternalTraffic(spec),
    ...checkOneOf('spec.internalTrafficPolicy', spec.internalTrafficPolicy, ['Cluster', 'Local']),
    ...checkOneOf('spec.ipFamilyPolicy', spec.ipFamilyPolicy, policies),
    ...checkAddresses(spec),
    ...checkNodePorts(spec),
    ...externalIPs.flatMap((ip, i) => checkIP(`spec.externalIPs[${i}]`, ip)),
    ...checkUnique(
      ports,
      ({ port, protocol }) => `${protocol}/${port}`,
      i => `spec.ports[${i}]`,
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

const policies = ['SingleStack', 'PreferDualStack', 'RequireDualStack']

/** One list of addresses, of which `clusterIP` is the first: there is IPv4 only. */
const checkAddresses = ({ type, clusterIP = '', clusterIPs = [] }: Spec): Errors => {
  if (type === 'ExternalName') {
    return [
      ...(clusterIP ? [forbiddenField('spec.clusterIP', notForNames)] : []),
      ...(clusterIPs.length > 0 ? [forbiddenField('spec.clusterIPs', notForNames)] : []),
    ]
  }
  if (clusterIPs.length === 0) return []
  if (!clusterIP) {
    return [invalidValue('spec.clusterIPs', clusterIPs, 'must be empty when `clusterIP` is not specified')]
  }
  if (clusterIP !== clusterIPs[0])
    return [invalidValue('spec.clusterIPs', clusterIPs, 'first value must match `clusterIP`')]
  if (clusterIPs.length > 1) {
    return [
      invalidValue(
        'spec.clusterIPs',
        clusterIPs,
        'may only hold one value: there are no dual-stack services',
      ),
    ]
  }
  if (clusterIP !== 'None') return checkIP('spec.clusterIPs[0]', clusterIP)
  return type === 'NodePort' || type === 'LoadBalancer'
    ? [invalidValue('spec.clusterIPs[0]', clusterIP, `may not be set to 'None' for ${type} services`)]
    : []
}

const aDay = 86_400

const checkAffinityTime = ({ sessionAffinity, sessionAffinityConfig }: Spec): Errors => {
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds
  return sessionAffinity !== 'ClientIP' || seconds === undefined || (seconds > 0 && seconds <= aDay)
    ? []
    : [
        invalidValue(
          'spec.sessionAffinityConfig.clientIP.timeoutSeconds',
          seconds,
          `must be greater than 0 and less than ${aDay}`,
        ),
      ]
}

/** Where requests from outside go is a question of services that have any. */
const checkExternalTraffic = (spec: Spec): Errors => {
  const { externalTrafficPolicy: policy, externalIPs = [] } = spec
  if (!policy) return []
  return isPublished(spec) || externalIPs.length > 0
    ? checkOneOf('spec.externalTrafficPolicy', policy, ['Cluster', 'Local'])
    : [
        invalidValue(
          'spec.externalTrafficPolicy',
          policy,
          'may only be set for externally-accessible services',
        ),
      ]
}

const notForNames = "may not be set when `type` is 'ExternalName'"

const checkNodePorts = (spec: Spec): Errors => {
  const ports = spec.ports ?? []
  if (!isPublished(spec)) {
    return ports.flatMap(({ nodePort }, i) =>
      nodePort
        ? [forbiddenField(`spec.ports[${i}].nodePort`, `may not be used when \`type\` is '${spec.type}'`)]
        : [],
    )
  }
  return [
    ...ports.flatMap(({ nodePort }, i) =>
      nodePort === undefined ? [] : checkRange(`spec.ports[${i}].nodePort`, nodePort, 0, 65535),
    ),
    ...checkUnique(
      ports,
      ({ nodePort, protocol }) => (nodePort ? `${protocol}/${nodePort}` : undefined),
      i => `spec.ports[${i}].nodePort`,
    ),
  ]
}

/** A service keeps its address: clients have it. */
export const checkServiceSpecUpdate = (spec: Spec, old: Spec): Errors => {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName' || !old.clusterIP) return []
  const { clusterIP = '', clusterIPs = [clusterIP], ipFamilies } = spec
  return [
    ...(clusterIP === old.clusterIP
      ? []
      : [invalidValue('spec.clusterIPs[0]', clusterIPs, 'may not change once set')]),
    ...(old.ipFamilies && !isDeepStrictEqual(ipFamilies, old.ipFamilies)
      ? [invalidValue('spec.ipFamilies[0]', ipFamilies, 'may not change once set')]
      : []),
  ]
}
