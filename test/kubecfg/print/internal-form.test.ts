import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { internalForm } from '../../../kubecfg/print/internal-form.ts'
import { yaml } from '../../../kubecfg/print/printer.ts'

const meta = { id: 'x', creationTimestamp: '2014-10-17T02:46:00Z', resourceVersion: 7, apiVersion: 'v1beta1' }
const metadata = { name: 'x', resourceVersion: '7', creationTimestamp: '2014-10-17T02:46:00Z' }

test('a service has its ports in its spec', () => {
  const service = {
    kind: 'Service',
    ...meta,
    port: 80,
    containerPort: '8080',
    portalIP: '10.0.0.1',
    selector: {},
  }
  assert.equal(internalForm(service), {
    metadata,
    spec: { port: 80, portalIP: '10.0.0.1', containerPort: '8080' },
    status: {},
  })
})

test('a minion has its capacity in its spec, its address in its status', () => {
  const minion = {
    kind: 'Minion',
    ...meta,
    hostIP: '10.0.0.1',
    resources: { capacity: { cpu: 1 } },
    labels: { a: 'b' },
  }
  assert.equal(internalForm(minion), {
    metadata: { ...metadata, labels: { a: 'b' } },
    spec: { capacity: { cpu: 1 } },
    status: { hostIP: '10.0.0.1' },
  })
})

test('an event keeps its fields beside its metadata', () => {
  const event = { kind: 'Event', ...meta, reason: 'why', source: 'me', involvedObject: { name: 'p' } }
  assert.equal(internalForm(event), { metadata, involvedObject: { name: 'p' }, reason: 'why', source: 'me' })
})

test('the older names beside the newer ones are left out', () => {
  const container = {
    name: 'c',
    env: [{ name: 'A', key: 'A', value: '1' }],
    volumeMounts: [{ name: 'v', mountPath: '/v', path: '/v' }],
    imagePullPolicy: '',
  }
  const pod = { kind: 'Pod', ...meta, desiredState: { manifest: { containers: [container] } } }
  assert.equal((internalForm(pod).spec as { containers: object[] }).containers, [
    {
      name: 'c',
      env: [{ name: 'A', value: '1' }],
      volumeMounts: [{ name: 'v', mountPath: '/v' }],
      imagePullPolicy: '',
    },
  ])
})

test('a list is its items under one metadata', () => {
  const list = {
    kind: 'MinionList',
    creationTimestamp: null,
    selfLink: '/m',
    resourceVersion: 9,
    items: [meta],
  }
  assert.equal(internalForm(list), {
    metadata: { selfLink: '/m', resourceVersion: '9' },
    items: [{ metadata, spec: {}, status: {} }],
  })
})

test('YAML quotes what would be read as something else', () => {
  const status = { kind: 'Status', status: 'Failure', message: '26', code: 404 }
  assert.is(yaml(status), 'status: Failure\nmessage: "26"\ncode: 404\n')
})

test.run()
