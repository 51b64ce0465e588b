import type { Kind } from '../../kind.ts'
import type { Draft, Ref, Resource } from '../../resource.ts'
import { Lease } from '../coordination/lease.ts'
import { IPAddress } from '../networking/ip-address.ts'
import type { Service } from '../service.ts'
import { hasAddress } from './allocated.ts'

/**
 * An object that says that something is taken, and by which service. Its name is what is taken, so the store lets
 * only one service have it. It is made before the service is written, and goes after the service.
 */
export interface Claim {
  readonly kind: Kind
  readonly draft: Draft<Resource>
}

const managedBy = {
  'ipaddress.kubernetes.io/ip-family': 'IPv4',
  'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
} as const

/** Claims a service's address, as kube-apiserver does. */
export const addressClaim = ({ namespace, name }: Ref, address: string): Claim => {
  const draft: Draft<IPAddress> = {
    metadata: { name: address, labels: managedBy },
    spec: { parentRef: { group: '', resource: 'services', namespace, name } },
  }
  return { kind: IPAddress, draft }
}

const portPrefix = 'node-port-'

/** Claims a port of all nodes; Kubernetes has no kind for that. */
export const nodePortClaim = ({ namespace, name }: Ref, port: number): Claim => {
  const draft: Draft<Lease> = {
    metadata: { namespace: 'kube-system', name: `${portPrefix}${port}` },
    spec: { holderIdentity: `services/${namespace}/${name}` },
  }
  return { kind: Lease, draft }
}

/** The claims that go with a service as it is. */
export const claimsOf = ({ metadata, spec }: Service): Claim[] => {
  const service = { namespace: metadata.namespace ?? '', name: metadata.name }
  const ports = new Set((spec.ports ?? []).flatMap(({ nodePort }) => nodePort || []))
  return [
    ...(hasAddress(spec) && spec.clusterIP ? [addressClaim(service, spec.clusterIP)] : []),
    ...[...ports].map(port => nodePortClaim(service, port)),
  ]
}

/** The service that a claim is for; undefined when the object is no claim of ours. */
export const claimant = (object: Resource): Ref | undefined => {
  const [resource, namespace, name] =
    object.kind === IPAddress.kind
      ? ofAddress(object as IPAddress)
      : object.kind === Lease.kind
        ? ofNodePort(object as Lease)
        : []
  return resource === 'services' && namespace && name ? { namespace, name } : undefined
}

const ofAddress = ({ metadata, spec: { parentRef } }: IPAddress): (string | undefined)[] =>
  Object.entries(managedBy).every(([label, value]) => metadata.labels?.[label] === value)
    ? [parentRef?.resource, parentRef?.namespace, parentRef?.name]
    : []

const ofNodePort = ({ metadata, spec }: Lease): string[] =>
  metadata.namespace === 'kube-system' && metadata.name.startsWith(portPrefix)
    ? (spec?.holderIdentity?.split('/') ?? [])
    : []

/** What a claim is called, and stands for. */
export const refOfClaim = ({ draft: { metadata } }: Claim): Ref => ({
  namespace: metadata.namespace ?? '',
  name: metadata.name ?? '',
})
