import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readProtobuf } from '../../../api/protobuf/read.ts'
import { encode, someObject } from './messages.ts'

const read = (kind: string, message: object, apiVersion = 'v1', type = `k8s.io.api.core.v1.${kind}`) =>
  readProtobuf(encode(apiVersion, kind, type, message))

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

test('whatever is sent becomes what it is in JSON', () => {
  fc.assert(
    fc.property(someObject, ({ json, bytes }) => assert.equal(readProtobuf(bytes), json)),
    { numRuns: 300 },
  )
})

test.run()
