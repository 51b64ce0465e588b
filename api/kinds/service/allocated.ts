import type { Service } from '../service.ts'

type Spec = Service['spec']

/** True when the service is to be had at an address of its own. */
export const hasAddress = ({ type, clusterIP }: Spec): boolean =>
  type !== 'ExternalName' && clusterIP !== 'None'

/** True when the service is to be had at ports of the nodes, too. */
export const isPublished = ({ type }: Spec): boolean => type === 'NodePort' || type === 'LoadBalancer'

/** True when the server chooses ports of the nodes for it. */
export const wantsNodePorts = (spec: Spec): boolean =>
  isPublished(spec) && !(spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts === false)

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** `clusterIP` is the first of `clusterIPs`; clients of before 2020 write it alone. In place. */
export const completeAddresses = (spec: Spec): void => {
  if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP]
}

const addressFields = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const

/** A client that leaves out what was allocated for the service means to keep it. In place. */
export const keepAllocated = (spec: Spec, old: Spec): void => {
  if (spec.type === 'ExternalName') dropAddresses(spec, old)
  else if (old.type !== 'ExternalName') keepAddresses(spec, old)
  completeAddresses(spec)
  if (!isPublished(spec)) dropNodePorts(spec, old)
  else keepNodePorts(spec, old)
}

const keepNodePorts = (spec: Spec, old: Spec): void => {
  for (const port of spec.ports ?? []) {
    const before = old.ports?.find(each => each.port === port.port && each.protocol === port.protocol)
    if (!port.nodePort && before?.nodePort) port.nodePort = before.nodePort
  }
}

const keepAddresses = (spec: Spec, old: Spec): void => {
  // Only one of the two was changed: the other one is what the client had read.
  if (spec.clusterIP && spec.clusterIP !== old.clusterIP && same(spec.clusterIPs, old.clusterIPs)) {
    delete spec.clusterIPs
  }
  if (!spec.clusterIP && old.clusterIP) spec.clusterIP = old.clusterIP
  if (!spec.clusterIPs?.length && spec.clusterIP === old.clusterIP && old.clusterIPs) {
    spec.clusterIPs = old.clusterIPs
  }
  if (!spec.ipFamilies?.length && old.ipFamilies) spec.ipFamilies = old.ipFamilies
  if (!spec.ipFamilyPolicy && old.ipFamilyPolicy) spec.ipFamilyPolicy = old.ipFamilyPolicy
}

/** What was allocated for another type of service is not meant to stay, unless the client says so anew. */
const dropAddresses = (spec: Spec, old: Spec): void => {
  for (const field of addressFields) if (same(spec[field], old[field])) delete spec[field]
  if (spec.internalTrafficPolicy === old.internalTrafficPolicy) delete spec.internalTrafficPolicy
}

const dropNodePorts = (spec: Spec, old: Spec): void => {
  if (!isPublished(old)) return
  const before = new Set((old.ports ?? []).map(({ nodePort }) => nodePort))
  for (const port of spec.ports ?? []) if (before.has(port.nodePort)) delete port.nodePort
  if (spec.externalTrafficPolicy === old.externalTrafficPolicy) delete spec.externalTrafficPolicy
  if (spec.allocateLoadBalancerNodePorts === old.allocateLoadBalancerNodePorts) {
    delete spec.allocateLoadBalancerNodePorts
  }
}
