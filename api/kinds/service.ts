import type { Service as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import type { Meta } from '../resource.ts'
import { checkMetadata, keep, keepServerMetadata } from '../validation/metadata.ts'
import { dns1035Label } from '../validation/names.ts'
import { ageColumn, column, labelsText, nameColumn, none, wide } from './columns.ts'
import { checkServiceSpec, checkServiceSpecUpdate } from './service/validate.ts'
import { prepareCreate } from './strategy.ts'

export type Service = V1 & { apiVersion: string; kind: string; metadata: Meta; spec: NonNullable<V1['spec']> }

type Spec = Service['spec']

export const Service = defineKind<Service>({
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  subresources: ['status'],
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
    prepareCreate: prepareCreate<Service>(() => ({ loadBalancer: {} })),
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
  if (isPublished(spec)) spec.externalTrafficPolicy ??= 'Cluster'
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP'
    port.targetPort ||= port.port
  }
}

const isPublished = ({ type }: Spec): boolean => type === 'NodePort' || type === 'LoadBalancer'

/** A client that leaves out what was allocated for the service means to keep it. */
const keepAllocated = (spec: Spec, old: Spec): void => {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return
  if (!spec.clusterIP) {
    keep(spec, old, 'clusterIP')
    keep(spec, old, 'clusterIPs')
  }
  if (!isPublished(spec) || !isPublished(old)) return
  for (const port of spec.ports ?? []) {
    const before = old.ports?.find(each => each.port === port.port && each.protocol === port.protocol)
    if (!port.nodePort && before?.nodePort) port.nodePort = before.nodePort
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
