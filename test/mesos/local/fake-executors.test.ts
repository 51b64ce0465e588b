import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startLocalMesos } from '../../../mesos/local/index.ts'
import type { Offer } from '../../../mesos/protocol/messages.gen.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { tempDir } from '../../support/temp.ts'
import { executor, scalar, task, testScheduler } from './scheduler.ts'

const start = (options: { agents: number; delay: number; clock?: ManualClock }) => {
  const { delay, ...more } = options
  return startLocalMesos({ workDir: tempDir('mesos'), fakeExecutors: { delay }, logger: silent, ...more })
}

test('a pretended task starts, runs after its delay, and is killed', async () => {
  const clock = new ManualClock()
  const mesos = await start({ agents: 1, delay: 500, clock })
  const scheduler = await testScheduler(mesos.masterUrl)
  try {
    clock.advance(0)
    const offer = await scheduler.offer()
    await scheduler.accept(offer, [task('t1', offer, executor('e1')), task('t2', offer, executor('e1'))])
    const starting = await scheduler.status('t1', 'TASK_STARTING')
    await scheduler.status('t2', 'TASK_STARTING')
    assert.is(starting.source, 'SOURCE_EXECUTOR')
    assert.is(starting.data, undefined)
    assert.is(Buffer.from(starting.uuid ?? '', 'base64').length, 16)
    assert.equal(starting.executor_id, { value: 'e1' })
    assert.equal(starting.agent_id, offer.agent_id)

    await scheduler.call({ type: 'KILL', kill: { task_id: { value: 't2' }, agent_id: offer.agent_id } })
    await scheduler.status('t2', 'TASK_KILLED')
    assert.equal(scheduler.statuses('t1').length, 1, 'not before its delay')
    clock.advance(500)
    await scheduler.status('t1', 'TASK_RUNNING')
    assert.not.ok(scheduler.statuses('t2').some(({ state }) => state === 'TASK_RUNNING'))

    clock.advance(0)
    const next = await scheduler.offer()
    assert.equal(next.executor_ids, [{ value: 'e1' }])
    const answer = await fetch(`${mesos.masterUrl}/api/v1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"type":"GET_EXECUTORS"}',
    })
    const { get_executors } = (await answer.json()) as {
      get_executors: { executors: { executor_info: { executor_id: unknown } }[] }
    }
    assert.equal(get_executors.executors[0]?.executor_info.executor_id, { value: 'e1' })

    const target = { agent_id: offer.agent_id, executor_id: { value: 'e1' } }
    await scheduler.call({ type: 'SHUTDOWN', shutdown: target })
    const failure = await eventually('the exit', () => scheduler.events.find(event => event.failure))
    assert.equal(failure.failure, { ...target, status: 0 })
    await scheduler.status('t1', 'TASK_FAILED')
  } finally {
    scheduler.close()
    await mesos.close()
  }
})

test('an update of a pretended task is sent again until it is acknowledged', async () => {
  const clock = new ManualClock()
  const mesos = await start({ agents: 1, delay: 0, clock })
  const scheduler = await testScheduler(mesos.masterUrl, { acknowledge: false })
  try {
    clock.advance(0)
    const offer = await scheduler.offer()
    await scheduler.accept(offer, [task('t1', offer, executor('e1'))])
    const first = await scheduler.status('t1', 'TASK_STARTING')
    clock.advance(10_000)
    await eventually('again', () => scheduler.statuses('t1').length === 2)
    assert.equal(scheduler.statuses('t1')[1], first)
  } finally {
    scheduler.close()
    await mesos.close()
  }
})

test('a thousand agents run a thousand tasks', async () => {
  const mesos = await start({ agents: 1000, delay: 0 })
  const scheduler = await testScheduler(mesos.masterUrl)
  try {
    const offers = await eventually('an offer of every agent', () => {
      const all = scheduler.events.flatMap(({ offers }) => offers?.offers ?? [])
      return all.length === 1000 && all
    })
    assert.is(new Set(offers.map(({ agent_id }) => agent_id.value)).size, 1000)
    const small = (offer: Offer, id: string) => ({
      ...task(id, offer, executor('e1')),
      resources: [scalar('cpus', 0.1)],
    })
    await Promise.all(offers.map((offer, index) => scheduler.accept(offer, [small(offer, `t${index}`)], 60)))
    await eventually('all run', () => {
      const states = scheduler.events.map(({ update }) => update?.status.state)
      return states.filter(state => state === 'TASK_RUNNING').length === 1000
    })
  } finally {
    scheduler.close()
    await mesos.close()
  }
})

test.run()
