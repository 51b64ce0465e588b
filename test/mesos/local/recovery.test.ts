import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { eventually } from '../../support/eventually.ts'
import { tempDir } from '../../support/temp.ts'
import { executor, framework, type TestScheduler, task, testScheduler } from './scheduler.ts'

interface Running {
  readonly url: string
  readonly process: ChildProcess
  stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

const start = async (workDir: string): Promise<Running> => {
  const program = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      'bin/mesos-local.ts',
      '-port=0',
      `-work_dir=${workDir}`,
      '-resources',
      'cpus:8;mem:4096',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [url] = await once(createInterface(program.stdout), 'line')
  return {
    url,
    process: program,
    async stop(signal) {
      program.kill(signal)
      if (program.exitCode === null && program.signalCode === null) await once(program, 'exit')
    },
  }
}

/** The lines of an executor's events, over all its runs. One that was killed before it ran has a folder only. */
const eventsOf = (workDir: string, frameworkId: string, executorId: string): string[] => {
  const slaves = join(workDir, 'agent1/slaves')
  const [agent = ''] = readdirSync(slaves)
  const runs = join(slaves, agent, 'frameworks', frameworkId, 'executors', executorId, 'runs')
  return readdirSync(runs)
    .filter(run => run !== 'latest' && existsSync(join(runs, run, 'events')))
    .flatMap(run =>
      readFileSync(join(runs, run, 'events'), 'utf8')
        .trim()
        .split('\n'),
    )
}

const resubscribe = (url: string, { frameworkId }: TestScheduler): Promise<TestScheduler> =>
  testScheduler(url, { info: { ...framework, id: { value: frameworkId } } })

/** Everything that was started in the folder and still runs. */
const processesIn = (workDir: string): number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`MESOS_SANDBOX=${workDir}`)
      } catch {
        return false
      }
    })
    .map(Number)

/** Removes the framework, and with it its executors. */
const teardown = async (scheduler: TestScheduler, workDir: string): Promise<void> => {
  await scheduler.call({ type: 'TEARDOWN' })
  await scheduler.ended
  await eventually('executors gone', () => processesIn(workDir).length === 0)
}

/** Ends the program, and in a test that failed its executors. */
const clear = async (mesos: Running, workDir: string): Promise<void> => {
  await mesos.stop('SIGTERM')
  for (const pid of processesIn(workDir)) process.kill(pid, 'SIGKILL')
}

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`after ${signal} executors go on, their updates arrive, and no task is run twice`, async () => {
    const workDir = tempDir('mesos')
    const first = await start(workDir)
    const before = await testScheduler(first.url)
    const offer = await before.offer()
    const info = executor('e1')
    await before.accept(offer, [task('t1', offer, info)])
    const running = await before.status('t1', 'TASK_RUNNING')
    before.close()
    await first.stop(signal)

    const second = await start(workDir)
    assert.is(second.url, first.url, 'the port is remembered')
    const after = await resubscribe(second.url, before)
    try {
      await after.call({ type: 'RECONCILE', reconcile: { tasks: [] } })
      const known = await eventually('the reconciliation', () =>
        after.statuses('t1').find(({ reason }) => reason === 'REASON_RECONCILIATION'),
      )
      assert.is(known.state, 'TASK_RUNNING')
      assert.equal(known.container_status, running.container_status, 'the same process')

      const next = await after.offer(offer.agent_id.value)
      assert.is(next.resources?.find(({ name }) => name === 'cpus')?.scalar?.value, 7.8)
      await after.accept(next, [task('t2', next, info), task('t3', next, info, 'finish')])
      await after.status('t2', 'TASK_RUNNING')
      await after.status('t3', 'TASK_FINISHED')
      await after.call({ type: 'KILL', kill: { task_id: { value: 't1' } } })
      await after.status('t1', 'TASK_KILLED')
      assert.equal(
        eventsOf(workDir, after.frameworkId, 'e1').filter(line => /LAUNCH|KILL/.test(line)),
        ['LAUNCH t1', 'LAUNCH t2', 'LAUNCH t3', 'KILL t1'],
      )
      await teardown(after, workDir)
    } finally {
      await clear(second, workDir)
    }
    assert.is(second.process.exitCode, 0)
  })
}

test('a kill in the middle of a burst of launches loses no task and runs none twice', async () => {
  const workDir = tempDir('mesos')
  const first = await start(workDir)
  const before = await testScheduler(first.url, { acknowledge: false })
  const offer = await before.offer()
  const info = executor('e1')
  const small = (id: string) => ({
    ...task(id, offer, info),
    resources: task(id, offer, info).resources?.slice(0, 1),
  })
  const ids = Array.from({ length: 50 }, (_, index) => `t${index}`)
  await before.accept(offer, ids.map(small))
  await before.status('t3', 'TASK_RUNNING')
  await first.stop('SIGKILL')
  before.close()

  const second = await start(workDir)
  const after = await resubscribe(second.url, before)
  try {
    for (const id of ids) await after.status(id, 'TASK_RUNNING')
    const launches = eventsOf(workDir, after.frameworkId, 'e1').filter(line => line.startsWith('LAUNCH'))
    assert.equal(new Set(launches).size, ids.length)
    assert.is(launches.length, ids.length)
    await teardown(after, workDir)
  } finally {
    await clear(second, workDir)
  }
})

/** Moments of a launch, by what the agent's journal has just got. */
for (const moment of ['"executor/', '"task/', '"process":']) {
  test(`a kill at the moment of ${moment} in a launch leaves one run of the task, or none that is known`, async () => {
    const workDir = tempDir('mesos')
    const first = await start(workDir)
    const before = await testScheduler(first.url)
    const offer = await before.offer()
    await before.accept(offer, [task('t1', offer, executor('e1'))])
    const journal = join(workDir, 'agent1/journal')
    await eventually(moment, () => readFileSync(journal, 'utf8').includes(moment))
    await first.stop('SIGKILL')
    before.close()

    const second = await start(workDir)
    const after = await resubscribe(second.url, before)
    try {
      const asked = { task_id: { value: 't1' }, agent_id: offer.agent_id }
      await after.call({ type: 'RECONCILE', reconcile: { tasks: [asked] } })
      const status = await eventually('an answer', () =>
        after.statuses('t1').find(({ state }) => state === 'TASK_RUNNING' || state === 'TASK_GONE'),
      )
      if (status.state === 'TASK_RUNNING') {
        const launches = eventsOf(workDir, after.frameworkId, 'e1').filter(line => line === 'LAUNCH t1')
        assert.is(launches.length, 1)
        assert.is(processesIn(workDir).length, 1, 'one executor')
      }
      await teardown(after, workDir)
    } finally {
      await clear(second, workDir)
    }
  })
}

test('an executor that dies while the agent is away is told of', async () => {
  const workDir = tempDir('mesos')
  const first = await start(workDir)
  const before = await testScheduler(first.url)
  const offer = await before.offer()
  await before.accept(offer, [task('t1', offer, executor('e1'))])
  const running = await before.status('t1', 'TASK_RUNNING')
  before.close()
  await first.stop('SIGKILL')
  process.kill(running.container_status?.executor_pid ?? 0, 'SIGKILL')

  const second = await start(workDir)
  const after = await resubscribe(second.url, before)
  try {
    const failed = await after.status('t1', 'TASK_FAILED')
    assert.is(failed.reason, 'REASON_EXECUTOR_TERMINATED')
    await teardown(after, workDir)
  } finally {
    await clear(second, workDir)
  }
})

test.run()
