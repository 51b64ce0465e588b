import { isIP } from 'node:net'
import type { EndpointSlice, Endpoints, Service } from '../../api/kinds/index.ts'
import type { Draft, Ref } from '../../api/resource.ts'
import { groupBy } from '../../util/group-by.ts'
import type { Master } from './master.ts'

/** What clients in pods look for; its Endpoints have the same name. */
export const serviceRef = { namespace: 'default', name: 'kubernetes' } as const satisfies Ref

/** The ports that Kubernetes' clients expect of a scheme. */
const servicePorts = { http: 80, https: 443 } as const

/** Clients in pods speak HTTPS only: where one master has it, no other counts. In the same order on every server. */
export const reachable = (masters: readonly Master[]): readonly Master[] => {
  const secure = masters.filter(({ scheme }) => scheme === 'https')
  const told = new Map((secure.length > 0 ? secure : masters).map(each => [keyOf(each), each]))
  return [...told.values()].sort((a, b) => a.port - b.port || (keyOf(a) < keyOf(b) ? -1 : 1))
}

const keyOf = ({ address, port }: Master): string => `${address} ${port}`

/** A port of the service leads to whatever port each master has, by its name. */
export const portsOf = ({ scheme, port }: Master) => [
  { name: scheme, port: servicePorts[scheme], protocol: 'TCP', targetPort: port },
]

/** Without `clusterIP` it gets any. */
export const serviceOf = (master: Master, clusterIP?: string): Draft<Service> => ({
  metadata: { ...serviceRef, labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: { type: 'ClusterIP', ports: portsOf(master), ...(clusterIP !== undefined && { clusterIP }) },
})

const endpointPorts = ([first]: readonly Master[]) =>
  first ? [{ name: first.scheme, port: first.port, protocol: 'TCP' }] : []

export const endpointsOf = (masters: readonly Master[]): Draft<Endpoints> => ({
  // The slices are ours as well: nobody is to mirror them.
  metadata: { ...serviceRef, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
  subsets: [...groupBy(masters, ({ port }) => port).values()].map(group => ({
    addresses: group.map(({ address: ip }) => ({ ip })),
    ports: endpointPorts(group),
  })),
})

export const slices = {
  namespace: serviceRef.namespace,
  labels: {
    'kubernetes.io/service-name': serviceRef.name,
    'endpointslice.kubernetes.io/managed-by': 'kubernetes-mesos',
  },
} as const

/** A slice has one family of addresses and one port. The first has the name by which Kubernetes' own is known. */
export const slicesOf = (masters: readonly Master[]): Draft<EndpointSlice>[] =>
  [...groupBy(masters, ({ address, port }) => `${isIP(address)} ${port}`).values()].map((group, i) => {
    const [{ address, port } = { address: '', port: 0 }] = group
    const family = isIP(address) === 6 ? 'IPv6' : 'IPv4'
    const name = i === 0 ? serviceRef.name : `${serviceRef.name}-${family.toLowerCase()}-${port}`
    return {
      metadata: { namespace: slices.namespace, name, labels: { ...slices.labels } },
      addressType: family,
      endpoints: group.map(each => ({ addresses: [each.address], conditions: { ready: true } })),
      ports: endpointPorts(group),
    }
  })
