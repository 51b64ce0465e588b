import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type LocalMesosOptions, startLocalMesos } from '../../../mesos/local/index.ts'
import { defaultTiming } from '../../../mesos/local/timing.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { tempDir } from '../../support/temp.ts'
import { executor, framework, type TestScheduler, task, testScheduler } from './scheduler.ts'

const start = (options: Partial<LocalMesosOptions> = {}) =>
  startLocalMesos({ workDir: tempDir('mesos'), fakeExecutors: { delay: 0 }, logger: silent, ...options })

const run = async (scheduler: TestScheduler, id: string, clock?: ManualClock) => {
  const offer = await scheduler.offer()
  await scheduler.accept(offer, [task(id, offer, executor('e1'))])
  await scheduler.status(id, 'TASK_STARTING')
  clock?.advance(0)
  await scheduler.status(id, 'TASK_RUNNING')
  return offer.agent_id
}

const again = (url: string, { frameworkId }: TestScheduler) =>
  testScheduler(url, { info: { ...framework, id: { value: frameworkId } } })

const reconcile = (scheduler: TestScheduler, task: string, agent: string) =>
  scheduler.call({
    type: 'RECONCILE',
    reconcile: { tasks: [{ task_id: { value: task }, agent_id: { value: agent } }] },
  })

test('after the death of the leader agents, tasks and frameworks go on with the other master', async () => {
  const mesos = await start({ masters: 2, agents: 3 })
  const [first, second] = mesos.masters
  assert.ok(first && second)
  assert.equal([first.isLeading(), second.isLeading()], [true, false])
  const before = await testScheduler(first.url)
  const agent = await run(before, 't1')
  await first.kill()
  await before.ended
  assert.not.ok(
    before.events.some(({ rescind, failure }) => rescind ?? failure),
    'a crash tells nobody anything',
  )
  assert.ok(second.isLeading())
  const after = await again(second.url, before)
  try {
    assert.is(after.frameworkId, before.frameworkId)
    await after.call({ type: 'RECONCILE', reconcile: { tasks: [] } })
    // Its update may not have been acknowledged to the first master, and comes again, too.
    const known = await eventually('reconciled', () =>
      after.statuses('t1').find(({ reason }) => reason === 'REASON_RECONCILIATION'),
    )
    assert.is(known.state, 'TASK_RUNNING')
    const offer = await after.offer(agent.value)
    assert.equal(offer.executor_ids, [{ value: 'e1' }])
    assert.is(offer.resources?.find(({ name }) => name === 'cpus')?.scalar?.value, 15.8)
    await after.call({ type: 'KILL', kill: { task_id: { value: 't1' }, agent_id: agent } })
    await after.status('t1', 'TASK_KILLED')
  } finally {
    after.close()
    await mesos.close()
  }
})

test('of a task on an agent that a new leader still waits for nothing is said', async () => {
  const clock = new ManualClock()
  const mesos = await start({ masters: 2, agents: 2, clock })
  const [first, second] = mesos.masters
  assert.ok(first && second)
  const before = await testScheduler(first.url)
  clock.advance(0)
  const agent = await run(before, 't1', clock)
  await mesos.agents.find(({ id }) => id === agent.value)?.kill()
  await first.kill()
  const after = await again(second.url, before)
  try {
    await reconcile(after, 't1', agent.value)
    await reconcile(after, 't2', 'nobody')
    await after.status('t2', 'TASK_UNKNOWN')
    assert.equal(after.statuses('t1'), [])
    clock.advance(defaultTiming.agentReregistration)
    await reconcile(after, 't1', agent.value)
    await after.status('t1', 'TASK_UNREACHABLE')
  } finally {
    after.close()
    await mesos.close()
  }
})

test('an agent that is killed and started again has its executors and tasks', async () => {
  const mesos = await start({ agents: 1 })
  const scheduler = await testScheduler(mesos.masterUrl)
  try {
    await run(scheduler, 't1')
    const [agent] = mesos.agents
    const open = await scheduler.offer()
    await agent?.kill()
    await eventually('rescinded', () =>
      scheduler.events.some(({ rescind }) => rescind?.offer_id.value === open.id.value),
    )
    await agent?.restart()
    const offer = await scheduler.offer(agent?.id)
    assert.equal(offer.executor_ids, [{ value: 'e1' }])
    await scheduler.call({ type: 'KILL', kill: { task_id: { value: 't1' } } })
    await scheduler.status('t1', 'TASK_KILLED')
    assert.not.ok(scheduler.statuses('t1').some(({ state }) => state === 'TASK_UNREACHABLE'))
  } finally {
    scheduler.close()
    await mesos.close()
  }
})

test('a partitioned agent becomes unreachable when it has not answered for long, and comes back', async () => {
  const clock = new ManualClock()
  const mesos = await start({ agents: 1, clock })
  const scheduler = await testScheduler(mesos.masterUrl)
  const wait = (ms: number) => {
    for (let passed = 0; passed < ms; passed += defaultTiming.agentPing)
      clock.advance(defaultTiming.agentPing)
  }
  try {
    clock.advance(0)
    const agent = await run(scheduler, 't1', clock)
    clock.advance(0)
    await scheduler.offer(agent.value)
    mesos.agents[0]?.partition()
    wait(defaultTiming.agentReregistration - defaultTiming.agentPing)
    assert.not.ok(scheduler.statuses('t1').some(({ state }) => state === 'TASK_UNREACHABLE'))
    wait(2 * defaultTiming.agentPing)
    const lost = await scheduler.status('t1', 'TASK_UNREACHABLE')
    assert.is(lost.reason, 'REASON_AGENT_REMOVED')
    assert.ok(lost.unreachable_time)
    mesos.agents[0]?.heal()
    const back = await eventually('back', () =>
      scheduler.statuses('t1').find(({ reason }) => reason === 'REASON_AGENT_REREGISTERED'),
    )
    assert.is(back.state, 'TASK_RUNNING')
    clock.advance(0)
    await scheduler.offer(agent.value)
  } finally {
    scheduler.close()
    await mesos.close()
  }
})

test('what was sent during a short partition arrives at its end', async () => {
  const mesos = await start({ agents: 1 })
  const scheduler = await testScheduler(mesos.masterUrl)
  try {
    await run(scheduler, 't1')
    const [agent] = mesos.agents
    agent?.partition()
    await scheduler.call({ type: 'KILL', kill: { task_id: { value: 't1' } } })
    await scheduler.call({ type: 'RECONCILE', reconcile: { tasks: [] } })
    await eventually('reconciled', () =>
      scheduler.statuses('t1').some(({ reason }) => reason === 'REASON_RECONCILIATION'),
    )
    assert.not.ok(scheduler.statuses('t1').some(({ state }) => state === 'TASK_KILLED'))
    agent?.heal()
    await scheduler.status('t1', 'TASK_KILLED')
  } finally {
    scheduler.close()
    await mesos.close()
  }
})

test.run()
