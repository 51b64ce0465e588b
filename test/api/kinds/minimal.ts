/** For each kind the least that can be created, without its name. */
const template = {
  metadata: { labels: { app: 'x' } },
  spec: { containers: [{ name: 'c', image: 'nginx' }] },
}
const selector = { matchLabels: { app: 'x' } }
const once = { spec: { ...template.spec, restartPolicy: 'Never' } }
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
const roleRef = { kind: 'ClusterRole', name: 'view' }

export const minimal: Readonly<Record<string, object>> = {
  ConfigMap: {},
  ControllerRevision: { data: { spec: { any: null } }, revision: 1 },
  CronJob: { spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: once } } } },
  ClusterRole: {},
  ClusterRoleBinding: { roleRef },
  DaemonSet: { spec: { selector, template } },
  Deployment: { spec: { selector, template } },
  Endpoints: {},
  EndpointSlice: { addressType: 'IPv4', endpoints: [] },
  Event: {},
  HorizontalPodAutoscaler: { spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, maxReplicas: 3 } },
  Ingress: { spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } } },
  IPAddress: { spec: { parentRef: { resource: 'services', namespace: 'default', name: 's' } } },
  IngressClass: { spec: { controller: 'example.com/c' } },
  Job: { spec: { template: once } },
  Lease: {},
  LimitRange: {},
  Namespace: {},
  NetworkPolicy: {},
  Node: {},
  PersistentVolume: {
    spec: { capacity: { storage: '1024Mi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } },
  },
  PersistentVolumeClaim: { spec: claim },
  Pod: { spec: template.spec },
  PodDisruptionBudget: {},
  PodTemplate: { template },
  PriorityClass: { value: 7 },
  ReplicaSet: { spec: { selector, template } },
  ReplicationController: { spec: { template } },
  ResourceQuota: {},
  Role: {},
  RoleBinding: { roleRef },
  Secret: {},
  Service: { spec: { ports: [{ port: 80 }] } },
  ServiceAccount: {},
  StatefulSet: { spec: { selector, template, serviceName: 's' } },
  StorageClass: { provisioner: 'example.com/p' },
}
