import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Column, Kind } from '../../../api/kind.ts'
import { humanDuration } from '../../../api/kinds/columns.ts'
import {
  Endpoints,
  Event,
  kinds,
  Namespace,
  Node,
  Pod,
  ReplicationController,
  Service,
} from '../../../api/kinds/index.ts'
import type { Resource } from '../../../api/resource.ts'
import { pod } from '../pods.ts'
import { exchanges, recorded } from '../recordings.ts'

const now = Date.parse('2014-10-17T02:46:05Z')
const metadata: Pod['metadata'] = { ...pod().metadata, name: 'x' }

const definition = ({ cell: _, ...column }: Column<Resource>) => column

/** The cells as a table has them, without name and age. */
const cells = <T extends Resource>(kind: Kind<T>, object: T) =>
  kind.columns
    .filter(column => column.name !== 'Name' && column.name !== 'Age')
    .map(column => column.cell(object, now))

const readTranscript = (name: string) =>
  JSON.parse(readFileSync(`test/fixtures/kubernetes/transcripts/${name}.json`, 'utf8'))

/** Some kinds were too young when most of the columns were recorded: they are of a newer server. */
const recordedColumns: Record<string, object[]> = {
  ...readTranscript('newer-kinds').columns,
  ...readTranscript('table-columns'),
}

/** Some kinds were younger. */
const recordedVersions = ['v1', 'v1beta1']

const recordedOf = ({ group, plural }: Kind): object[] | undefined =>
  group
    ? recordedVersions.map(version => recordedColumns[`/apis/${group}/${version}/${plural}`]).find(Boolean)
    : recordedColumns[`/api/v1/${plural}`]

for (const kind of kinds.filter(each => each.kind !== 'Binding')) {
  test(`the columns of ${kind.plural} are kubectl's`, () => {
    const columns = kind.columns.map(definition).map(({ description, ...rest }) => {
      assert.ok(description)
      return rest
    })
    assert.equal(columns, recordedOf(kind))
  })
}

test('the table of a pod is as recorded', () => {
  const exchange = exchanges.find(({ response }) => (response.body.kind as string) === 'Table')
  const table = exchange?.response.body as unknown as {
    columnDefinitions: object[]
    rows: { cells: unknown[] }[]
  }
  assert.equal(Pod.columns.map(definition), table.columnDefinitions)
  const bound = recorded('GET', '/api/v1/namespaces/default/pods/t1', 3).response.body as unknown as Pod
  const { deletionTimestamp: _, ...metadata } = bound.metadata
  const at = Date.parse(bound.metadata.creationTimestamp)
  assert.equal(
    Pod.columns.map(column => column.cell({ ...bound, metadata } as Pod, at)),
    table.rows[0]?.cells,
  )
})

type Status = NonNullable<Pod['status']>
type ContainerStatus = NonNullable<Status['containerStatuses']>[number]

const statusOf = (
  state: ContainerStatus['state'],
  parts: Partial<ContainerStatus> = {},
): ContainerStatus => ({
  name: 'c',
  image: 'nginx',
  imageID: '',
  ready: false,
  restartCount: 0,
  state,
  ...parts,
})
const running = { running: {} }
const ended = { terminated: { exitCode: 0, reason: 'Completed' } }

const shown: [string, Status, unknown[], Partial<Pod['metadata']>?][] = [
  ['pending', { phase: 'Pending' }, ['0/2', 'Pending', 0]],
  [
    'running',
    {
      phase: 'Running',
      containerStatuses: [statusOf(running, { ready: true }), statusOf(running, { restartCount: 3 })],
    },
    ['1/2', 'Running', 3],
  ],
  [
    'crashing',
    {
      phase: 'Running',
      containerStatuses: [statusOf({ waiting: { reason: 'CrashLoopBackOff' } }, { restartCount: 5 })],
    },
    ['0/2', 'CrashLoopBackOff', 5],
  ],
  ['completed', { phase: 'Succeeded', containerStatuses: [statusOf(ended)] }, ['0/2', 'Completed', 0]],
  [
    'one of two completed',
    {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [statusOf(ended), statusOf(running, { ready: true })],
    },
    ['1/2', 'Running', 0],
  ],
  [
    'one of two completed, not ready',
    { phase: 'Running', containerStatuses: [statusOf(ended), statusOf(running, { ready: true })] },
    ['1/2', 'NotReady', 0],
  ],
  [
    'failed without a reason',
    { phase: 'Failed', containerStatuses: [statusOf({ terminated: { exitCode: 3 } })] },
    ['0/2', 'ExitCode:3', 0],
  ],
  [
    'killed by a signal',
    { phase: 'Failed', containerStatuses: [statusOf({ terminated: { exitCode: 137, signal: 9 } })] },
    ['0/2', 'Signal:9', 0],
  ],
  ['a reason of its own', { phase: 'Failed', reason: 'Evicted' }, ['0/2', 'Evicted', 0]],
  [
    'init containers to go',
    { phase: 'Pending', initContainerStatuses: [statusOf(ended, { restartCount: 1 }), statusOf(running)] },
    ['0/2', 'Init:1/2', 1],
  ],
  [
    'an init container fails',
    {
      phase: 'Pending',
      initContainerStatuses: [
        statusOf({ terminated: { exitCode: 1, reason: 'Error' } }, { restartCount: 2 }),
      ],
    },
    ['0/2', 'Init:Error', 2],
  ],
  [
    'init containers are done',
    {
      phase: 'Running',
      initContainerStatuses: [statusOf(ended)],
      containerStatuses: [statusOf(running, { ready: true })],
    },
    ['1/2', 'Running', 0],
  ],
  [
    'leaving',
    { phase: 'Running', containerStatuses: [statusOf(running, { ready: true })] },
    ['1/2', 'Terminating', 0],
    { deletionTimestamp: '2014-10-17T02:46:30Z' },
  ],
  [
    'leaving a lost node',
    { phase: 'Running', reason: 'NodeLost' },
    ['0/2', 'Unknown', 0],
    { deletionTimestamp: '2014-10-17T02:46:30Z' },
  ],
]

for (const [name, status, expected, metadata = {}] of shown) {
  test(`a pod is shown: ${name}`, () => {
    const container = { name: 'c', image: 'nginx' }
    const spec = { containers: [container, container], initContainers: [container, container] }
    assert.equal(cells(Pod, pod({ metadata, spec, status })).slice(0, 3), expected)
  })
}

test('a replication controller', () => {
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } }
  const rc: ReplicationController = {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata,
    spec: { replicas: 3, selector: { b: 'c', a: 'b' }, template },
    status: { replicas: 2, readyReplicas: 1 },
  }
  assert.equal(cells(ReplicationController, rc), [3, 2, 1, 'c', 'nginx', 'a=b,b=c'])
})

test('services', () => {
  const service = (spec: Service['spec']): Service => ({ apiVersion: 'v1', kind: 'Service', metadata, spec })
  assert.equal(
    cells(
      Service,
      service({
        type: 'NodePort',
        clusterIP: '10.0.0.1',
        ports: [{ port: 80, nodePort: 31000, protocol: 'TCP' }],
      }),
    ),
    ['NodePort', '10.0.0.1', '<none>', '80:31000/TCP', '<none>'],
  )
  assert.equal(cells(Service, service({ type: 'LoadBalancer', selector: { a: 'b' } })), [
    'LoadBalancer',
    '<none>',
    '<pending>',
    '<none>',
    'a=b',
  ])
  assert.is(cells(Service, service({ type: 'ExternalName', externalName: 'a.b' }))[2], 'a.b')
})

test('endpoints beyond the third are counted', () => {
  const endpoints = (ips: string[]): Endpoints => ({
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata,
    subsets: [{ addresses: ips.map(ip => ({ ip })), ports: [{ port: 80 }] }],
  })
  assert.equal(cells(Endpoints, endpoints([])), ['<none>'])
  assert.equal(cells(Endpoints, endpoints(['10.0.0.1', '::1'])), ['10.0.0.1:80,[::1]:80'])
  assert.equal(cells(Endpoints, endpoints(['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4', '1.1.1.5'])), [
    '1.1.1.1:80,1.1.1.2:80,1.1.1.3:80 + 2 more...',
  ])
})

test('nodes', () => {
  const node: Node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { ...metadata, labels: { 'node-role.kubernetes.io/agent': '' } },
    spec: { unschedulable: true },
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
    },
  }
  assert.equal(cells(Node, node).slice(0, 5), ['Ready,SchedulingDisabled', 'agent', '', '10.0.0.1', '<none>'])
  assert.equal(cells(Node, { apiVersion: 'v1', kind: 'Node', metadata }).slice(0, 2), ['Unknown', '<none>'])
})

test('namespaces and events', () => {
  const namespace: Namespace = { apiVersion: 'v1', kind: 'Namespace', metadata, status: { phase: 'Active' } }
  assert.equal(cells(Namespace, namespace), ['Active'])
  const event: Event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata,
    involvedObject: { kind: 'Pod', name: 'p', fieldPath: 'spec.containers{c}' },
    type: 'Warning',
    reason: 'FailedScheduling',
    message: '3 offers: cpu short by 1.5\n',
    source: { component: 'scheduler', host: 'a' },
    firstTimestamp: '2014-10-17T02:40:00Z',
    lastTimestamp: '2014-10-17T02:46:00Z',
    count: 4,
  }
  assert.equal(cells(Event, event), [
    '5s',
    'Warning',
    'FailedScheduling',
    'pod/p',
    'spec.containers{c}',
    'scheduler, a',
    '3 offers: cpu short by 1.5',
    '6m5s',
    '4',
  ])
})

test('ages', () => {
  const [minute, hour, day, year] = [60, 3600, 86400, 365 * 86400]
  const ages: [number, string][] = [
    [-2, '<invalid>'],
    [-1, '0s'],
    [0, '0s'],
    [119, '119s'],
    [120, '2m'],
    [130, '2m10s'],
    [10 * minute + 5, '10m'],
    [3 * hour - 1, '179m'],
    [3 * hour, '3h'],
    [5 * hour + 7 * minute, '5h7m'],
    [47 * hour, '47h'],
    [2 * day, '2d'],
    [5 * day + 3 * hour, '5d3h'],
    [8 * day + hour, '8d'],
    [700 * day, '700d'],
    [3 * year, '3y'],
    [3 * year + 5 * day, '3y5d'],
    [12 * year + 9 * day, '12y'],
  ]
  for (const [seconds, text] of ages) assert.is(humanDuration(seconds), text)
  const age = Pod.columns.find(column => column.name === 'Age')
  assert.is(age?.cell(pod(), now), '5s')
  assert.match(String(age?.cell(pod())), /^\d+y$/)
})

test.run()
