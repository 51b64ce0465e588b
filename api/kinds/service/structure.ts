import { list, map, metadata, struct } from '../../validation/structure.ts'

const port = struct('v1.ServicePort', {
  name: 'string',
  protocol: 'string',
  port: 'integer',
  targetPort: 'int-or-string',
  nodePort: 'integer',
})

export const serviceStructure = struct('v1.Service', {
  metadata,
  spec: struct('v1.ServiceSpec', {
    ports: list(port),
    selector: map('string'),
    clusterIP: 'string',
    clusterIPs: list('string'),
    type: 'string',
    externalIPs: list('string'),
    externalName: 'string',
    sessionAffinity: 'string',
    externalTrafficPolicy: 'string',
    publishNotReadyAddresses: 'boolean',
  }),
})
