import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { annotation } from '../../../api/annotations.ts'
import type { Pod } from '../../../api/kinds/index.ts'
import { bound, unbound } from '../../../apiserver/registry/binding.ts'

const container = (name: string, hostPort?: number) => ({
  name,
  image: 'i',
  ports: [{ containerPort: 80, protocol: 'TCP', ...(hostPort && { hostPort }) }],
})

const pod = (...containers: ReturnType<typeof container>[]): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'p',
    namespace: 'default',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2014-10-17T02:46:00Z',
    annotations: { mine: 'stays', 'k8s.mesosphere.io/v1beta1': 'stays, too' },
  },
  spec: { containers },
})

const binding = (ports: string) => ({
  metadata: {
    name: 'p',
    namespace: 'default',
    annotations: { [annotation.taskId]: 'u.0', 'k8s.mesosphere.io/port_TCP_80': ports },
  },
  target: { kind: 'Node', name: 'agent1.local' },
})

const put = (outcome: ReturnType<typeof bound>): Pod => {
  if (outcome.type !== 'put') throw new Error(`not put but ${outcome.type}`)
  return outcome.object
}

const hostPorts = ({ spec }: Pod) => spec.containers.map(({ ports }) => ports?.[0]?.hostPort)

test('each of two containers with the same port gets its own host port; a chosen one is given back', () => {
  const given = pod(container('a'), container('b', 31500), container('c'))
  const assigned = put(bound(given, binding('31999,,31998'), 0))
  assert.equal(hostPorts(assigned), [31999, 31500, 31998])
  assert.is(assigned.spec.nodeName, 'agent1.local')

  const back = put(unbound(assigned))
  assert.equal(hostPorts(back), [undefined, 31500, undefined])
  assert.is(back.spec.nodeName, undefined)
})

test('a pod with a node gets a task there once, and keeps the node when that comes to nothing', () => {
  const given: Pod = {
    ...pod(container('a')),
    spec: { nodeName: 'agent1.local', containers: [container('a')] },
  }
  const assigned = put(bound(given, binding('31999'), 0))
  assert.is(assigned.metadata.annotations?.[annotation.taskId], 'u.0')
  assert.throws(() => bound(assigned, binding('31999'), 0), /already assigned to node "agent1.local"/)
  const back = put(unbound(assigned))
  assert.is(back.spec.nodeName, 'agent1.local')
  assert.equal(hostPorts(back), [undefined])
  assert.is(back.metadata.annotations?.[annotation.taskId], undefined)
  assert.is(put(bound(back, binding('31999'), 0)).metadata.annotations?.[annotation.attempt], '1')
  const elsewhere = { ...binding(''), target: { kind: 'Node', name: 'agent2.local' } }
  assert.throws(() => bound(given, elsewhere, 0), /already assigned/)
  const plain = { ...binding(''), metadata: { name: 'p', namespace: 'default' } }
  assert.throws(() => bound(given, plain, 0), /already assigned/, 'as in Kubernetes')
})

test('what is not of the binding stays when it is taken back', () => {
  const back = put(unbound(put(bound(pod(container('a')), binding('31999'), 0))))
  assert.equal(back.metadata.annotations, {
    mine: 'stays',
    'k8s.mesosphere.io/v1beta1': 'stays, too',
    [annotation.attempt]: '1',
  })
})

test('why it was taken back stays, all else of the status is forgotten', () => {
  const told = { phase: 'Pending', reason: 'ExecutorTerminated', message: 'it ended' } as const
  const assigned = put(bound(pod(container('a')), binding('31999'), 0))
  const back = put(
    unbound({ ...assigned, status: { ...told, startTime: '2014-10-17T02:46:00Z', hostIP: '10.0.0.7' } }),
  )
  assert.equal(back.status, told)
})

test.run()
