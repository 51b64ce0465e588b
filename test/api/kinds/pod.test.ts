import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Pod } from '../../../api/kinds/index.ts'
import { pod } from '../pods.ts'
import { defaulted, wrongChange, wrongWith } from './admit.ts'

type Spec = Pod['spec']
type Container = Spec['containers'][number]

const container = (parts: Partial<Container> = {}): Container => ({ name: 'c', image: 'nginx', ...parts })
const specOf = (spec: Partial<Spec>): Spec =>
  defaulted(Pod, { metadata: { name: 'p' }, spec: { containers: [container()], ...spec } }).spec
const first = (parts: Partial<Container>): Container => {
  const [found] = specOf({ containers: [container(parts)] }).containers
  assert.ok(found)
  return found
}

test('the pull policy goes by the tag', () => {
  const policies: Record<string, string> = {
    nginx: 'Always',
    'nginx:latest': 'Always',
    'nginx:1.7': 'IfNotPresent',
    'localhost:5000/nginx': 'Always',
    'localhost:5000/nginx:2': 'IfNotPresent',
    'nginx@sha256:abc': 'IfNotPresent',
  }
  for (const [image, policy] of Object.entries(policies))
    assert.is(first({ image }).imagePullPolicy, policy, image)
  assert.is(first({ imagePullPolicy: 'Never' }).imagePullPolicy, 'Never')
})

test('limits stand in for missing requests, amounts are canonical', () => {
  assert.equal(
    first({ resources: { limits: { cpu: '0.5', memory: '1024Mi' }, requests: { cpu: '0.1' } } }).resources,
    {
      limits: { cpu: '500m', memory: '1Gi' },
      requests: { cpu: '100m', memory: '1Gi' },
    },
  )
})

test('probes, ports and volumes', () => {
  const { livenessProbe, ports } = first({
    ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }],
    livenessProbe: { httpGet: { port: 80 } },
  })
  assert.equal(
    ports?.map(each => each.protocol),
    ['TCP', 'UDP'],
  )
  assert.equal(livenessProbe, {
    httpGet: { port: 80, path: '/', scheme: 'HTTP' },
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  })
  const { volumes } = specOf({ volumes: [{ name: 'a' }, { name: 'b', hostPath: { path: '/x' } }] })
  assert.equal(volumes, [
    { name: 'a', emptyDir: {} },
    { name: 'b', hostPath: { path: '/x', type: '' } },
  ])
})

test('on the host network a container port is a host port', () => {
  const { containers } = specOf({
    hostNetwork: true,
    containers: [container({ ports: [{ containerPort: 80 }] })],
  })
  assert.is(containers[0]?.ports?.[0]?.hostPort, 80)
})

test('tolerations of its own are kept, and not given twice', () => {
  const own = { key: 'node.kubernetes.io/unreachable', operator: 'Exists', tolerationSeconds: 5 }
  const { tolerations } = specOf({ tolerations: [own] })
  assert.equal(tolerations?.[0], own)
  assert.equal(
    tolerations?.map(each => each.key),
    ['node.kubernetes.io/unreachable', 'node.kubernetes.io/not-ready'],
  )
})

test('the quality of service', () => {
  const qosOf = (...all: Container['resources'][]) =>
    defaulted(Pod, {
      metadata: { name: 'p' },
      spec: { containers: all.map(resources => container(resources && { resources })) },
    }).status?.qosClass
  assert.is(qosOf(undefined), 'BestEffort')
  assert.is(qosOf({ limits: { 'nvidia.com/gpu': '1' } }), 'BestEffort')
  assert.is(qosOf({ requests: { cpu: '1' } }), 'Burstable')
  assert.is(qosOf({ limits: { cpu: '1', memory: '1Gi' } }), 'Guaranteed')
  assert.is(qosOf({ limits: { cpu: '1', memory: '1Gi' }, requests: { memory: '1M' } }), 'Burstable')
  assert.is(qosOf({ limits: { cpu: '1', memory: '1Gi' } }, undefined), 'Burstable')
})

test('the status of a draft is not taken', () => {
  const draft = pod({ status: { phase: 'Running', podIP: '10.0.0.1' } })
  assert.equal(defaulted(Pod, draft).status, { phase: 'Pending', qosClass: 'BestEffort' })
})

const wrong: [string, Partial<Spec>, string[]][] = [
  ['nothing', {}, []],
  ['no containers', { containers: [] }, ['spec.containers: Required value']],
  [
    'names',
    { containers: [container({ name: 'BAD NAME' }), container({ name: '' })] },
    [
      `spec.containers[0].name: Invalid value: "BAD NAME": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
      'spec.containers[1].name: Required value',
    ],
  ],
  [
    'an init container with the name of a container',
    { initContainers: [container(), container({ name: 'i' })] },
    ['spec.initContainers[0].name: Duplicate value: "c"'],
  ],
  [
    'ports',
    {
      containers: [
        container({
          ports: [
            { containerPort: 0 },
            { containerPort: 80, hostPort: 70000, name: 'web' },
            { containerPort: 81, protocol: 'ICMP', name: 'web' },
          ],
        }),
      ],
    },
    [
      'spec.containers[0].ports[0].containerPort: Required value',
      'spec.containers[0].ports[1].hostPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
      'spec.containers[0].ports[2].name: Duplicate value: "web"',
      'spec.containers[0].ports[2].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
    ],
  ],
  [
    'host ports of two containers',
    {
      containers: [
        container({ ports: [{ containerPort: 80, hostPort: 31000 }] }),
        container({ name: 'd', ports: [{ containerPort: 81, hostPort: 31000 }] }),
      ],
    },
    ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//31000"'],
  ],
  [
    'environment',
    { containers: [container({ env: [{ name: 'A.b-C_1', value: 'x' }, { name: 'A=B' }, { name: '' }] })] },
    [
      `spec.containers[0].env[1].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than '='`,
      'spec.containers[0].env[2].name: Required value',
    ],
  ],
  [
    'volumes and mounts',
    {
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'v', hostPath: { path: '' } },
        { name: 'w', emptyDir: {}, gitRepo: { repository: 'x' } },
      ],
      containers: [
        container({
          volumeMounts: [
            { name: 'v', mountPath: '/a' },
            { name: 'x', mountPath: '/a' },
            { name: 'v', mountPath: '', subPath: '../up' },
          ],
        }),
      ],
    },
    [
      'spec.volumes[1].hostPath.path: Required value',
      'spec.volumes[1].name: Duplicate value: "v"',
      'spec.volumes[2].gitRepo: Forbidden: may not specify more than 1 volume type',
      'spec.containers[0].volumeMounts[1].name: Not found: "x"',
      'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/a": must be unique',
      'spec.containers[0].volumeMounts[2].mountPath: Required value',
      `spec.containers[0].volumeMounts.subPath: Invalid value: "../up": must not contain '..'`,
    ],
  ],
  [
    'policies',
    { restartPolicy: 'Sometimes', containers: [container({ imagePullPolicy: 'Often' })] },
    [
      'spec.containers[0].imagePullPolicy: Unsupported value: "Often": supported values: "Always", "IfNotPresent", "Never"',
      'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
    ],
  ],
  [
    'resources',
    {
      containers: [
        container({
          resources: { limits: { cpu: '1', memory: '-1' }, requests: { cpu: '2', disk: '1', memory: '-1' } },
        }),
      ],
    },
    [
      'spec.containers[0].resources.limits[memory]: Invalid value: "-1": must be greater than or equal to 0',
      'spec.containers[0].resources.requests[memory]: Invalid value: "-1": must be greater than or equal to 0',
      'spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource type or fully qualified',
      'spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource for containers',
      'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
    ],
  ],
  [
    'probes',
    {
      containers: [
        container({
          livenessProbe: { tcpSocket: { port: 0 }, successThreshold: 2, periodSeconds: -1 },
          readinessProbe: { exec: { command: [] }, successThreshold: 2 },
          lifecycle: { preStop: {} },
        }),
      ],
    },
    [
      'spec.containers[0].lifecycle.preStop: Required value: must specify a handler type',
      'spec.containers[0].livenessProbe.tcpSocket.port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0',
      'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
      'spec.containers[0].readinessProbe.exec.command: Required value',
    ],
  ],
  [
    'seconds',
    { activeDeadlineSeconds: 0, terminationGracePeriodSeconds: -1 },
    ['spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive'],
  ],
]

for (const [name, spec, expected] of wrong) {
  test(`validation: ${name}`, () =>
    assert.equal(
      wrongWith(Pod, { metadata: { name: 'p' }, spec: { containers: [container()], ...spec } }),
      expected,
    ))
}

test('a pod without a spec is told what it lacks', () => {
  const draft = JSON.parse('{"metadata":{"name":"p"}}')
  assert.equal(wrongWith(Pod, draft), ['spec.containers: Required value'])
})

test('labels and annotations are checked, capitals in the own name are not', () => {
  const spec = { containers: [container()] }
  assert.equal(wrongWith(Pod, { metadata: { name: 'nginxController', labels: { 'a/B': 'C' } }, spec }), [])
  const [label, annotation, ...more] = wrongWith(Pod, {
    metadata: { name: 'p', labels: { a: '-' }, annotations: { 'x y': '' } },
    spec,
  })
  assert.match(label ?? '', 'metadata.labels: Invalid value: "-": a valid label must be')
  assert.match(annotation ?? '', 'metadata.annotations: Invalid value: "x y": name part must consist of')
  assert.equal(more, [])
})

const old = defaulted(Pod, {
  metadata: { name: 'p' },
  spec: { containers: [container()], activeDeadlineSeconds: 60 },
})
const changed = (change: Partial<Spec>): string[] =>
  wrongChange(Pod, { ...old, spec: { ...old.spec, ...change } }, old)

test('an update may change images, a nearer deadline and more tolerations', () => {
  const tolerations = [...(old.spec.tolerations ?? []), { key: 'x', operator: 'Exists' }]
  const containers = old.spec.containers.map(each => ({ ...each, image: 'nginx:2' }))
  assert.equal(changed({ containers, tolerations, activeDeadlineSeconds: 30, volumes: [] }), [])
})

test('an update may open gates, and put up none', () => {
  const gated = { ...old, spec: { ...old.spec, schedulingGates: [{ name: 'a' }, { name: 'b' }] } }
  const gates = (schedulingGates: { name: string }[]) =>
    wrongChange(Pod, { ...gated, spec: { ...gated.spec, schedulingGates } }, gated)
  assert.equal(gates([{ name: 'b' }]), [])
  assert.equal(gates([{ name: 'a' }, { name: 'x' }]), [
    "spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'x'",
  ])
})

test('an update may change nothing else', () => {
  const renamed = old.spec.containers.map(each => ({ ...each, name: 'renamed' }))
  for (const change of [{ nodeName: 'n' }, { restartPolicy: 'Never' }, { containers: renamed }]) {
    const [message = '', ...more] = changed(change)
    assert.match(
      message,
      /^spec: Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`/,
    )
    assert.equal(more, [])
  }
  assert.equal(changed({ containers: [...old.spec.containers, container({ name: 'd' })] }), [
    'spec.containers: Forbidden: pod updates may not add or remove containers',
  ])
  assert.equal(changed({ activeDeadlineSeconds: 90 }), [
    'spec.activeDeadlineSeconds: Invalid value: 90: must be less than or equal to previous value',
  ])
  assert.equal(changed({ activeDeadlineSeconds: undefined }), [
    'spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value',
  ])
  assert.match(changed({ tolerations: [] }).join(), 'existing toleration can not be modified')
})

test('an update leaves the status and the metadata of the server', () => {
  const stored = pod({
    status: { phase: 'Running' },
    metadata: { deletionTimestamp: '2014-10-17T02:47:00Z' },
  })
  const draft = pod({ status: { phase: 'Failed' }, metadata: { uid: 'other', labels: { a: 'b' } } })
  Pod.strategy.prepareUpdate?.(draft, stored)
  assert.equal(draft.status, { phase: 'Running' })
  assert.equal(draft.metadata, { ...stored.metadata, labels: { a: 'b' } })
})

test('a pod is given time to end when it has run', () => {
  const grace = (parts: Parameters<typeof pod>[0], requested?: number) =>
    Pod.strategy.graceSeconds?.(pod(parts), requested)
  const spec = { containers: [], nodeName: 'n', terminationGracePeriodSeconds: 7 }
  assert.is(grace({}), 0)
  assert.is(grace({}, 60), 0)
  assert.is(grace({ spec }), 7)
  assert.is(grace({ spec }, 0), 0)
  assert.is(grace({ spec }, 60), 60)
  assert.is(grace({ spec: { ...spec, terminationGracePeriodSeconds: -1 } }), 1)
  assert.is(grace({ spec: { containers: [], nodeName: 'n' } }), 30)
  assert.is(grace({ spec, status: { phase: 'Failed' } }, 60), 0)
})

test.run()
