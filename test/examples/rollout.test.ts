import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Event, Pod, ReplicationController } from '../../api/kinds/index.ts'
import { condition, isReady, timeOf } from '../../api/pod-phase.ts'
import { refOf } from '../../api/resource.ts'
import { createApiServer } from '../../apiserver/index.ts'
import { replication } from '../../controllers/replication/index.ts'
import { createManager } from '../../controllers/runtime/index.ts'
import { rollout } from '../../examples/rollout.ts'
import { openEmbeddedStore } from '../../store/embedded/embedded-store.ts'
import { silent } from '../../util/logger.ts'
import { eventually } from '../support/eventually.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { tempDir } from '../support/temp.ts'

const ref = { namespace: 'default', name: 'web' }
const labels = { app: 'web' }

/** The API server with a replication controller `web` of three ready pods, and both controllers at work on it. */
const world = async ({ revision = 'one', minReadySeconds = 0 } = {}) => {
  const clock = new ManualClock()
  const store = await openEmbeddedStore({ path: join(tempDir('rollout'), 'store'), logger: silent })
  const api = await createApiServer({ store, logger: silent, clock })
  const { client } = api
  let manager = createManager({ client, logger: silent, clock })

  const start = async () => {
    manager = createManager({ client, logger: silent, clock })
    manager.add(replication())
    manager.add(rollout())
    await manager.start()
  }
  const pods = async () => (await client.list(Pod)).items
  const revisions = async () =>
    (await pods()).map(({ metadata }) => metadata.annotations?.['rollout.example/revision'])

  const self = {
    clock,
    client,
    start,
    pods,
    stop: () => manager.stop(),
    /** True when `rollout` has set itself a time to look again. */
    waits: () => manager.depths().rollout?.delayed === 1,
    /** How many pods there are of the revision, once nothing is left to do. */
    async settled(count: number, of: string) {
      let quiet = 0
      await eventually(`${count} of revision ${of}`, async () => {
        const depths = Object.values(manager.depths())
        const idle = depths.every(({ waiting, running }) => waiting + running === 0)
        quiet = idle && (await revisions()).filter(each => each === of).length === count ? quiet + 1 : 0
        return quiet > 3
      })
      assert.is((await pods()).length, 3)
    },
    /** What an agent would report. */
    async setReady(pod: Pod, ready: boolean) {
      const status = ready ? 'True' : 'False'
      const conditions = [{ type: 'Ready', status, lastTransitionTime: timeOf(clock.now()) }]
      await client.updateStatus(Pod, {
        ...(await client.get(Pod, refOf(pod))),
        status: { phase: 'Running', conditions },
      })
    },
    async makeReady() {
      for (const pod of await pods()) if (!isReady(pod)) await self.setReady(pod, true)
    },
    async change(to: string) {
      const rc = await client.get(ReplicationController, ref)
      const annotations = { 'rollout.example/revision': to }
      const template = { ...rc.spec.template, metadata: { labels, annotations } }
      await client.update(ReplicationController, { ...rc, spec: { ...rc.spec, template } })
    },
    /** Waits for the RolledOut condition to say so. */
    async tells(status: string, message: string) {
      await eventually(`RolledOut is ${status}, for ${message}`, async () => {
        const told = condition((await client.get(ReplicationController, ref)).status, 'RolledOut')
        return told?.status === status && told.message === message
      })
    },
    async end() {
      await manager.stop()
      await api.close()
      await store.close()
    },
  }

  await client.create(ReplicationController, {
    metadata: ref,
    spec: {
      replicas: 3,
      minReadySeconds,
      selector: labels,
      template: {
        metadata: { labels, annotations: { 'rollout.example/revision': revision } },
        spec: { containers: [{ name: 'web', image: 'web', command: ['web'] }] },
      },
    },
  })
  await start()
  await self.settled(3, revision)
  await self.makeReady()
  return self
}

test('pods are replaced one by one, each when the one before is ready', async () => {
  const { change, settled, makeReady, tells, client, stop, end } = await world()
  await change('two')
  for (const left of [2, 1, 0]) {
    await settled(3 - left, 'two')
    if (left > 0) await tells('False', `${left} of 3 pods are not of revision two`)
    await makeReady()
  }
  await tells('True', 'every pod is of revision two')
  await stop()
  const events = (await client.list(Event)).items.filter(({ source }) => source?.component === 'rollout')
  assert.is(events.filter(({ reason }) => reason === 'ReplacedPod').length, 3)
  await end()
})

test('a revision that does not get ready costs one pod, and the next one starts with that', async () => {
  const { change, settled, pods, end } = await world()
  await change('broken')
  await settled(1, 'broken')
  assert.is((await pods()).filter(isReady).length, 2)
  await change('mended')
  await settled(1, 'mended')
  await settled(0, 'broken')
  assert.is((await pods()).filter(isReady).length, 2)
  await end()
})

test('outdated pods that are not ready go all at once', async () => {
  const { change, settled, pods, setReady, end } = await world()
  const [first, second] = await pods()
  assert.ok(first && second)
  await setReady(first, false)
  await setReady(second, false)
  await change('two')
  await settled(2, 'two')
  assert.is((await pods()).filter(isReady).length, 1)
  await end()
})

test('a pod counts when it has been ready for minReadySeconds', async () => {
  const { change, settled, makeReady, waits, clock, end } = await world({ minReadySeconds: 60 })
  await change('two')
  await settled(0, 'two')
  assert.ok(waits())
  clock.advance(50_000)
  await settled(0, 'two')
  clock.advance(10_000)
  await settled(1, 'two')
  await makeReady()
  clock.advance(50_000)
  await settled(1, 'two')
  clock.advance(10_000)
  await settled(2, 'two')
  assert.not(waits(), 'the pod that is not ready yet will tell')
  await end()
})

test('a restart in the middle goes on where it was', async () => {
  const { change, settled, makeReady, start, stop, tells, end } = await world()
  await change('two')
  await settled(1, 'two')
  await stop()
  await makeReady()
  await start()
  await settled(2, 'two')
  await makeReady()
  await settled(3, 'two')
  await tells('True', 'every pod is of revision two')
  await end()
})

test('a controller without the annotation is left alone', async () => {
  const { client, settled, pods, end } = await world()
  const rc = await client.get(ReplicationController, ref)
  const before = (await pods()).map(({ metadata }) => metadata.uid).sort()
  const template = { ...rc.spec.template, metadata: { labels } }
  await client.update(ReplicationController, { ...rc, spec: { ...rc.spec, template } })
  await settled(3, 'one')
  assert.equal((await pods()).map(({ metadata }) => metadata.uid).sort(), before)
  await end()
})

test.run()
