import { firstValueFrom, take, toArray } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { annotation } from '../../api/annotations.ts'
import { isStatus } from '../../api/errors.ts'
import { Node, Pod } from '../../api/kinds/index.ts'
import type { Draft } from '../../api/resource.ts'
import { ManualClock } from './manual-clock.ts'
import { memoryClient } from './memory-client.ts'

const pod = (name: string, labels: Record<string, string> = {}): Draft<Pod> => ({
  metadata: { name, namespace: 'default', labels },
  spec: { containers: [{ name: 'main', image: 'busybox' }] },
})
const ref = { namespace: 'default', name: 'a' }
const clock = new ManualClock()

const rejects = async (promise: Promise<unknown>, reason: Parameters<typeof isStatus>[1]) => {
  const error = await promise.then(
    () => undefined,
    error => error,
  )
  assert.ok(isStatus(error, reason), `${error} is not ${reason}`)
}

test('an old resourceVersion is a Conflict, and a write without change is none', async () => {
  const client = memoryClient({ clock })
  const first = await client.create(Pod, pod('a'))
  assert.is(first.status?.phase, 'Pending')
  await rejects(client.create(Pod, pod('a')), 'AlreadyExists')
  const second = await client.update(Pod, { ...first, metadata: { ...first.metadata, labels: { app: 'x' } } })
  assert.is(second.metadata.generation, 1)
  await rejects(client.update(Pod, first), 'Conflict')
  assert.is(await client.update(Pod, second), second)
  const third = await client.updateStatus(Pod, { ...second, status: { phase: 'Running' } })
  assert.is(third.status?.phase, 'Running')
  assert.is((await client.update(Pod, { ...third, status: { phase: 'Failed' } })).status?.phase, 'Running')
})

test('an assigned pod is deleted with grace, any other at once', async () => {
  const client = memoryClient({ clock })
  await client.create(Pod, pod('a'))
  await client.bind({
    metadata: { ...ref, annotations: { [annotation.taskId]: 't.0' } },
    target: { name: 'host' },
  })
  await rejects(client.bind({ metadata: ref, target: { name: 'other' } }), 'Conflict')
  assert.is((await client.get(Pod, ref)).metadata.annotations?.[annotation.taskId], 't.0')
  const dying = await client.delete(Pod, ref)
  assert.is(dying.metadata.deletionTimestamp, '2014-10-17T02:46:30Z')
  await client.delete(Pod, ref, { gracePeriodSeconds: 0 })
  await rejects(client.get(Pod, ref), 'NotFound')
  await client.create(Pod, pod('a'))
  await client.delete(Pod, ref)
  await rejects(client.get(Pod, ref), 'NotFound')
})

test('unbinding gives a pod back to the binder', async () => {
  const client = memoryClient({ clock })
  const { uid } = (await client.create(Pod, pod('a'))).metadata
  await client.bind({
    metadata: { ...ref, annotations: { [annotation.taskId]: 't.0' } },
    target: { name: 'host' },
  })
  await rejects(client.unbind(ref, { uid: 'other' }), 'Conflict')
  await client.unbind(ref, { uid })
  const { spec, metadata } = await client.get(Pod, ref)
  assert.is(spec.nodeName, undefined)
  assert.equal(metadata.annotations, { [annotation.attempt]: '1' })
})

test('an object with finalizers goes with the last of them', async () => {
  const client = memoryClient({ clock })
  await client.create(Node, { metadata: { name: 'n', finalizers: ['x/y'] } })
  const dying = await client.delete(Node, { namespace: '', name: 'n' })
  assert.ok(dying.metadata.deletionTimestamp)
  await client.update(Node, { ...dying, metadata: { ...dying.metadata, finalizers: [] } })
  await rejects(client.get(Node, { namespace: '', name: 'n' }), 'NotFound')
})

test('a watch with a selector sees objects enter and leave', async () => {
  const client = memoryClient({ clock })
  const a = await client.create(Pod, pod('a', { app: 'x' }))
  await client.create(Pod, pod('b', { app: 'y' }))
  const from = { labelSelector: 'app in (x)', resourceVersion: '1', allowWatchBookmarks: true }
  const events = firstValueFrom(client.watch(Pod, from).pipe(take(4), toArray()))
  const left = await client.update(Pod, { ...a, metadata: { ...a.metadata, labels: { app: 'y' } } })
  const back = await client.update(Pod, { ...left, metadata: { ...left.metadata, labels: { app: 'x' } } })
  client.bookmark()
  assert.equal(
    (await events).map(({ type, object }) => [type, object.metadata.resourceVersion]),
    [
      ['ADDED', a.metadata.resourceVersion],
      ['DELETED', left.metadata.resourceVersion],
      ['ADDED', back.metadata.resourceVersion],
      ['BOOKMARK', String(Number(back.metadata.resourceVersion) + 1)],
    ],
  )
})

test('a watch from a forgotten revision is Expired', async () => {
  const client = memoryClient({ clock })
  await client.create(Pod, pod('a'))
  client.compact()
  await rejects(firstValueFrom(client.watch(Pod, { resourceVersion: '1' })), 'Expired')
})

test.run()
