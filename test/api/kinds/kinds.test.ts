import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  Binding,
  Endpoints,
  Event,
  IPAddress,
  Namespace,
  Node,
  ReplicationController,
  Service,
} from '../../../api/kinds/index.ts'
import type { Draft } from '../../../api/resource.ts'
import { pod } from '../pods.ts'
import { defaulted, wrongChange, wrongWith } from './admit.ts'

const { metadata } = pod()
const named = { metadata: { name: 'x', namespace: 'default' } }

type RcSpec = ReplicationController['spec']
const rc = (spec: RcSpec): Draft<ReplicationController> => ({ metadata: { name: 'rc' }, spec })
const template = (
  labels: Record<string, string>,
  more: Partial<NonNullable<RcSpec['template']>['spec']> = {},
) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'c', image: 'nginx' }], ...more },
})

test('a replication controller takes replicas, labels and selector from what is given', () => {
  const { spec, metadata, status } = defaulted(ReplicationController, rc({ template: template({ a: 'b' }) }))
  assert.is(spec.replicas, 1)
  assert.equal(spec.selector, { a: 'b' })
  assert.equal(metadata.labels, { a: 'b' })
  assert.equal(status, { replicas: 0 })
  assert.is(spec.template?.spec?.enableServiceLinks, undefined)
})

test('replication controllers that cannot be', () => {
  assert.equal(wrongWith(ReplicationController, rc({})), [
    'spec.selector: Required value',
    'spec.template: Required value',
  ])
  assert.equal(
    wrongWith(
      ReplicationController,
      rc({
        replicas: -1,
        selector: { other: 'x' },
        template: template({ name: 'nginx' }, { restartPolicy: 'Never' }),
      }),
    ),
    [
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      'spec.template.metadata.labels: Invalid value: map[string]string{"name":"nginx"}: `selector` does not match template `labels`',
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ],
  )
  assert.equal(
    wrongWith(
      ReplicationController,
      rc({ template: template({ a: 'b' }, { containers: [], activeDeadlineSeconds: 9 }) }),
    ),
    [
      'spec.template.spec.containers: Required value',
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported',
    ],
  )
})

const service = (spec: Service['spec']): Service => ({ apiVersion: 'v1', kind: 'Service', metadata, spec })

test('services that cannot be', () => {
  assert.equal(wrongWith(Service, service({})), ['spec.ports: Required value'])
  assert.equal(wrongWith(Service, service({ clusterIP: 'None' })), [])
  assert.equal(
    wrongWith(
      Service,
      service({
        type: 'Public',
        sessionAffinity: 'Cookie',
        clusterIP: 'here',
        clusterIPs: ['here'],
        ports: [{ port: 0 }, { port: 80, name: 'a', targetPort: 'Web' }, { port: 80, name: 'a' }],
      }),
    ),
    [
      'spec.ports[0].name: Required value',
      'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.ports[1].targetPort: Invalid value: "Web": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'spec.ports[2].name: Duplicate value: "a"',
      'spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"',
      'spec.type: Unsupported value: "Public": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      'spec.clusterIPs[0]: Invalid value: "here": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'spec.ports[2]: Duplicate value: "TCP/80"',
    ],
  )
})

test('an address is named by itself, in the one way to write it, and has a parent', () => {
  const named = (name: string) => IPAddress.strategy.validateName?.(name)
  for (const name of ['10.0.0.1', '2001:db8::1']) assert.is(named(name), undefined, name)
  for (const name of ['10.0.0.01', '10.0.0', 'here', '2001:DB8::1', '2001:db8:0::1', 'fe80::1%eth0', ''])
    assert.is(named(name), 'must be a valid IP address in canonical form', name)
  const address = (spec: IPAddress['spec']) => ({ apiVersion: 'v1', kind: 'IPAddress', metadata, spec })
  const parentRef = { resource: 'services', namespace: 'default', name: 's' }
  assert.equal(wrongWith(IPAddress, address({ parentRef })), [])
  assert.equal(wrongWith(IPAddress, address({ parentRef: { resource: '', name: '' } })), [
    'spec.parentRef.resource: Required value',
    'spec.parentRef.name: Required value',
  ])
  const moved = address({ parentRef: { ...parentRef, name: 't' } })
  assert.match(wrongChange(IPAddress, moved, address({ parentRef })).join(), /spec.parentRef: .*immutable/)
})

test('an update of a service keeps what was allocated, and cannot change its address', () => {
  const ports = [{ port: 80, protocol: 'TCP', nodePort: 31000 }]
  const old = service({ type: 'NodePort', clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ports })
  const draft = service({ type: 'NodePort', ports: [{ port: 80, protocol: 'TCP' }] })
  Service.strategy.prepareUpdate?.(draft, old)
  assert.equal(draft.spec, old.spec)
  assert.equal(wrongChange(Service, draft, old), [])
  assert.equal(wrongChange(Service, service({ clusterIP: '10.0.0.2' }), old), [
    'spec.clusterIPs[0]: Invalid value: []string{"10.0.0.2"}: may not change once set',
  ])
})

test('client affinity has a time', () => {
  const { spec } = defaulted(Service, service({ sessionAffinity: 'ClientIP', ports: [{ port: 1 }] }))
  assert.equal(spec.sessionAffinityConfig, { clientIP: { timeoutSeconds: 10800 } })
})

test('names by kind', () => {
  assert.is(Service.strategy.validateName?.('web-1'), undefined)
  assert.match(Service.strategy.validateName?.('1-web') ?? '', 'a DNS-1035 label must consist of')
  assert.is(Namespace.strategy.validateName?.('1-web'), undefined)
  assert.match(Namespace.strategy.validateName?.('a_b') ?? '', 'a lowercase RFC 1123 label must consist of')
  assert.is(Namespace.strategy.validateName?.('a.b'), 'must not contain dots')
})

test('a namespace keeps its finalizer and its status', () => {
  const old = defaulted(Namespace, { metadata: { name: 'n' } })
  const draft: Namespace = {
    ...structuredClone(old),
    spec: { finalizers: [] },
    status: { phase: 'Terminating' },
  }
  Namespace.strategy.prepareUpdate?.(draft, old)
  assert.equal(draft, old)
})

test('a node may bring its status, an update leaves it', () => {
  const status = { capacity: { cpu: '4' } }
  const node = defaulted(Node, { metadata: { name: '10.0.0.1' }, status })
  assert.equal([node.spec, node.status], [{}, status])
  const draft: Node = { ...structuredClone(node), status: {} }
  Node.strategy.prepareUpdate?.(draft, node)
  assert.equal(draft.status, status)
})

test('endpoints', () => {
  const { subsets } = defaulted(Endpoints, { ...named, subsets: [{ ports: [{ port: 80 }] }] })
  assert.is(subsets?.[0]?.ports?.[0]?.protocol, 'TCP')
  assert.equal(
    wrongWith(Endpoints, {
      ...named,
      subsets: [
        { ports: [{ port: 80 }] },
        { addresses: [{ ip: '127.0.0.1' }, { ip: 'host' }], ports: [{ port: 0 }, { port: 1, name: 'a' }] },
      ],
    }),
    [
      'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`',
      'subsets[1].addresses[1].ip: Invalid value: "host": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'subsets[1].ports[0].name: Required value',
      'subsets[1].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
    ],
  )
})

test('an event lives beside its object', () => {
  assert.equal(wrongWith(Event, { ...named, involvedObject: { namespace: 'default' } }), [])
  assert.equal(wrongWith(Event, { ...named, involvedObject: { kind: 'Node', name: 'n' } }), [])
  assert.equal(wrongWith(Event, { ...named, involvedObject: { namespace: 'other' } }), [
    'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
  ])
})

test('a binding names a node', () => {
  assert.equal(wrongWith(Binding, { ...named, target: { name: 'n' } }), [])
  assert.equal(wrongWith(Binding, { ...named, target: { kind: 'Pod' } }), [
    'target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>"',
    'target.name: Required value',
  ])
})

test('taints have a key, an effect that exists, and come once', () => {
  const wrong = (...taints: NonNullable<NonNullable<Node['spec']>['taints']>) =>
    wrongWith(Node, { metadata: { name: 'n' }, spec: { taints } })
  assert.equal(
    wrong({ key: 'a/b', value: 'c', effect: 'NoSchedule' }, { key: 'a/b', effect: 'NoExecute' }),
    [],
  )
  assert.equal(wrong({ key: 'a', effect: '' }), ['spec.taints[0].effect: Required value'])
  assert.equal(wrong({ key: 'a', effect: 'Never' }), [
    'spec.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
  ])
  assert.match(
    wrong({ key: 'a b', effect: 'NoExecute' })[0] ?? '',
    /^spec.taints\[0\].key: Invalid value: "a b"/,
  )
  assert.match(
    wrong({ key: 'a', value: 'c d', effect: 'NoExecute' })[0] ?? '',
    /^spec.taints\[0\].value: Invalid value: "c d"/,
  )
  const [twice] = wrong({ key: 'a', effect: 'NoExecute' }, { key: 'a', value: 'c', effect: 'NoExecute' })
  assert.match(twice ?? '', /^spec.taints\[1\]: Duplicate value: .*unique by key and effect pair$/)
})

test.run()
