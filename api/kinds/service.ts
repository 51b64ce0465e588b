import type { Service as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import type { Meta } from '../resource.ts'
import { checkMetadata, keep, keepServerMetadata } from '../validation/metadata.ts'
import { dns1035Label } from '../validation/names.ts'
import { ageColumn, column, labelsText, nameColumn, none, wide } from './columns.ts'
import { completeAddresses, isPublished, keepAllocated } from './service/allocated.ts'
import { checkServiceSpec, checkServiceSpecUpdate } from './service/validate.ts'
import { prepareCreate } from './strategy.ts'

export type Service = V1 & { apiVersion: string; kind: string; metadata: Meta; spec: NonNullable<V1['spec']> }

type Spec = Service['spec']

const withoutStatus = prepareCreate<Service>(() => ({ loadBalancer: {} }))

export const Service = defineKind<Service>({
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  subresources: ['status', 'proxy'],
  columns: [
    nameColumn(),
    column(
      'Type',
      'Type determines how the Service is exposed. Defaults to ClusterIP. Valid options are ExternalName, ClusterIP, NodePort, and LoadBalancer.',
      ({ spec }) => spec.type ?? '',
    ),
    column(
      'Cluster-IP',
      'clusterIP is the IP address of the service and is usually assigned randomly.',
      ({ spec }) => spec.clusterIPs?.[0] || spec.clusterIP || none,
    ),
    column(
      'External-IP',
      'externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for this service.',
      externalIPs,
    ),
    column('Port(s)', 'The list of ports that are exposed by this service.', ({ spec }) => portsText(spec)),
    ageColumn(),
    column(
      'Selector',
      'Route service traffic to pods with label keys and values matching this selector.',
      ({ spec }) => labelsText(spec.selector),
      wide,
    ),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= {}
      defaultSpec(draft.spec)
    },
    prepareCreate: draft => {
      withoutStatus(draft)
      completeAddresses(draft.spec)
    },
    prepareUpdate: (draft, old) => {
      keepServerMetadata(draft.metadata, old.metadata)
      keep(draft, old, 'status')
      keepAllocated(draft.spec, old.spec)
    },
    validate: service => [...checkMetadata(service.metadata), ...checkServiceSpec(service.spec)],
    validateUpdate: (service, old) => checkServiceSpecUpdate(service.spec, old.spec),
    validateName: name => dns1035Label(name)[0],
  },
})

const defaultSpec = (spec: Spec): void => {
  spec.type ??= 'ClusterIP'
  spec.sessionAffinity ??= 'None'
  if (spec.sessionAffinity === 'ClientIP')
    spec.sessionAffinityConfig ??= { clientIP: { timeoutSeconds: 10800 } }
  if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster'
  if (isPublished(spec)) spec.externalTrafficPolicy ??= 'Cluster'
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP'
    port.targetPort ||= port.port
  }
}

function externalIPs({ spec, status }: Service): string {
  const balanced = (status?.loadBalancer?.ingress ?? []).map(each => each.ip || each.hostname || '')
  switch (spec.type) {
    case 'ExternalName':
      return spec.externalName ?? ''
    case 'LoadBalancer':
      return [...balanced, ...(spec.externalIPs ?? [])].join() || '<pending>'
    default:
      return spec.externalIPs?.join() || none
  }
}

const portsText = ({ ports = [] }: Spec): string =>
  ports
    .map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`)
    .join() || none
