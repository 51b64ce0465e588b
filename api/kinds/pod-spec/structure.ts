import { list, map, metadata, struct } from '../../validation/structure.ts'

const handler = {
  exec: struct('v1.ExecAction', { command: list('string') }),
  httpGet: struct('v1.HTTPGetAction', {
    path: 'string',
    port: 'int-or-string',
    host: 'string',
    scheme: 'string',
    httpHeaders: list(struct('v1.HTTPHeader', { name: 'string', value: 'string' })),
  }),
  tcpSocket: struct('v1.TCPSocketAction', { port: 'int-or-string', host: 'string' }),
} as const

const probe = struct('v1.Probe', {
  ...handler,
  initialDelaySeconds: 'integer',
  timeoutSeconds: 'integer',
  periodSeconds: 'integer',
  successThreshold: 'integer',
  failureThreshold: 'integer',
})

const env = struct('v1.EnvVar', {
  name: 'string',
  value: 'string',
  valueFrom: struct('v1.EnvVarSource', {
    fieldRef: struct('v1.ObjectFieldSelector', { apiVersion: 'string', fieldPath: 'string' }),
    resourceFieldRef: struct('v1.ResourceFieldSelector', { containerName: 'string', resource: 'string' }),
    configMapKeyRef: struct('v1.ConfigMapKeySelector', {
      name: 'string',
      key: 'string',
      optional: 'boolean',
    }),
    secretKeyRef: struct('v1.SecretKeySelector', { name: 'string', key: 'string', optional: 'boolean' }),
  }),
})

const port = struct('v1.ContainerPort', {
  name: 'string',
  hostPort: 'integer',
  containerPort: 'integer',
  protocol: 'string',
  hostIP: 'string',
})

const mount = struct('v1.VolumeMount', {
  name: 'string',
  readOnly: 'boolean',
  mountPath: 'string',
  subPath: 'string',
  mountPropagation: 'string',
})

const securityContext = {
  runAsUser: 'integer',
  runAsGroup: 'integer',
  runAsNonRoot: 'boolean',
} as const

const container = struct('v1.Container', {
  name: 'string',
  image: 'string',
  command: list('string'),
  args: list('string'),
  workingDir: 'string',
  ports: list(port),
  env: list(env),
  resources: struct('v1.ResourceRequirements', { limits: map('quantity'), requests: map('quantity') }),
  volumeMounts: list(mount),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: struct('v1.Lifecycle', {
    postStart: struct('v1.Handler', handler),
    preStop: struct('v1.Handler', handler),
  }),
  terminationMessagePath: 'string',
  terminationMessagePolicy: 'string',
  imagePullPolicy: 'string',
  securityContext: struct('v1.SecurityContext', { ...securityContext, privileged: 'boolean' }),
  stdin: 'boolean',
  stdinOnce: 'boolean',
  tty: 'boolean',
})

const volume = struct('v1.Volume', {
  name: 'string',
  hostPath: struct('v1.HostPathVolumeSource', { path: 'string', type: 'string' }),
  emptyDir: struct('v1.EmptyDirVolumeSource', { medium: 'string', sizeLimit: 'quantity' }),
  gitRepo: struct('v1.GitRepoVolumeSource', {
    repository: 'string',
    revision: 'string',
    directory: 'string',
  }),
  secret: struct('v1.SecretVolumeSource', {
    secretName: 'string',
    defaultMode: 'integer',
    optional: 'boolean',
  }),
  configMap: struct('v1.ConfigMapVolumeSource', {
    name: 'string',
    defaultMode: 'integer',
    optional: 'boolean',
  }),
})

const toleration = struct('v1.Toleration', {
  key: 'string',
  operator: 'string',
  value: 'string',
  effect: 'string',
  tolerationSeconds: 'integer',
})

export const podSpec = struct('v1.PodSpec', {
  volumes: list(volume),
  initContainers: list(container),
  containers: list(container),
  restartPolicy: 'string',
  terminationGracePeriodSeconds: 'integer',
  activeDeadlineSeconds: 'integer',
  dnsPolicy: 'string',
  nodeSelector: map('string'),
  serviceAccountName: 'string',
  serviceAccount: 'string',
  automountServiceAccountToken: 'boolean',
  nodeName: 'string',
  hostNetwork: 'boolean',
  hostPID: 'boolean',
  hostIPC: 'boolean',
  shareProcessNamespace: 'boolean',
  securityContext: struct('v1.PodSecurityContext', { ...securityContext, fsGroup: 'integer' }),
  hostname: 'string',
  subdomain: 'string',
  schedulerName: 'string',
  tolerations: list(toleration),
  priorityClassName: 'string',
  priority: 'integer',
  preemptionPolicy: 'string',
  enableServiceLinks: 'boolean',
})

export const podTemplate = struct('v1.PodTemplateSpec', { metadata, spec: podSpec })
