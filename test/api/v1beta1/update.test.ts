import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Resource } from '../../../api/resource.ts'
import { legacyUpdate } from '../../../api/v1beta1/index.ts'
import { kindOf } from './recordings.ts'

const controller = {
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: {
    name: 'web',
    namespace: 'default',
    uid: 'u',
    resourceVersion: '7',
    creationTimestamp: '2014-10-17T02:46:00Z',
    finalizers: ['keep/me'],
    labels: { app: 'web', old: 'label' },
  },
  spec: {
    replicas: 2,
    minReadySeconds: 5,
    selector: { app: 'web' },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        serviceAccountName: 'robot',
        containers: [
          { name: 'side', image: 's:1', args: ['x'], readinessProbe: { tcpSocket: { port: 1 } } },
          { name: 'web', image: 'w:1', readinessProbe: { tcpSocket: { port: 2 } } },
        ],
        volumes: [{ name: 'config', configMap: { name: 'c' } }],
      },
    },
  },
}

type Container = { name: string; image: string }
type Legacy = {
  resourceVersion?: number
  labels: Record<string, string>
  desiredState: {
    replicas: number
    podTemplate: { desiredState: { manifest: { containers: Container[] } } }
  }
}

const kind = kindOf('ReplicationController')
const shown = (): Legacy => JSON.parse(JSON.stringify(kind.toLegacy(controller as Resource)))
const update = (body: Legacy) =>
  legacyUpdate(kind, body, controller as Resource) as unknown as typeof controller

test('an object sent back as it was shown changes nothing', () => {
  const { apiVersion, kind: name, metadata, spec } = update(shown())
  assert.equal({ apiVersion, kind: name, metadata, spec }, controller)
})

test('a resize by a client of 2014 keeps what it could not see', () => {
  const body = shown()
  body.desiredState.replicas = 5
  assert.equal(update(body).spec, { ...controller.spec, replicas: 5 })
})

test('a changed container keeps what could not be seen of it, wherever it stands now', () => {
  const body = shown()
  const { containers } = body.desiredState.podTemplate.desiredState.manifest
  containers.reverse()
  for (const container of containers) container.image = container.image.replace(':1', ':2')
  const [side, web] = controller.spec.template.spec.containers
  assert.equal(update(body).spec.template.spec.containers, [
    { ...web, image: 'w:2' },
    { ...side, image: 's:2' },
  ])
})

test('what the client took away is gone, and what it added is there', () => {
  const body = shown()
  const { manifest } = body.desiredState.podTemplate.desiredState
  manifest.containers = [{ name: 'new', image: 'n' }]
  body.labels = { app: 'web', new: 'label' }
  const updated = update(body)
  assert.equal(updated.metadata.labels as object, { app: 'web', new: 'label' })
  assert.equal(
    updated.spec.template.spec.containers.map(({ name }) => name),
    ['new'],
  )
})

test('the precondition is the client’s', () => {
  const { resourceVersion: _, ...unconditional } = shown()
  assert.is(update(unconditional).metadata.resourceVersion, undefined)
  assert.is(update({ ...unconditional, resourceVersion: 3 }).metadata.resourceVersion, '3')
})

test.run()
