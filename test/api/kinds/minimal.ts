import type { Kind } from '../../../api/kind.ts'

const template = {
  metadata: { labels: { app: 'x' } },
  spec: { containers: [{ name: 'c', image: 'nginx' }] },
}
const selector = { matchLabels: { app: 'x' } }
const once = { spec: { ...template.spec, restartPolicy: 'Never' } }
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }
const webhook = {
  name: 'a.example.com',
  clientConfig: { service: { namespace: 'n', name: 's' } },
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  rules: [rule],
}
const matchConstraints = { resourceRules: [rule] }
const pem = '-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n'
const roleRef = { kind: 'ClusterRole', name: 'view' }

/** The least that can be created of a kind, without its name; undefined where nobody has said what that is. */
export const minimalOf = ({ group, kind }: Pick<Kind, 'group' | 'kind'>): object | undefined =>
  least[`${group}/${kind}`] ?? least[kind]

/** By kind; by group and kind where a group asks for more than another. */
const least: Readonly<Record<string, object>> = {
  CertificateSigningRequest: {
    spec: {
      request: Buffer.from(pem).toString('base64'),
      signerName: 'example.com/s',
      usages: ['client auth'],
    },
  },
  APIService: {
    spec: { group: 'example.com', version: 'v1', groupPriorityMinimum: 1_000, versionPriority: 15 },
  },
  ConfigMap: {},
  ControllerRevision: { data: { spec: { any: null } }, revision: 1 },
  CronJob: { spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: once } } } },
  ClusterRole: {},
  ClusterRoleBinding: { roleRef },
  CSIDriver: {},
  CSINode: {},
  CSIStorageCapacity: { storageClassName: 'fast' },
  DaemonSet: { spec: { selector, template } },
  Deployment: { spec: { selector, template } },
  Endpoints: {},
  EndpointSlice: { addressType: 'IPv4', endpoints: [] },
  Event: {},
  'events.k8s.io/Event': {
    eventTime: '2026-01-01T00:00:00.000000Z',
    reportingController: 'example.com/c',
    reportingInstance: 'c-1',
    action: 'Binding',
    reason: 'Bound',
    type: 'Normal',
  },
  FlowSchema: { spec: { priorityLevelConfiguration: { name: 'p' } } },
  HorizontalPodAutoscaler: { spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, maxReplicas: 3 } },
  Ingress: { spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } } },
  IPAddress: { spec: { parentRef: { resource: 'services', namespace: 'default', name: 's' } } },
  IngressClass: { spec: { controller: 'example.com/c' } },
  Job: { spec: { template: once } },
  Lease: {},
  LimitRange: {},
  Namespace: {},
  MutatingAdmissionPolicy: {
    spec: {
      matchConstraints,
      reinvocationPolicy: 'Never',
      mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{}' } }],
    },
  },
  MutatingAdmissionPolicyBinding: { spec: { policyName: 'p' } },
  MutatingWebhookConfiguration: { webhooks: [webhook] },
  NetworkPolicy: {},
  Node: {},
  PersistentVolume: {
    spec: { capacity: { storage: '1024Mi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } },
  },
  PersistentVolumeClaim: { spec: claim },
  Pod: { spec: template.spec },
  PodDisruptionBudget: {},
  PodTemplate: { template },
  PriorityLevelConfiguration: { spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } } },
  PriorityClass: { value: 7 },
  ReplicaSet: { spec: { selector, template } },
  ReplicationController: { spec: { template } },
  ResourceQuota: {},
  Role: {},
  RoleBinding: { roleRef },
  RuntimeClass: { handler: 'h' },
  Secret: {},
  Service: { spec: { ports: [{ port: 80 }] } },
  ServiceAccount: {},
  ServiceCIDR: { spec: { cidrs: ['10.2.0.0/16'] } },
  StatefulSet: { spec: { selector, template, serviceName: 's' } },
  ValidatingAdmissionPolicy: { spec: { matchConstraints, validations: [{ expression: 'true' }] } },
  ValidatingAdmissionPolicyBinding: { spec: { policyName: 'p', validationActions: ['Deny'] } },
  ValidatingWebhookConfiguration: { webhooks: [webhook] },
  VolumeAttachment: {
    spec: { attacher: 'example.com', nodeName: 'n', source: { persistentVolumeName: 'pv' } },
  },
  VolumeAttributesClass: { driverName: 'example.com', parameters: { a: 'b' } },
  StorageClass: { provisioner: 'example.com/p' },
}
