import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Pod } from '../../../../api/kinds/index.ts'
import { PodTemplate } from '../../../../api/kinds/pod-template.ts'
import { wrongWith } from '../admit.ts'
import { container, wrong } from './wrong.ts'

test('what a pod may say stays allowed', () => {
  const spec = container(
    {
      env: [
        { name: '1 odd.name', value: '' },
        { name: 'a', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
        { name: 'b', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
        { name: 'c', valueFrom: { fileKeyRef: { volumeName: 'e', path: 'a', key: 'b' } } },
      ],
      lifecycle: { preStop: { sleep: { seconds: 0 } } },
      resources: { limits: { 'example.com/gpu': '2' }, claims: [{ name: 'gpu', request: 'big' }] },
      resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }],
      restartPolicy: 'Never',
      restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
      securityContext: {
        appArmorProfile: { type: 'RuntimeDefault' },
        seccompProfile: { type: 'Localhost', localhostProfile: 'a/b' },
        procMount: 'Unmasked',
      },
      volumeDevices: [],
      volumeMounts: [{ name: 'v', mountPath: '/v', mountPropagation: 'None', subPathExpr: '$(A)' }],
    },
    {
      dnsConfig: { searches: ['.', '_tcp.example.com.'] },
      hostUsers: false,
      hostnameOverride: 'a.b',
      resourceClaims: [{ name: 'gpu', resourceClaimName: 'x' }],
      resources: { limits: { cpu: '2' } },
      volumes: [
        { name: 'v', projected: { sources: [{ serviceAccountToken: { path: 'token' } }, {}] } },
        { name: 'h', hostPath: { path: '/x', type: '' } },
        { name: 'e' },
      ],
      tolerations: [{ operator: 'Exists' }],
      initContainers: [
        { name: 'i', image: 'i', restartPolicy: 'Always', startupProbe: { exec: { command: ['a'] } } },
      ],
    },
  )
  assert.equal(wrong(spec), [])
})

test('a template says less than a pod', () => {
  const spec = { hostNetwork: true, ...container({ image: ' i', ports: [{ containerPort: 80 }] }) }
  const template = { metadata: { labels: { a: 'b' } }, spec: { ...spec, containers: spec.containers ?? [] } }
  assert.equal(wrongWith(PodTemplate, { metadata: { name: 't' }, template }), [])
  assert.equal(wrong(spec), [
    'spec.containers[0].image: Invalid value: " i": must not have leading or trailing whitespace',
  ])
})

test('a template has no ephemeral containers', () => {
  const template = {
    spec: {
      ...container({}),
      containers: [{ name: 'c', image: 'i' }],
      ephemeralContainers: [{ name: 'e', image: 'i' }],
    },
  }
  assert.equal(wrongWith(PodTemplate, { metadata: { name: 't' }, template }), [
    'template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template',
  ])
})

test('annotations that mean something', () => {
  const costs = ['x', '+5', '010', '2147483648', '-10', '0']
  const key = 'controller.kubernetes.io/pod-deletion-cost'
  const wrongCosts = costs.map(cost =>
    wrongWith(Pod, {
      metadata: { name: 'p', annotations: { [key]: cost } },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    }),
  )
  const errorOf = (cost: string) => [
    `metadata.annotations[${key}]: Invalid value: "${cost}": must be a 32bit integer`,
  ]
  assert.equal(wrongCosts, [...costs.slice(0, 4).map(errorOf), [], []])
  const annotations = { 'kubernetes.io/config.mirror': 'x' }
  const spec = { containers: [{ name: 'c', image: 'i' }] }
  assert.equal(
    wrongWith(PodTemplate, { metadata: { name: 't' }, template: { metadata: { annotations }, spec } }),
    [
      'template.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror pod annotation is set',
    ],
  )
})

test('an owner is named in full, and one controls', () => {
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'y', uid: '1', controller: true }
  const ownerReferences = [owner, { ...owner, name: 'z', uid: '' }]
  const [uid, controllers] = wrongWith(Pod, {
    metadata: { name: 'p', ownerReferences },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  })
  assert.is(uid, 'metadata.ownerReferences.uid: Invalid value: "": must not be empty')
  assert.match(controllers ?? '', 'Found "true" in references for Pod/y and Pod/z')
})

test.run()
