import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Event, Pod } from '../../../api/kinds/index.ts'
import type { Resource } from '../../../api/resource.ts'
import { createRecorder } from '../../../controllers/runtime/recorder.ts'
import { silent } from '../../../util/logger.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { type MemoryClientOptions, memoryClient } from '../../support/memory-client.ts'

const setUp = async (options: MemoryClientOptions = {}) => {
  const clock = new ManualClock()
  const client = memoryClient({ clock, ...options })
  const recorder = createRecorder({ client, clock, logger: silent })
  const pod = await client.create(Pod, {
    metadata: { name: 'nginxPod', namespace: 'web' },
    spec: { containers: [{ name: 'main', image: 'nginx' }] },
  })
  const record = (about: Resource, message: string, reason = 'Failed') =>
    recorder.record('tests', { about, type: 'Warning', reason, message })
  const events = async () => (await client.list(Event)).items
  return { clock, client, recorder, pod, record, events }
}

test('an event tells of what, where and when; its repeats are counted', async () => {
  const { clock, recorder, pod, record, events } = await setUp()
  record(pod, 'no luck')
  await recorder.flush()
  clock.advance(60_000)
  record(pod, 'no luck')
  record(pod, 'no luck')
  await recorder.flush()
  const [event, ...others] = await events()
  assert.equal(others, [])
  assert.match(event?.metadata.name ?? '', /^nginxpod\.[0-9a-f]+$/)
  assert.is(event?.metadata.namespace, 'web')
  assert.is(event?.involvedObject.uid, pod.metadata.uid)
  assert.is(event?.involvedObject.name, 'nginxPod')
  assert.equal(
    [event?.count, event?.firstTimestamp, event?.lastTimestamp],
    [3, '2014-10-17T02:46:00Z', '2014-10-17T02:47:00Z'],
  )
})

test('repeats that come while one is being written go out together', async () => {
  const { client, recorder, pod, record, events } = await setUp()
  for (let i = 0; i < 10; i++) record(pod, 'no luck')
  await recorder.flush()
  assert.is((await events())[0]?.count, 10)
  assert.is(client.calls.filter(({ kind, verb }) => kind.kind === 'Event' && verb !== 'list').length, 2)
})

test('an event that was removed meanwhile is written anew, one that cannot be written is let go', async () => {
  let broken = false
  const { client, recorder, pod, record, events } = await setUp({
    before: ({ kind, verb }) => {
      if (broken && kind.kind === 'Event' && verb !== 'list') throw new Error('down')
    },
  })
  record(pod, 'no luck')
  await recorder.flush()
  const [first] = await events()
  await client.delete(Event, { namespace: 'web', name: first?.metadata.name ?? '' })
  record(pod, 'no luck')
  await recorder.flush()
  assert.is((await events())[0]?.count, 2)
  broken = true
  record(pod, 'another')
  await recorder.flush()
  assert.is((await events()).length, 1)
})

test('no object can flood the API, and none takes from another', async () => {
  const { clock, client, recorder, pod, record, events } = await setUp()
  const other = await client.create(Pod, { metadata: { name: 'other' }, spec: { containers: [] } })
  for (let i = 0; i < 40; i++) record(pod, `number ${i}`)
  record(other, 'mine')
  await recorder.flush()
  assert.is((await events()).length, 26)
  clock.advance(300_000)
  for (let i = 0; i < 2; i++) record(pod, `late ${i}`)
  await recorder.flush()
  assert.is((await events()).length, 27)
})

test.run()
