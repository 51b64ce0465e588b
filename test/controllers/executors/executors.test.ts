import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { annotation } from '../../../api/annotations.ts'
import { Pod } from '../../../api/kinds/index.ts'
import { executorInfo, executors } from '../../../controllers/executors/index.ts'
import { createManager } from '../../../controllers/runtime/index.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { memoryClient } from '../../support/memory-client.ts'
import { offer } from '../binder/offers.ts'
import { FakeMesos } from '../fake-mesos.ts'

const executor = { bundleUrl: 'http://api/executor.mjs', cpus: 0.1, mem: 64, verbosity: 0 }
const current = executorInfo(executor, 'F1', '*').executor_id.value

const setUp = () => {
  const clock = new ManualClock()
  const client = memoryClient({ clock })
  const mesos = new FakeMesos()
  const manager = createManager({ client, logger: silent, clock })
  manager.add(executors({ feed: mesos, ready$: mesos.session$, executor, roles: ['*'] }))
  const post = (name: string, executorId: string, agentId = 'S1') =>
    client.create(Pod, {
      metadata: {
        name,
        namespace: 'default',
        annotations: { [annotation.executorId]: executorId, [annotation.agentId]: agentId },
      },
      spec: { nodeName: 's1.local', containers: [{ name: 'c', image: 'i' }] },
    })
  return { clock, client, mesos, manager, post }
}

test('an older executor goes with its last pod, the current one stays', async () => {
  const { client, mesos, manager, post } = setUp()
  await manager.start()
  mesos.subscribe()
  await post('old', 'older')
  await post('elsewhere', 'older', 'S2')
  await post('new', current)
  for (const name of ['old', 'new'])
    await client.delete(Pod, { namespace: 'default', name }, { gracePeriodSeconds: 0 })
  await eventually('it is ended', () => mesos.of('shutdown').length > 0)
  assert.equal(mesos.of('shutdown'), [{ type: 'shutdown', executorId: 'older', agentId: 'S1' }])
  await manager.stop()
})

test('one that an offer tells of is ended when it has no pod; the call is repeated, not for ever', async () => {
  const { clock, mesos, manager, post } = setUp()
  await post('busy', 'busy')
  await manager.start()
  mesos.subscribe()
  mesos.offer(offer({ executors: ['idle', 'busy', current] }))
  for (const count of [1, 2, 3]) {
    await eventually(`call ${count}`, () => mesos.of('shutdown').length === count)
    await eventually('it waits', () => clock.next)
    clock.advance(30_000)
  }
  // Another key, handled after the one that must not call any more.
  mesos.offer(offer({ id: 'O2', executors: ['idle', 'another'] }))
  await eventually('the other one', () =>
    mesos.of('shutdown').some(({ executorId }) => executorId === 'another'),
  )
  assert.equal(
    mesos.of('shutdown').map(({ executorId }) => executorId),
    ['idle', 'idle', 'idle', 'another'],
  )
  await manager.stop()
})

test('on a drained agent the current executor goes, too, with its last pod, and is asked to go once', async () => {
  const { clock, client, mesos, manager, post } = setUp()
  await manager.start()
  mesos.subscribe()
  await post('a', current)
  await post('b', current)
  await post('elsewhere', current, 'S2')
  await eventually('the cache has seen them', () => manager.informer(Pod).cache.size === 3)
  const draining = { reason: 'REASON_AGENT_DRAINING', executor_id: { value: current } } as const
  mesos.update('a', 'TASK_KILLED', draining)
  mesos.update('b', 'TASK_KILLED', draining)
  await client.delete(Pod, { namespace: 'default', name: 'a' }, { gracePeriodSeconds: 0 })
  await eventually('the cache has seen it', () => manager.informer(Pod).cache.size === 2)
  assert.equal(mesos.of('shutdown'), [])
  await client.delete(Pod, { namespace: 'default', name: 'b' }, { gracePeriodSeconds: 0 })
  await eventually('it is ended', () => mesos.of('shutdown').length > 0)
  assert.equal(mesos.of('shutdown'), [{ type: 'shutdown', executorId: current, agentId: 'S1' }])
  mesos.failures$.next({ agent_id: { value: 'S1' }, executor_id: { value: current }, status: 0 })
  clock.advance(30_000)
  // Another key, handled after the one that must not call any more.
  mesos.offer(offer({ executors: ['another'] }))
  await eventually('the other one', () => mesos.of('shutdown').length > 1)
  assert.equal(
    mesos.of('shutdown').map(({ executorId }) => executorId),
    [current, 'another'],
  )
  await manager.stop()
})

test('an idle executor that makes a drained agent drop a task is ended', async () => {
  const { mesos, manager } = setUp()
  await manager.start()
  mesos.subscribe()
  mesos.update('a', 'TASK_DROPPED', {
    reason: 'REASON_AGENT_DRAINING',
    source: 'SOURCE_AGENT',
    executor_id: { value: current },
  })
  await eventually('it is ended', () => mesos.of('shutdown').length === 1)
  await manager.stop()
})

test('an offer that comes before our tasks have been asked for is remembered', async () => {
  const { mesos, manager } = setUp()
  await manager.start()
  mesos.offer(offer({ executors: ['idle'] }))
  mesos.subscribe()
  await eventually('it is ended', () => mesos.of('shutdown').length === 1)
  await manager.stop()
})

test.run()
