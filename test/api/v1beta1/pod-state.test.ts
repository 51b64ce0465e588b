import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Pod } from '../../../api/kinds/index.ts'
import type { Resource } from '../../../api/resource.ts'
import { legacyKinds } from '../../../api/v1beta1/index.ts'
import { kindOf } from './recordings.ts'

const kind = kindOf('Pod')

const pod = (status: Pod['status'], more: { annotations?: Record<string, string>; nodeName?: string } = {}) =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'p',
      namespace: 'team',
      uid: 'u',
      resourceVersion: '7',
      creationTimestamp: '2014-10-17T02:46:00Z',
      ...(more.annotations && { annotations: more.annotations }),
    },
    spec: {
      ...(more.nodeName && { nodeName: more.nodeName }),
      restartPolicy: 'Never',
      containers: [
        {
          name: 'web',
          image: 'nginx',
          args: ['-v'],
          ports: [
            { containerPort: 80, protocol: 'TCP' },
            { containerPort: 53, hostPort: 31053, protocol: 'UDP' },
          ],
          env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
          resources: { requests: { cpu: '0.5', memory: '1Mi' } },
          readinessProbe: { tcpSocket: { port: 80 } },
        },
      ],
    },
    status,
  }) as unknown as Resource

type Legacy = {
  selfLink: string
  desiredState: { manifest: { containers: object[]; restartPolicy: object } }
  currentState: {
    status?: string
    message?: string
    host?: string
    info?: Record<string, { State: object } & Record<string, unknown>>
  }
}

const legacy = (of: Resource): Legacy => kind.toLegacy(of) as Legacy

test('every phase has a status of 2014, and comes back from it', () => {
  const phases = { Pending: 'Waiting', Running: 'Running', Failed: 'Terminated', Unknown: 'Unknown' }
  for (const [phase, status] of Object.entries(phases)) {
    const shown = legacy(pod({ phase }))
    assert.is(shown.currentState.status, status)
    assert.is((kind.fromLegacy(shown) as { status?: { phase: string } }).status?.phase, phase)
  }
})

test('a pod that ended well is told from one that failed by its exit codes', () => {
  const containerStatuses = [
    {
      name: 'web',
      image: 'nginx',
      imageID: 'nginx@1',
      ready: false,
      restartCount: 0,
      state: { terminated: { exitCode: 0, finishedAt: '2014-10-17T02:50:00Z' } },
    },
  ]
  const shown = legacy(pod({ phase: 'Succeeded', containerStatuses }))
  assert.is(shown.currentState.status, 'Terminated')
  assert.is((kind.fromLegacy(shown) as { status?: { phase: string } }).status?.phase, 'Succeeded')
})

test('a running pod shows its containers as docker did, and its network apart', () => {
  const running = pod(
    {
      phase: 'Running',
      hostIP: '10.0.0.1',
      podIP: '10.0.0.1',
      startTime: '2014-10-17T02:46:01Z',
      containerStatuses: [
        {
          name: 'web',
          image: 'nginx',
          imageID: 'sha256:1',
          containerID: 'docker://c0ffee',
          ready: true,
          restartCount: 2,
          state: { running: { startedAt: '2014-10-17T02:46:02Z' } },
        },
      ],
    },
    { nodeName: 'agent-1', annotations: { 'k8s.mesosphere.io/port_TCP_80': '31005' } },
  )
  const zero = '0001-01-01T00:00:00Z'
  assert.equal(legacy(running).currentState, {
    manifest: { version: '', id: '', volumes: null, containers: null, restartPolicy: {} },
    status: 'Running',
    host: 'agent-1',
    hostIP: '10.0.0.1',
    podIP: '10.0.0.1',
    info: {
      net: {
        State: { Running: true, StartedAt: '2014-10-17T02:46:01Z', FinishedAt: zero },
        NetworkSettings: {
          IPAddress: '10.0.0.1',
          Ports: {
            '80/tcp': [{ HostIP: '0.0.0.0', HostPort: '31005' }],
            '53/udp': [{ HostIP: '0.0.0.0', HostPort: '31053' }],
          },
        },
      },
      web: {
        Id: 'c0ffee',
        Config: { Image: 'nginx' },
        State: { Running: true, StartedAt: '2014-10-17T02:46:02Z', FinishedAt: zero },
        Image: 'sha256:1',
        restartCount: 2,
      },
    },
  })
})

test('what v1beta1 shows of any state of a container, it takes back', () => {
  const states = [
    {},
    { waiting: { reason: 'ImagePull' } },
    { running: { startedAt: '2014-10-17T02:46:02Z' } },
    { terminated: { exitCode: 1, reason: 'Error' } },
    { terminated: { exitCode: 0, finishedAt: '2014-10-17T02:46:03Z', message: 'bye' } },
  ]
  for (const state of states) {
    const status = { name: 'web', image: 'nginx', imageID: '', ready: false, restartCount: 1, state }
    const shown = legacy(pod({ phase: 'Running', podIP: '10.0.0.1', containerStatuses: [status] }))
    const back = kind.fromLegacy(shown) as { status?: Pod['status'] }
    assert.equal(legacy(pod(back.status)).currentState.info?.web, shown.currentState.info?.web)
  }
})

test('a host that a client states is no binding', () => {
  const draft = kind.fromLegacy({ id: 'p', currentState: { host: 'a' }, desiredState: { host: 'b' } })
  assert.equal((draft as unknown as Pod).spec, { containers: [] })
})

test('a waiting pod says why', () => {
  const message = '3 offers: cpu short by 1.5'
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }]
  assert.is(legacy(pod({ phase: 'Pending', conditions })).currentState.message, message)
})

test('a pod of v1 is shown in the words that v1beta1 has', () => {
  const shown = legacy(pod({ phase: 'Pending' }))
  assert.is(shown.selfLink, '/api/v1beta1/pods/p?namespace=team')
  assert.equal(shown.desiredState.manifest.restartPolicy, { never: {} })
  assert.equal(shown.desiredState.manifest.containers, [
    {
      name: 'web',
      image: 'nginx',
      command: ['-v'],
      ports: [
        { containerPort: 80, protocol: 'TCP' },
        { hostPort: 31053, containerPort: 53, protocol: 'UDP' },
      ],
      env: [{ name: 'IP', key: 'IP' }],
      memory: 1048576,
      cpu: 500,
      imagePullPolicy: '',
    },
  ])
})

test('a bare object of any kind can be shown', () => {
  const bare = { apiVersion: 'v1', kind: '', metadata: { name: 'x' }, spec: { containers: [] } }
  for (const each of legacyKinds) {
    const object = { ...bare, involvedObject: {}, target: {} } as unknown as Resource
    assert.is((each.toLegacy(object) as { kind: string }).kind, each.legacyKind)
  }
})

test.run()
