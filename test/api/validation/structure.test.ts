import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { defineKind } from '../../../api/define.ts'
import { isStatus } from '../../../api/errors.ts'
import type { Kind } from '../../../api/kind.ts'
import { Event, Namespace, Pod, ReplicationController, Service } from '../../../api/kinds/index.ts'
import { decode, decodeConfiguration, unknownFields } from '../../../api/validation/structure.ts'

const refusalOf = (kind: Kind, body: unknown): string => {
  try {
    decode(kind, body)
  } catch (error) {
    assert.ok(isStatus(error, 'BadRequest'))
    return error.message
  }
  return ''
}

const inContainer = 'v1.Pod.Spec: v1.PodSpec.Containers: []v1.Container: v1.Container.'
const container = (parts: object) => ({ spec: { containers: [parts] } })

const refused: [Kind, object, string][] = [
  [Pod, { spec: [] }, 'v1.Pod.Spec: readObjectStart: expect { or n, but found ['],
  [
    Pod,
    { metadata: { name: 1 } },
    'v1.Pod.Metadata: v1.ObjectMeta.Name: ReadString: expects " or n, but found 1',
  ],
  [
    Pod,
    { metadata: { labels: { a: true } } },
    'v1.Pod.Metadata: v1.ObjectMeta.Labels: ReadString: expects " or n, but found t',
  ],
  [Pod, container({ image: {} }), `${inContainer}Image: ReadString: expects " or n, but found {`],
  [
    Pod,
    { spec: { containers: {} } },
    'v1.Pod.Spec: v1.PodSpec.Containers: decode slice: expect [ or n, but found {',
  ],
  [
    Pod,
    { spec: { hostPID: 'yes' } },
    'v1.Pod.Spec: v1.PodSpec.HostPID: ReadBool: expect t or f, but found "',
  ],
  [
    Pod,
    container({ ports: [{ containerPort: '80' }] }),
    `${inContainer}Ports: []v1.ContainerPort: v1.ContainerPort.ContainerPort: readInt64: unexpected character: "`,
  ],
  [
    Pod,
    container({ ports: [{ hostIP: 1 }] }),
    `${inContainer}Ports: []v1.ContainerPort: v1.ContainerPort.HostIP: ReadString: expects " or n, but found 1`,
  ],
  [
    Pod,
    container({ livenessProbe: { httpGet: { port: 1.5 } } }),
    `${inContainer}LivenessProbe: v1.Probe.HTTPGet: v1.HTTPGetAction.Port: fromInt or fromString: unexpected character: 1`,
  ],
  [
    ReplicationController,
    { spec: { replicas: '3' } },
    'v1.ReplicationController.Spec: v1.ReplicationControllerSpec.Replicas: readInt64: unexpected character: "',
  ],
  [
    Service,
    { spec: { selector: 'a' } },
    'v1.Service.Spec: v1.ServiceSpec.Selector: ReadMapCB: expect { or n, but found "',
  ],
  [
    ReplicationController,
    { spec: { replicas: 2 ** 31 } },
    'v1.ReplicationController.Spec: v1.ReplicationControllerSpec.Replicas: ReadInt32: overflow: 2147483648',
  ],
  [Event, { lastTimestamp: 'noon' }, 'v1.Event.LastTimestamp: parsing time "noon" as RFC 3339'],
]

for (const [kind, body, why] of refused) {
  test(`refused: ${why}`, () =>
    assert.is(
      refusalOf(kind, body),
      `${kind.kind} in version "v1" cannot be handled as a ${kind.kind}: ${why}`,
    ))
}

test('what is not an object, or another one, is refused', () => {
  assert.match(refusalOf(Pod, 'x'), 'the object provided is unrecognized (must be of type Pod)')
  assert.match(refusalOf(Pod, null), 'unrecognized')
  assert.is(
    refusalOf(Pod, { apiVersion: 'v2', kind: 'Pod' }),
    'the API version in the data (v2) does not match the expected API version (v1)',
  )
})

test('nulls mean "not given", kind and version go without saying', () => {
  const body = {
    metadata: { name: 'n', creationTimestamp: null, labels: null },
    spec: null,
  }
  assert.equal(decode(Namespace, body), {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'n' },
  })
  assert.equal(decode(Namespace, {}).metadata, {})
})

const sparse = () => ({
  metadata: { name: 'n', labels: {}, finalizers: [] },
  spec: {
    replicas: 0,
    selector: {},
    minReadySeconds: 0,
    template: {
      metadata: {},
      spec: {
        containers: [{ name: '', env: [], stdin: false, resources: { limits: {} } }],
        hostNetwork: false,
        enableServiceLinks: false,
        volumes: [{ name: 'v', emptyDir: {} }],
      },
    },
  },
})

test('what is as good as empty is not stored; what means something is', () => {
  assert.equal(decode(ReplicationController, sparse()), {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'n' },
    spec: {
      replicas: 0,
      template: {
        metadata: {},
        spec: {
          containers: [{ name: '', resources: {} }],
          enableServiceLinks: false,
          volumes: [{ name: 'v', emptyDir: {} }],
        },
      },
    },
  })
  const unknown: string[] = []
  const { apiVersion: _, kind: __, ...given } = decodeConfiguration(ReplicationController, sparse(), unknown)
  assert.equal(given, sparse())
})

test('in lists and maps nulls are the zero value of their type, as Go reads them', () => {
  const container = { name: 'c', args: ['a', null], resources: { limits: { cpu: null } } }
  const { metadata, spec } = decode(Pod, {
    metadata: { labels: { a: null } },
    spec: { containers: [container, null] },
  })
  assert.equal(metadata.labels, { a: '' })
  assert.equal(spec?.containers, [{ name: 'c', args: ['a', ''], resources: { limits: { cpu: '0' } } }, {}])
})

const misspelt = () => ({
  metadata: { name: 'n', labels: { any: 'x' }, clusterName: 'c' },
  spec: { containers: [{ name: 'c' }, { imagee: 1, env: [{ constructor: 1 }] }], hostPid: true },
  extra: { of: 1 },
})

test('fields that the kind does not have are told and dropped, also by the names of Object', () => {
  const paths = [
    'metadata.clusterName',
    'spec.containers[1].imagee',
    'spec.containers[1].env[0].constructor',
    'spec.hostPid',
    'extra',
  ]
  const body = misspelt()
  assert.equal(unknownFields(Pod, body), paths)
  assert.equal(body, misspelt())
  const unknown: string[] = []
  assert.equal(decode(Pod, body, unknown), {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'n', labels: { any: 'x' } },
    spec: { containers: [{ name: 'c' }, { env: [{}] }] },
  })
  assert.equal(unknown, paths)
})

test('quantities are stored in their shortest form', () => {
  const decoded = decode(Pod, container({ resources: { limits: { cpu: 0.5, memory: '1024Mi' } } }))
  assert.equal(decoded.spec.containers[0]?.resources?.limits, { cpu: '500m', memory: '1Gi' })
})

test('a kind of others takes any object that has metadata', () => {
  const Cache = defineKind({ group: 'example.com', version: 'v2', kind: 'Cache', plural: 'caches' })
  assert.equal(decode(Cache, { spec: 1 }), {
    apiVersion: 'example.com/v2',
    kind: 'Cache',
    metadata: {},
    spec: 1,
  })
  assert.match(
    refusalOf(Cache, { kind: 'Pod' }),
    'converting (v2.Pod) to (example.Cache): unknown conversion',
  )
  assert.match(refusalOf(Cache, { metadata: 1 }), 'readObjectStart')
})

test.run()
