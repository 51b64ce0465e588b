import type { Json } from '../server.ts'
import { phaseOf } from './phase.ts'

/** Drops what Go's `omitempty` dropped; the order of the fields stays. */
const some = (fields: Json): Json =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value && (typeof value !== 'object' || Object.keys(value).length > 0),
    ),
  )

const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {})
const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const metadata = (legacy: Json): Json =>
  some({
    name: legacy.id,
    namespace: legacy.namespace,
    selfLink: legacy.selfLink,
    uid: legacy.uid,
    resourceVersion: legacy.resourceVersion === undefined ? undefined : String(legacy.resourceVersion),
    // Go's YAML wrote a time that is not there as a text.
    creationTimestamp: legacy.creationTimestamp ?? 'null',
    labels: legacy.labels,
    annotations: legacy.annotations,
  })

const without =
  (field: string) =>
  (value: unknown): Json => {
    const { [field]: _, ...kept } = object(value)
    return kept
  }

/** `key` and `path` were older names beside `name` and `mountPath`: v1beta1 shows both, the internal form one. */
const container = (value: unknown): Json => {
  const { env, volumeMounts } = object(value)
  return {
    ...object(value),
    ...(env !== undefined && { env: items(env).map(without('key')) }),
    ...(volumeMounts !== undefined && { volumeMounts: items(volumeMounts).map(without('path')) }),
  }
}

const podSpec = (state: unknown, nodeSelector: unknown): Json => {
  const { volumes, containers, restartPolicy } = object(object(state).manifest)
  return {
    volumes: items(volumes),
    containers: items(containers).map(container),
    restartPolicy: object(restartPolicy),
    ...some({ nodeSelector }),
  }
}

const pod = (legacy: Json): Json => {
  const state = object(legacy.currentState)
  const { message, host, hostIP, podIP, info } = state
  return {
    metadata: metadata(legacy),
    spec: podSpec(legacy.desiredState, legacy.nodeSelector),
    status: some({ phase: phaseOf(state), message, host, hostIP, podIP, info }),
  }
}

const controller = (legacy: Json): Json => {
  const { replicas, replicaSelector, podTemplate } = object(legacy.desiredState)
  const template = object(podTemplate)
  return {
    metadata: metadata(legacy),
    spec: {
      replicas,
      selector: object(replicaSelector),
      template: {
        metadata: metadata({ labels: template.labels, annotations: template.annotations }),
        spec: podSpec(template.desiredState, template.nodeSelector),
      },
    },
    status: { replicas: object(legacy.currentState).replicas ?? 0 },
  }
}

const service = (legacy: Json): Json => ({
  metadata: metadata(legacy),
  spec: {
    port: legacy.port,
    ...some({
      protocol: legacy.protocol,
      selector: legacy.selector,
      portalIP: legacy.portalIP,
      proxyPort: legacy.proxyPort,
      createExternalLoadBalancer: legacy.createExternalLoadBalancer,
      publicIPs: legacy.publicIPs,
    }),
    containerPort: legacy.containerPort,
  },
  status: {},
})

const minion = (legacy: Json): Json => ({
  metadata: metadata(legacy),
  spec: some({ capacity: object(legacy.resources).capacity }),
  status: some({ hostIP: legacy.hostIP }),
})

const event = (legacy: Json): Json => {
  const { involvedObject, status, reason, message, source, host, timestamp } = legacy
  return {
    metadata: metadata(legacy),
    ...some({ involvedObject, status, reason, message, source, host, timestamp }),
  }
}

const status = ({ status, message, reason, details, code }: Json): Json =>
  some({ status, message, reason, details, code })

const forms: Readonly<Record<string, (legacy: Json) => Json>> = {
  Pod: pod,
  ReplicationController: controller,
  Service: service,
  Minion: minion,
  Event: event,
  Status: status,
}

/**
 * The form that the original's code worked with, which its -yaml printed: metadata, spec and status apart, as later
 * versions of the API took them over. A list is its items under one metadata.
 */
export const internalForm = (legacy: Json): Json => {
  const kind = String(legacy.kind)
  const form = (Object.hasOwn(forms, kind) && forms[kind]) || ((other: Json) => other)
  if (!kind.endsWith('List')) return form(legacy)
  const { selfLink, resourceVersion } = metadata({ ...legacy, id: undefined })
  const of = kind.replace(/List$/, '')
  return {
    metadata: some({ selfLink, resourceVersion }),
    items: items(legacy.items).map(item => internalForm({ ...object(item), kind: of })),
  }
}
