import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { containerEnvironment } from '../../../executor/runtime/environment.ts'
import { CreateContainerConfigError } from '../../../executor/runtime/runtime.ts'
import { podOf, shell } from '../pod-fixture.ts'

const host = { ip: '10.0.0.7', path: '/usr/bin:/bin', node: '/sandbox/node' }

const environmentOf = (container: ReturnType<typeof shell>) =>
  Object.fromEntries(containerEnvironment(podOf([container]), container, host, '/home'))

const base = {
  PATH: '/usr/bin:/bin',
  HOME: '/home',
  HOSTNAME: 'pod-u-1',
  KUBERNETES_MESOS_NODE: '/sandbox/node',
}

test('a container gets little, and nothing of the executor', () => {
  assert.equal(environmentOf(shell('')), base)
})

test('host ports are there by their number in order and by the container port', () => {
  const ports = [
    { containerPort: 80, hostPort: 31005 },
    { containerPort: 9100 },
    { containerPort: 443, hostPort: 31009 },
  ]
  assert.equal(environmentOf(shell('', { ports })), {
    ...base,
    PORT: '31005',
    PORT0: '31005',
    PORT_80: '31005',
    PORT1: '31009',
    PORT_443: '31009',
  })
})

test('values expand what stands before them, and may replace it', () => {
  const env = [
    { name: 'URL', value: 'http://$(HOSTNAME):$(LATER)' },
    { name: 'LATER', value: '80' },
    { name: 'PATH', value: '/opt:$(PATH)' },
    { name: 'NOTHING' },
  ]
  assert.equal(environmentOf(shell('', { env })), {
    ...base,
    URL: 'http://pod-u-1:$(LATER)',
    LATER: '80',
    PATH: '/opt:/usr/bin:/bin',
    NOTHING: '',
  })
})

test('the downward API', () => {
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } })
  const env = [
    field('NAME', 'metadata.name'),
    field('NAMESPACE', 'metadata.namespace'),
    field('UID', 'metadata.uid'),
    field('APP', "metadata.labels['app']"),
    field('NOTE', "metadata.annotations['note']"),
    field('NO_LABEL', "metadata.labels['none']"),
    field('NODE', 'spec.nodeName'),
    field('HOST_IP', 'status.hostIP'),
    field('POD_IP', 'status.podIP'),
  ]
  assert.equal(environmentOf(shell('', { env })), {
    ...base,
    NAME: 'pod-u-1',
    NAMESPACE: 'default',
    UID: 'u-1',
    APP: 'web',
    NOTE: 'hello',
    NO_LABEL: '',
    NODE: 'agent1.local',
    HOST_IP: '10.0.0.7',
    POD_IP: '10.0.0.7',
  })
})

test('a source that there is none of is named, with the variable', () => {
  const refused = (container: ReturnType<typeof shell>, message: RegExp) =>
    assert.throws(
      () => environmentOf(container),
      (error: unknown) => error instanceof CreateContainerConfigError && message.test(error.message),
    )
  const secretKeyRef = { name: 'db', key: 'password' }
  refused(shell('', { env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef } }] }), /PASSWORD .* secretKeyRef/)
  const fieldRef = { fieldPath: 'status.phase' }
  refused(shell('', { env: [{ name: 'PHASE', valueFrom: { fieldRef } }] }), /PHASE .* fieldRef status.phase/)
  refused(shell('', { envFrom: [{ configMapRef: { name: 'c' } }] }), /container "main": envFrom/)
})

test.run()
