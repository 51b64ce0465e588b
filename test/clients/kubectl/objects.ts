/** Sleeps without being asked for a signal: a pod of it ends at once. */
const sleeping = {
  name: 'main',
  image: 'busybox:1',
  command: ['sleep', '1000'],
  resources: { requests: { cpu: '10m', memory: '8Mi' } },
}

const podSpec = { containers: [sleeping], terminationGracePeriodSeconds: 1 }

export const pod = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: { ...podSpec, ...more },
})

const template = (app: string) => ({ metadata: { labels: { app } }, spec: podSpec })

export const replicationController = (name: string, replicas: number) => ({
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name },
  spec: { replicas, selector: { app: name }, template: template(name) },
})

/** Of no replicas, for whether a controller is there to make them is another matter. */
export const deployment = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { replicas: 0, selector: { matchLabels: { app: name } }, template: template(name) },
})

export const service = (name: string, port = 80) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port, targetPort: 8080 }] },
})

export const configMap = (
  name: string,
  data: Record<string, string> = {},
  labels?: Record<string, string>,
) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...(labels && { labels }) },
  data,
})
