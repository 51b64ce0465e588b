import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Pod } from '../../../../api/kinds/index.ts'
import { PodTemplate } from '../../../../api/kinds/pod-template.ts'
import { defaulted } from '../admit.ts'
import { container, init } from './wrong.ts'

type Spec = Pod['spec']

const pod = (spec: Partial<Spec>, labels: Record<string, string> = {}): Pod =>
  defaulted(Pod, {
    metadata: { name: 'p', labels },
    spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
  })

test('ports of the host are filled in for pods, not for templates', () => {
  const spec = { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80 }] }], hostNetwork: true }
  assert.is(pod(spec).spec.containers[0]?.ports?.[0]?.hostPort, 80)
  const { template } = defaulted(PodTemplate, { metadata: { name: 't' }, template: { spec } })
  assert.is(template?.spec?.containers[0]?.ports?.[0]?.hostPort, undefined)
})

test('what is empty is filled in as what is missing', () => {
  const { spec } = pod({ ...container({ imagePullPolicy: '', terminationMessagePolicy: '' }), dnsPolicy: '' })
  const [first] = spec.containers
  assert.equal(
    [first?.imagePullPolicy, first?.terminationMessagePolicy, spec.dnsPolicy],
    ['Always', 'File', 'ClusterFirst'],
  )
})

test('a pod that is to end before it has ended is given a second', () => {
  assert.is(pod({ terminationGracePeriodSeconds: -5 }).spec.terminationGracePeriodSeconds, 1)
})

test('volumes', () => {
  const { volumes } = pod({
    volumes: [
      { name: 'a' },
      { name: 'b', projected: { sources: [{ serviceAccountToken: { path: 'x' } }] } },
      { name: 'c', downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: 'metadata.name' } }] } },
      { name: 'd', image: { reference: 'x:latest' } },
      { name: 'e', ephemeral: { volumeClaimTemplate: { spec: {} } } },
      { name: 'f', iscsi: { targetPortal: 'x', iqn: 'iqn', lun: 0 } },
      { name: 'g', rbd: { monitors: ['x'], image: 'y' } },
    ],
  }).spec
  assert.equal(volumes, [
    { name: 'a', emptyDir: {} },
    {
      name: 'b',
      projected: {
        sources: [{ serviceAccountToken: { path: 'x', expirationSeconds: 3600 } }],
        defaultMode: 0o644,
      },
    },
    {
      name: 'c',
      downwardAPI: {
        items: [{ path: 'x', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } }],
        defaultMode: 0o644,
      },
    },
    { name: 'd', image: { reference: 'x:latest', pullPolicy: 'Always' } },
    { name: 'e', ephemeral: { volumeClaimTemplate: { metadata: {}, spec: { volumeMode: 'Filesystem' } } } },
    { name: 'f', iscsi: { targetPortal: 'x', iqn: 'iqn', lun: 0, iscsiInterface: 'default' } },
    {
      name: 'g',
      rbd: { monitors: ['x'], image: 'y', pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
    },
  ])
})

test('a pod requests what its containers do, or else its limits', () => {
  const side = init({ restartPolicy: 'Always', resources: { requests: { cpu: '1' } } }).initContainers ?? []
  const { spec, status } = pod({
    initContainers: [...side, { name: 'large', image: 'i', resources: { requests: { cpu: '3' } } }],
    containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '500m' } } }],
    resources: { limits: { cpu: '8', memory: '1Gi' } },
  })
  // The largest of what runs at one time: the one that runs before, beside what goes on running.
  assert.equal(spec.resources?.requests, { cpu: '4', memory: '1Gi' })
  assert.is(status?.qosClass, 'Burstable')
  assert.is(pod({ resources: { limits: { cpu: '1', memory: '1Gi' } } }).status?.qosClass, 'Guaranteed')
})

test('a pod has the huge pages that its containers have', () => {
  const { resources } = pod(
    container({ resources: { limits: { 'hugepages-2Mi': '4Mi' } } }, { resources: { limits: { cpu: '2' } } }),
  ).spec
  assert.equal(resources, {
    limits: { cpu: '2', 'hugepages-2Mi': '4Mi' },
    requests: { cpu: '2', 'hugepages-2Mi': '4Mi' },
  })
})

test('pods that are like a new one are selected by its labels', () => {
  const labelSelector = () => ({ matchLabels: { a: 'b' } })
  const { spec } = pod(
    {
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            {
              topologyKey: 'x',
              labelSelector: labelSelector(),
              matchLabelKeys: ['app', 'none'],
              mismatchLabelKeys: ['tier'],
            },
          ],
        },
      },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'x',
          whenUnsatisfiable: 'X',
          labelSelector: labelSelector(),
          matchLabelKeys: ['app'],
        },
      ],
    },
    { app: 'web', tier: 'front' },
  )
  const app = { key: 'app', operator: 'In', values: ['web'] }
  const [term] = spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  assert.equal(term?.labelSelector?.matchExpressions, [
    app,
    { key: 'tier', operator: 'NotIn', values: ['front'] },
  ])
  assert.equal(spec.topologySpreadConstraints?.[0]?.labelSelector?.matchExpressions, [app])
})

test.run()
