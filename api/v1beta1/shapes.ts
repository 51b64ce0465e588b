import { flag, integer, list, map, numberOrText, record, type Shape, text, texts } from './read.ts'

/** What every object of 2014 began with. */
const meta = {
  kind: text,
  id: text,
  uid: text,
  creationTimestamp: text,
  resourceVersion: numberOrText,
  apiVersion: text,
  namespace: text,
  annotations: texts,
  labels: texts,
}

const port = record({ name: text, hostPort: integer, containerPort: integer, protocol: text, hostIP: text })

const httpGet = record({ path: text, port: numberOrText, host: text })
const exec = record({ command: list(text) })
const handler = record({ exec, httpGet })

/** `type` was dropped even then: which action is given tells it. */
const livenessProbe = record({
  httpGet,
  tcpSocket: record({ port: numberOrText }),
  exec,
  initialDelaySeconds: integer,
})

const container = record({
  name: text,
  image: text,
  command: list(text),
  workingDir: text,
  ports: list(port),
  env: list(record({ name: text, key: text, value: text })),
  memory: integer,
  cpu: integer,
  volumeMounts: list(record({ name: text, readOnly: flag, mountPath: text, path: text })),
  livenessProbe,
  lifecycle: record({ postStart: handler, preStop: handler }),
  terminationMessagePath: text,
  privileged: flag,
  imagePullPolicy: text,
})

const volume = record({
  name: text,
  source: record({
    hostDir: record({ path: text }),
    emptyDir: record({}),
    persistentDisk: record({ pdName: text, fsType: text, partition: integer, readOnly: flag }),
    gitRepo: record({ repository: text, revision: text }),
  }),
})

/** Its `version`, `id` and `uuid` are taken and dropped, as the server of 2014 did. */
const manifest = record({
  volumes: list(volume),
  containers: list(container),
  restartPolicy: record({ always: record({}), onFailure: record({}), never: record({}) }),
})

/** As `docker inspect` showed a container, cut to what is told about any. */
const containerInfo = record({
  Id: text,
  Name: text,
  Image: text,
  Config: record({ Image: text }),
  State: record({
    Running: flag,
    Pid: integer,
    ExitCode: integer,
    Error: text,
    StartedAt: text,
    FinishedAt: text,
  }),
  restartCount: integer,
})

const podState = record({
  manifest,
  status: text,
  message: text,
  host: text,
  hostIP: text,
  podIP: text,
  info: map(containerInfo),
})

const podTemplate = record({
  desiredState: podState,
  nodeSelector: texts,
  labels: texts,
  annotations: texts,
})

const controllerState = record({ replicas: integer, replicaSelector: texts, podTemplate })

export const readPod = record({
  ...meta,
  desiredState: podState,
  currentState: podState,
  nodeSelector: texts,
})

export const readReplicationController = record({
  ...meta,
  desiredState: controllerState,
  currentState: record({ replicas: integer }),
})

export const readService = record({
  ...meta,
  port: integer,
  protocol: text,
  selector: texts,
  createExternalLoadBalancer: flag,
  publicIPs: list(text),
  containerPort: numberOrText,
  portalIP: text,
  proxyPort: integer,
})

export const readEndpoints = record({ ...meta, endpoints: list(text) })

export const readMinion = record({
  ...meta,
  hostIP: text,
  resources: record({ capacity: map(numberOrText) }),
})

export const readEvent = record({
  ...meta,
  involvedObject: record({
    kind: text,
    namespace: text,
    name: text,
    uid: text,
    apiVersion: text,
    resourceVersion: text,
    fieldPath: text,
  }),
  status: text,
  reason: text,
  message: text,
  source: text,
  host: text,
  timestamp: text,
})

export const readBinding = record({ ...meta, podID: text, host: text })

export type LegacyMeta = Pick<Shape<typeof readPod>, keyof typeof meta>
export type LegacyPort = Shape<typeof port>
export type LegacyHttpGet = Shape<typeof httpGet>
export type LegacyHandler = Shape<typeof handler>
export type LegacyProbe = Shape<typeof livenessProbe>
export type LegacyContainer = Shape<typeof container>
export type LegacyVolume = Shape<typeof volume>
export type LegacyManifest = Shape<typeof manifest>
export type LegacyContainerInfo = Shape<typeof containerInfo>
export type LegacyPodState = Shape<typeof podState>
export type LegacyPodTemplate = Shape<typeof podTemplate>
export type LegacyPod = Shape<typeof readPod>
export type LegacyReplicationController = Shape<typeof readReplicationController>
export type LegacyService = Shape<typeof readService>
export type LegacyMinion = Shape<typeof readMinion>
export type LegacyEvent = Shape<typeof readEvent>
