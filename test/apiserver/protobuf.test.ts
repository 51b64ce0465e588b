import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readProtobuf } from '../../apiserver/handlers/protobuf.ts'
import { messageOf, root } from './protobuf-messages.ts'
import { podNamed, startServer } from './running-server.ts'

/** What client-go would send. `message` is in terms of protobuf. */
const encode = (apiVersion: string, kind: string, type: string, message: object): Buffer => {
  const lookedUp = root.lookupType(type)
  const raw = lookedUp.encode(lookedUp.fromObject(message)).finish()
  const wrapper = root.lookupType('k8s.io.apimachinery.pkg.runtime.Unknown')
  const wrapped = wrapper.encode(wrapper.fromObject({ typeMeta: { apiVersion, kind }, raw })).finish()
  return Buffer.concat([Buffer.from('k8s\0'), wrapped])
}

const read = (kind: string, message: object, apiVersion = 'v1', type = `k8s.io.api.core.v1.${kind}`) =>
  readProtobuf(encode(apiVersion, kind, type, message))

const { url, stop } = await startServer()
test.after(stop)

const post = (path: string, body: Uint8Array, method = 'POST') =>
  fetch(url + path, { method, body, headers: { 'content-type': 'application/vnd.kubernetes.protobuf' } })

test('what Go sends of a pod becomes its JSON', () => {
  const pod = {
    metadata: {
      name: 'p',
      generateName: '',
      generation: 0,
      // The zero time is an empty message.
      creationTimestamp: {},
      deletionTimestamp: { seconds: 1_700_000_000, nanos: 5 },
      labels: { a: '' },
      managedFields: [{ manager: 'm', fieldsV1: { Raw: Buffer.from('{"f:a":{}}') } }],
    },
    spec: {
      terminationGracePeriodSeconds: 0,
      hostNetwork: false,
      automountServiceAccountToken: false,
      restartPolicy: '',
      volumes: [
        { name: 'v', volumeSource: { emptyDir: { medium: '' } } },
        {
          name: 'c',
          volumeSource: { configMap: { localObjectReference: { name: 'cm' }, defaultMode: 420 } },
        },
      ],
      containers: [
        {
          name: 'main',
          ports: [{ name: '', hostPort: 0, containerPort: 80 }],
          resources: { limits: { cpu: { string: '100m' } } },
          livenessProbe: {
            handler: { httpGet: { path: '/', port: { type: 0, intVal: 80, strVal: '' } } },
            initialDelaySeconds: 0,
          },
          readinessProbe: { handler: { tcpSocket: { port: { type: 1, intVal: 0, strVal: 'web' } } } },
        },
      ],
    },
    status: {},
  }
  assert.equal(read('Pod', pod), {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name: 'p',
      deletionTimestamp: '2023-11-14T22:13:20Z',
      labels: { a: '' },
      managedFields: [{ manager: 'm', fieldsV1: { 'f:a': {} } }],
    },
    spec: {
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'c', configMap: { name: 'cm', defaultMode: 420 } },
      ],
      containers: [
        {
          name: 'main',
          ports: [{ containerPort: 80 }],
          resources: { limits: { cpu: '100m' } },
          livenessProbe: { httpGet: { path: '/', port: 80 } },
          readinessProbe: { tcpSocket: { port: 'web' } },
        },
      ],
    },
    status: {},
  })
})

test('bytes, times to the microsecond, options of any version', () => {
  assert.equal(read('Secret', { data: { k: Buffer.from('secret') } }), {
    kind: 'Secret',
    apiVersion: 'v1',
    data: { k: 'c2VjcmV0' },
  })
  const lease = { spec: { renewTime: { seconds: 1_700_000_000, nanos: 12_345_678 }, leaseTransitions: 0 } }
  assert.equal(read('Lease', lease, 'coordination.k8s.io/v1', 'k8s.io.api.coordination.v1.Lease'), {
    kind: 'Lease',
    apiVersion: 'coordination.k8s.io/v1',
    spec: { leaseTransitions: 0, renewTime: '2023-11-14T22:13:20.012345Z' },
  })
  const options = read(
    'DeleteOptions',
    { gracePeriodSeconds: 0, preconditions: { uid: 'u' } },
    'apps/v1',
    'k8s.io.apimachinery.pkg.apis.meta.v1.DeleteOptions',
  )
  assert.equal(options, {
    kind: 'DeleteOptions',
    apiVersion: 'apps/v1',
    gracePeriodSeconds: 0,
    preconditions: { uid: 'u' },
  })
})

test('the schema of a definition becomes what it is in JSON', () => {
  const raw = (value: unknown) => ({ raw: Buffer.from(JSON.stringify(value)) })
  const openAPIV3Schema = {
    type: 'object',
    required: ['size'],
    properties: {
      size: { type: 'integer', minimum: 0, default: raw(0), enum: [raw(0), raw(1)] },
      list: { type: 'array', items: { schema: { type: 'string' } }, xKubernetesListType: 'set' },
      pairs: { type: 'array', items: { jSONSchemas: [{ type: 'string' }, { type: 'integer' }] } },
      closed: { type: 'object', additionalProperties: { allows: false } },
      map: { type: 'object', additionalProperties: { allows: true, schema: { nullable: true } } },
      any: {
        ref: '#/any',
        xKubernetesPreserveUnknownFields: true,
        xKubernetesValidations: [{ rule: 'true' }],
      },
    },
    dependencies: { a: { property: ['b'] }, c: { schema: { type: 'string' } } },
  }
  const message = {
    spec: { group: 'g', scope: '', versions: [{ name: 'v1', served: false, schema: { openAPIV3Schema } }] },
  }
  const type = 'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition'
  assert.equal(read('CustomResourceDefinition', message, 'apiextensions.k8s.io/v1', type), {
    kind: 'CustomResourceDefinition',
    apiVersion: 'apiextensions.k8s.io/v1',
    spec: {
      group: 'g',
      scope: '',
      versions: [
        {
          name: 'v1',
          served: false,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              required: ['size'],
              properties: {
                size: { type: 'integer', minimum: 0, default: 0, enum: [0, 1] },
                list: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
                pairs: { type: 'array', items: [{ type: 'string' }, { type: 'integer' }] },
                closed: { type: 'object', additionalProperties: false },
                map: { type: 'object', additionalProperties: { nullable: true } },
                any: {
                  $ref: '#/any',
                  'x-kubernetes-preserve-unknown-fields': true,
                  'x-kubernetes-validations': [{ rule: 'true' }],
                },
              },
              dependencies: { a: ['b'], c: { type: 'string' } },
            },
          },
        },
      ],
    },
  })
})

test('objects are written and deleted, and answered in JSON', async () => {
  const body = encode('v1', 'Namespace', 'k8s.io.api.core.v1.Namespace', { metadata: { name: 'made' } })
  const created = await post('/api/v1/namespaces', body)
  assert.is(created.status, 201)
  assert.is(((await created.json()) as { metadata: { name: string } }).metadata.name, 'made')

  const { spec } = podNamed('gone')
  const pod = encode('v1', 'Pod', 'k8s.io.api.core.v1.Pod', { metadata: { name: 'gone' }, spec })
  const pods = '/api/v1/namespaces/default/pods'
  assert.is((await post(pods, pod)).status, 201)
  const options = (uid: string) =>
    encode('v1', 'DeleteOptions', 'k8s.io.apimachinery.pkg.apis.meta.v1.DeleteOptions', {
      preconditions: { uid },
    })
  assert.is((await post(`${pods}/gone`, options('another'), 'DELETE')).status, 409)
})

test('garbage is told from an object', async () => {
  const refused = async (body: Uint8Array, message: RegExp) => {
    const response = await post('/api/v1/namespaces', body)
    assert.is(response.status, 400)
    assert.match(((await response.json()) as { message: string }).message, message)
  }
  await refused(Buffer.from('{"kind":"Namespace"}'), /does not appear to be a protobuf message/)
  await refused(Buffer.from('k8s\0\xff\xff\xff', 'latin1'), /the object provided is unrecognized/)
  const nonsense = 'k8s.io.api.core.v1.Namespace'
  await refused(encode('v1', 'Nonsense', nonsense, {}), /no kind "Nonsense" is registered for version v1/)
  await refused(encode('v1', 'constructor', nonsense, {}), /no kind "constructor" is registered/)
  await refused(encode('v1', '', nonsense, {}), /'Kind' is missing/)
  await refused(encode('v1', 'Pod', nonsense, {}), /cannot be handled as a Namespace/)
})

const kinds = [
  ['v1', 'Pod', 'k8s.io.api.core.v1.Pod'],
  ['v1', 'Node', 'k8s.io.api.core.v1.Node'],
  ['v1', 'Secret', 'k8s.io.api.core.v1.Secret'],
  ['v1', 'Service', 'k8s.io.api.core.v1.Service'],
  ['apps/v1', 'StatefulSet', 'k8s.io.api.apps.v1.StatefulSet'],
  ['batch/v1', 'CronJob', 'k8s.io.api.batch.v1.CronJob'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler', 'k8s.io.api.autoscaling.v2.HorizontalPodAutoscaler'],
  ['coordination.k8s.io/v1', 'Lease', 'k8s.io.api.coordination.v1.Lease'],
  ['networking.k8s.io/v1', 'Ingress', 'k8s.io.api.networking.v1.Ingress'],
  [
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
  ],
] as const

const some = fc.constantFrom(...kinds).chain(([apiVersion, kind, type]) =>
  messageOf(root.lookupType(type), 4).map(both => ({
    json: { kind, apiVersion, ...(both.json as object) },
    bytes: encode(apiVersion, kind, type, both.message as object),
  })),
)

test('whatever is sent becomes what it is in JSON', () => {
  fc.assert(
    fc.property(some, ({ json, bytes }) => assert.equal(readProtobuf(bytes), json)),
    { numRuns: 300 },
  )
})

test('what is cut off or spoilt is read or refused, and nothing else', async () => {
  const spoilt = fc
    .tuple(some, fc.nat(), fc.uint8Array({ maxLength: 8 }), fc.boolean())
    .map(([{ bytes }, at, noise, cut]) => {
      const from = at % bytes.length
      return Buffer.concat([bytes.subarray(0, from), noise, ...(cut ? [] : [bytes.subarray(from + 1)])])
    })
  await fc.assert(
    fc.asyncProperty(spoilt, async bytes => {
      const answer = await post('/api/v1/namespaces/default/pods?dryRun=All', bytes)
      assert.ok([201, 400, 409, 422].includes(answer.status), `${answer.status} ${await answer.text()}`)
    }),
    { numRuns: 300 },
  )
})

test.run()
