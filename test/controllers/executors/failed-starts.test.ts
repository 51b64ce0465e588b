import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failedStarts } from '../../../controllers/executors/index.ts'
import type { TaskStatus } from '../../../mesos/protocol/messages.gen.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { FakeMesos } from '../fake-mesos.ts'

const executor = { agentId: 'S1', executorId: 'ex' }

const taskOf = (id: string, message = 'Executor terminated'): TaskStatus => ({
  task_id: { value: id },
  state: 'TASK_FAILED',
  message,
})

const setUp = (sandbox: FakeMesos['sandbox'] = async () => '') => {
  const clock = new ManualClock()
  const mesos = new FakeMesos()
  mesos.sandbox = sandbox
  const starts = failedStarts(mesos, clock)
  let task = 0
  /** A start that fails, and what is told of it in the end. */
  const fail = async (of = executor) => {
    const status = taskOf(`t-${task++}`)
    starts.explain(status, of)
    await Promise.resolve()
    return starts.explain(status, of)
  }
  /** How long the agent is spared from now on, seconds. */
  const sparedFor = (of = executor): number => {
    let seconds = 0
    for (; starts.spares(of); seconds++) clock.advance(1_000)
    return seconds
  }
  return { clock, mesos, starts, fail, sparedFor }
}

test('an agent is spared ever longer, up to five minutes, until the executor works there', async () => {
  const { starts, fail, sparedFor } = setUp()
  assert.is(sparedFor(), 0)
  const times: number[] = []
  for (let start = 0; start < 8; start++) {
    await fail()
    times.push(sparedFor())
  }
  assert.equal(times, [5, 10, 20, 40, 80, 160, 300, 300])
  await fail()
  assert.not.ok(starts.spares({ ...executor, agentId: 'S2' }))
  assert.not.ok(starts.spares({ ...executor, executorId: 'newer' }))
  starts.works(executor)
  assert.not.ok(starts.spares(executor))
  await fail()
  assert.is(sparedFor(), 5)
})

test('all tasks of one start get one answer, and the sandbox is read once', async () => {
  let reads = 0
  const { clock, mesos, starts, fail, sparedFor } = setUp(async () => `read ${++reads}`)
  mesos.failures$.next({ agent_id: { value: 'S1' }, executor_id: { value: 'ex' }, status: 9 })
  const told = 'it was killed by signal 9; its stderr ends: read 1'
  assert.is(starts.explain(taskOf('a'), executor), undefined)
  assert.is(await fail(), told)
  assert.is(starts.explain(taskOf('b'), executor), told)
  assert.is(starts.explain(taskOf('a'), executor), told)
  assert.is(sparedFor(), 5)
  // A task that is looked at again later is of the same start.
  clock.advance(600_000)
  assert.is(starts.explain(taskOf('a'), executor), told)
  starts.forget('a')
  assert.is(starts.explain(taskOf('a'), executor), undefined)
  assert.is(reads, 2)
})

test('what Mesos said of the first task is told to those that were dropped with it', async () => {
  const { starts, fail } = setUp()
  await fail()
  assert.is(starts.explain(taskOf('b', 'No executor is expected'), executor), 'Executor terminated')
})

test('a sandbox that cannot be read is told of', async () => {
  const { fail } = setUp(() => Promise.reject(new Error('the agent answers 403')))
  await fail()
  assert.is(await fail(), 'its sandbox cannot be read (the agent answers 403)')
})

test('the last lines that tell something are told, as many as fit', async () => {
  const end = 'I1123 01:27:46.712605 15371 fetcher.cpp:623] Successfully fetched all URIs\nwhole\n\nlines\n'
  const told = 'its stderr ends: whole | lines'
  assert.is(await setUp(async () => end).fail(), told)
  assert.is(await setUp(async () => `${'x'.repeat(390)}\n${end}`).fail(), told)
  const cut = `cut through${'x'.repeat(4_096)}`.slice(-4_096 + end.length)
  assert.is(await setUp(async () => `${cut}${end}`).fail(), told)
  assert.is((await setUp(async () => 'y'.repeat(1_000)).fail())?.length, 'its stderr ends: '.length + 400)
  assert.is(await setUp(async () => ' \n').fail(), '')
})

test.run()
