import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Kind } from '../../../api/kind.ts'
import { kinds } from '../../../api/kinds/index.ts'
import type { Resource } from '../../../api/resource.ts'

const now = Date.parse('2014-10-17T02:46:05Z')
const metadata = { name: 'x', uid: 'u', resourceVersion: '1', creationTimestamp: '2014-10-17T02:45:00Z' }

/** The cells as a table has them, without name and age. */
const cells = (kind: Kind, object: Resource) =>
  kind.columns.filter(({ name }) => name !== 'Name' && name !== 'Age').map(column => column.cell(object, now))

const from = '2014-10-17T02:45:00Z'
const spec = {
  spec: {
    containers: [
      { name: 'c', image: 'nginx' },
      { name: 'd', image: 'redis' },
    ],
  },
}
const selector = { matchLabels: { a: 'b' } }

const shown: [plural: string, object: object, cells: unknown[]][] = [
  ['configmaps', { data: { a: '' }, binaryData: { b: '' } }, [2]],
  ['secrets', { type: 'Opaque', data: { a: '' } }, ['Opaque', 1]],
  [
    'deployments',
    { spec: { replicas: 3, selector, template: spec }, status: { readyReplicas: 1, updatedReplicas: 2 } },
    ['1/3', 2, 0, 'c,d', 'nginx,redis', 'a=b'],
  ],
  [
    'replicasets',
    { spec: { replicas: 2, selector, template: spec }, status: { replicas: 2, readyReplicas: 1 } },
    [2, 2, 1, 'c,d', 'nginx,redis', 'a=b'],
  ],
  ['statefulsets', { spec: { replicas: 2, template: spec } }, ['0/2', 'c,d', 'nginx,redis']],
  [
    'jobs',
    {
      spec: { completions: 5, template: spec, selector },
      status: { succeeded: 3, startTime: from, completionTime: '2014-10-17T02:45:40Z' },
    },
    ['3/5', '40s', 'c,d', 'nginx,redis', 'a=b'],
  ],
  [
    'jobs',
    { spec: { parallelism: 2, template: {} }, status: { startTime: from } },
    ['0/1 of 2', '65s', '', '', '<none>'],
  ],
  [
    'cronjobs',
    {
      spec: { schedule: '@daily', suspend: true, jobTemplate: {} },
      status: { active: [{}], lastScheduleTime: from },
    },
    ['@daily', '<none>', 'True', 1, '65s', '', '', '<none>'],
  ],
  [
    'ipaddresses',
    {
      metadata: { name: '10.10.10.5' },
      spec: { parentRef: { resource: 'services', namespace: 'default', name: 'web' } },
    },
    ['services/default/web'],
  ],
  [
    'horizontalpodautoscalers',
    {
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'd' },
        minReplicas: 1,
        maxReplicas: 9,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 80 } } },
          { type: 'Pods', pods: { target: { averageValue: '5' } } },
          { type: 'External', external: { target: { value: '7' } } },
        ],
      },
      status: { currentReplicas: 4, currentMetrics: [{ resource: { current: { averageUtilization: 12 } } }] },
    },
    ['Deployment/d', '12%/80%, <unknown>/5 (avg) + 1 more...', '1', 9, 4],
  ],
  ['leases', { spec: { holderIdentity: 'me' } }, ['me']],
  [
    'endpointslices',
    {
      addressType: 'IPv4',
      ports: [{ port: 80 }, { name: '' }],
      endpoints: [1, 2, 3, 4].map(n => ({ addresses: [`10.0.0.${n}`] })),
    },
    ['IPv4', '80,*', '10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...'],
  ],
  [
    'ingresses',
    {
      spec: { rules: [{ host: 'a.b' }], tls: [{}] },
      status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
    },
    ['<none>', 'a.b', '1.2.3.4', '80, 443'],
  ],
  [
    'ingressclasses',
    { spec: { controller: 'x/y', parameters: { apiGroup: 'x', kind: 'K', name: 'n' } } },
    ['x/y', 'K.x/n'],
  ],
  ['networkpolicies', { spec: { podSelector: selector } }, ['a=b']],
  [
    'poddisruptionbudgets',
    { spec: { minAvailable: '50%' }, status: { disruptionsAllowed: 1 } },
    ['50%', 'N/A', 1],
  ],
  [
    'rolebindings',
    {
      roleRef: { kind: 'Role', name: 'r' },
      subjects: [
        { kind: 'User', name: 'u' },
        { kind: 'User', name: 'v' },
        { kind: 'ServiceAccount', namespace: 'n', name: 's' },
      ],
    },
    ['Role/r', 'u, v', '', 'n/s'],
  ],
  [
    'resourcequotas',
    { status: { hard: { pods: '9', cpu: '2', 'limits.cpu': '4' }, used: { pods: '1' } } },
    ['cpu: 0/2, pods: 1/9', 'limits.cpu: 0/4'],
  ],
  [
    'persistentvolumeclaims',
    {
      spec: { volumeName: 'pv', storageClassName: 'fast' },
      status: {
        phase: 'Bound',
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteMany', 'ReadWriteOnce'],
      },
    },
    ['Bound', 'pv', '1Gi', 'RWO,RWX', 'fast', '<unset>'],
  ],
  [
    'controllerrevisions',
    {
      revision: 3,
      metadata: {
        ...metadata,
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'd', controller: true }],
      },
    },
    ['daemonset.apps/d', 3],
  ],
]

for (const [plural, object, expected] of shown) {
  test(`the cells of ${plural}: ${expected.join('; ')}`, () => {
    const kind = kinds.find(each => each.plural === plural)
    assert.ok(kind)
    assert.equal(cells(kind, { apiVersion: 'v1', kind: kind.kind, metadata, ...object }), expected)
  })
}

test('the default storage class is marked', () => {
  const kind = kinds.find(each => each.plural === 'storageclasses')
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' }
  const object = { apiVersion: 'v1', kind: 'StorageClass', metadata: { ...metadata, annotations } }
  assert.is(kind?.columns[0]?.cell(object), 'x (default)')
})

test.run()
