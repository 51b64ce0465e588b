import { required } from '../field-error.ts'
import { Service } from '../kinds/service.ts'
import type { LegacyKind } from './legacy-kind.ts'
import { fromMeta, toMeta } from './metadata.ts'
import { omitEmpty, omitUndefined } from './omit.ts'
import { type Remarks, recall, remark, remarksOf } from './remarks.ts'
import { readService } from './shapes.ts'

const digits = /^\d+$/

export const legacyService: LegacyKind<Service> = {
  kind: Service,
  plural: 'services',
  legacyKind: 'Service',
  name: 'service',
  selectors: true,
  fields: { id: 'metadata.name', name: 'metadata.name', namespace: 'metadata.namespace' },

  validateCreate: ({ spec: { selector = {} } }) =>
    Object.keys(selector).length > 0 ? [] : [required('spec.selector')],

  /** A service had one port: of several the first is shown. */
  toLegacy({ metadata, spec }) {
    const remarks = remarksOf(metadata.annotations)
    const { port = 0, protocol, targetPort = port } = spec.ports?.[0] ?? {}
    return {
      ...toMeta(legacyService, metadata),
      port,
      ...omitEmpty({
        protocol,
        labels: metadata.labels,
        selector: spec.selector,
        createExternalLoadBalancer: spec.type === 'LoadBalancer',
        publicIPs: spec.externalIPs,
      }),
      containerPort: recall<number | string>(remarks, 'containerPort', targetPort),
      ...omitEmpty({
        portalIP: spec.clusterIP,
        proxyPort: recall<number | undefined>(remarks, 'proxyPort', undefined),
      }),
    }
  },

  fromLegacy(body) {
    const said = readService(body, '') ?? {}
    const { port = 0, containerPort = 0, proxyPort } = said
    // 0 asked for the container's first port, which v1 cannot say: there it is the service's own port.
    const named = typeof containerPort === 'string' && !digits.test(containerPort)
    const targetPort = named ? containerPort || port : Number(containerPort) || port
    const remarks: Remarks = {}
    remark(remarks, 'containerPort', targetPort, containerPort)
    remark(remarks, 'proxyPort', undefined, proxyPort || undefined)
    return {
      metadata: fromMeta(said, 'Service', remarks),
      spec: omitUndefined({
        ports: [omitUndefined({ port, protocol: said.protocol || undefined, targetPort })],
        selector: said.selector,
        clusterIP: said.portalIP || undefined,
        externalIPs: said.publicIPs,
        type: said.createExternalLoadBalancer ? 'LoadBalancer' : undefined,
      }),
    }
  },
}
