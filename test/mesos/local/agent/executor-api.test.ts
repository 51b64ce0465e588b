import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type LocalMesos, type LocalMesosOptions, startLocalMesos } from '../../../../mesos/local/index.ts'
import { randomUuid } from '../../../../mesos/local/uuid.ts'
import type { ExecutorEvent, TaskStatus } from '../../../../mesos/protocol/messages.gen.ts'
import { silent } from '../../../../util/logger.ts'
import { eventually } from '../../../support/eventually.ts'
import { tempDir } from '../../../support/temp.ts'
import { executor, framework, type TestScheduler, task, testScheduler } from '../scheduler.ts'

/** A Mesos of one agent and a scheduler that acknowledges nothing but by `acknowledge`. */
const withMesos = async (
  timing: LocalMesosOptions['timing'],
  body: (scheduler: TestScheduler, mesos: LocalMesos, workDir: string) => Promise<void>,
): Promise<void> => {
  const workDir = tempDir('mesos')
  const mesos = await startLocalMesos({
    workDir,
    resources: 'cpus:8;mem:8192;disk:20000;ports:[31000-32000]',
    attributes: () => 'rack:r1;zone:z1',
    logger: silent,
    timing: { executorShutdown: 200, ...timing },
  })
  const scheduler = await testScheduler(mesos.masterUrl)
  try {
    await body(scheduler, mesos, workDir)
  } finally {
    await scheduler.call({ type: 'TEARDOWN' })
    await scheduler.ended
    await eventually('no executor is left', async () => (await executorsOf(workDir)) === 0)
    await mesos.close()
  }
}

/** How many executors the agent's journal has. */
const executorsOf = async (workDir: string): Promise<number> => {
  const keys = new Set<string>()
  for (const line of readFileSync(join(workDir, 'agent1/journal'), 'utf8').trim().split('\n')) {
    const [key, value] = JSON.parse(line)
    if (!key.startsWith('executor/')) continue
    if (value === undefined) keys.delete(key)
    else keys.add(key)
  }
  return keys.size
}

interface Sight {
  readonly event: ExecutorEvent
  readonly environment: Record<string, string>
  readonly cwd: string
}

/** Field names of a message, at any depth. */
const fields = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(fields)
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fields(item)]))
}

test('an executor finds itself in the recorded environment and is greeted as recorded', async () => {
  const recording = JSON.parse(readFileSync('test/fixtures/mesos/executor/executor-side.json', 'utf8'))
  const recorded = recording.find((entry: { event?: ExecutorEvent }) => entry.event?.subscribed).event
  await withMesos({}, async (scheduler, mesos, workDir) => {
    const offer = await scheduler.offer()
    const info = executor('rec-1')
    const variables = [{ name: 'FOO', type: 'VALUE' as const, value: 'bar' }]
    await scheduler.accept(offer, [
      task('t1', offer, { ...info, command: { ...info.command, environment: { variables } } }),
    ])
    await scheduler.status('t1', 'TASK_RUNNING')
    const run = join(
      ...[workDir, 'agent1/slaves', offer.agent_id.value],
      ...['frameworks', scheduler.frameworkId, 'executors/rec-1/runs/latest'],
    )
    const { event, environment, cwd }: Sight = JSON.parse(readFileSync(join(run, 'subscribed.json'), 'utf8'))
    // The shell adds its own, and Node where coverage is measured.
    const { FOO, PWD: _, SHLVL: __, NODE_V8_COVERAGE: ___, ...rest } = environment
    assert.is(FOO, 'bar')
    assert.equal(Object.keys(rest).sort(), Object.keys(recording[0].env).sort())
    // A short grace period keeps this test short.
    const same = Object.keys(recording[0].env).filter(
      name => !/SANDBOX|DIRECTORY|ID$|ENDPOINT|GRACE/.test(name),
    )
    for (const name of same) {
      const wanted = recording[0].env[name].replace(':5051', `:${new URL(mesos.agents[0]?.url ?? '').port}`)
      assert.is(environment[name], wanted, name)
    }
    assert.is(environment.MESOS_SANDBOX, cwd)
    assert.match(cwd, /\/slaves\/[^/]+-S0\/frameworks\/[^/]+-0000\/executors\/rec-1\/runs\/[0-9a-f-]{36}$/)
    assert.is(event.subscribed?.container_id?.value, cwd.split('/').at(-1))
    const parts = ['agent_info', 'container_id'] as const
    for (const part of parts)
      assert.equal(fields(event.subscribed?.[part]), fields(recorded.subscribed[part]))
    assert.equal(event.subscribed?.framework_info, { ...framework, id: { value: scheduler.frameworkId } })
    assert.equal(event.subscribed?.executor_info.framework_id, { value: scheduler.frameworkId })
  })
})

test('an update with a wrong uuid, source or state is refused', async () => {
  await withMesos({}, async (scheduler, mesos) => {
    const offer = await scheduler.offer()
    await scheduler.accept(offer, [task('t1', offer, executor('e1'))])
    await scheduler.status('t1', 'TASK_RUNNING')
    const ids = { framework_id: { value: scheduler.frameworkId }, executor_id: { value: 'e1' } }
    const post = async (call: object) => {
      const answer = await fetch(`${mesos.agents[0]?.url}/api/v1/executor`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...ids, ...call }),
      })
      return [answer.status, await answer.text()]
    }
    const good: TaskStatus = {
      task_id: { value: 't1' },
      state: 'TASK_RUNNING',
      source: 'SOURCE_EXECUTOR',
      uuid: randomUuid(),
    }
    const update = (status: object) => post({ type: 'UPDATE', update: { status } })
    const refused = 'Failed to validate executor::Call:'
    assert.equal(await update(good), [202, ''])
    assert.equal(await update({ ...good, uuid: 'AAAAAAAAAAAAAAAAAAAAAA==' }), [
      400,
      `${refused} Not a valid UUID`,
    ])
    assert.equal(await update({ ...good, uuid: 'AAAA' }), [400, `${refused} Not a valid UUID`])
    assert.equal(await update({ ...good, uuid: undefined }), [
      400,
      `${refused} Expecting 'uuid' to be present`,
    ])
    assert.is((await update({ ...good, source: 'SOURCE_AGENT' }))[0], 400)
    assert.is((await update({ ...good, state: 'TASK_STAGING' }))[0], 400)
    assert.equal(await post({ type: 'UPDATE', update: { status: good }, executor_id: { value: 'x' } }), [
      400,
      'Executor cannot be found',
    ])
    assert.equal(await post({ type: 'MESSAGE', message: { data: '' }, framework_id: { value: 'x' } }), [
      400,
      'Framework cannot be found',
    ])
    const unacknowledged_updates = [{ status: { ...good, uuid: 'AAAA' } }]
    assert.is((await post({ type: 'SUBSCRIBE', subscribe: { unacknowledged_updates } }))[0], 400)
  })
})

test('an update is sent again until it is acknowledged', async () => {
  const workDir = tempDir('mesos')
  const mesos = await startLocalMesos({
    workDir,
    resources: 'cpus:8;mem:8192',
    logger: silent,
    timing: { updateRetry: 20 },
  })
  const scheduler = await testScheduler(mesos.masterUrl, { acknowledge: false })
  try {
    const offer = await scheduler.offer()
    await scheduler.accept(offer, [task('t1', offer, executor('e1'), 'finish')])
    await eventually('three times', () => scheduler.statuses('t1').length >= 3)
    assert.is(new Set(scheduler.statuses('t1').map(({ uuid }) => uuid)).size, 1, 'only the first one')
    const [first] = scheduler.statuses('t1')
    assert.is(first?.state, 'TASK_RUNNING')
    await scheduler.call({
      type: 'ACKNOWLEDGE',
      acknowledge: { agent_id: offer.agent_id, task_id: { value: 't1' }, uuid: first?.uuid ?? '' },
    })
    await scheduler.status('t1', 'TASK_FINISHED')
    await scheduler.call({ type: 'TEARDOWN' })
    await eventually('no executor is left', async () => (await executorsOf(workDir)) === 0)
  } finally {
    await mesos.close()
  }
})

test('an executor that cannot be started fails its tasks, and says why', async () => {
  await withMesos({ executorRegistration: 300 }, async (scheduler, _, workDir) => {
    const offer = await scheduler.offer()
    const info = executor('no-file')
    const missing = { ...info, command: { ...info.command, uris: [{ value: join(workDir, 'missing') }] } }
    const program = {
      ...executor('no-program'),
      command: { shell: false, value: './missing', arguments: ['missing'] },
    }
    await scheduler.accept(offer, [
      task('t1', offer, missing),
      task('t2', offer, program),
      task('t3', offer, executor('mute', 'exec sleep 1000')),
    ])
    const first = await scheduler.status('t1', 'TASK_FAILED')
    assert.is(first.reason, 'REASON_CONTAINER_LAUNCH_FAILED')
    assert.match(first.message ?? '', /Failed to launch container: Failed to fetch '.*missing': ENOENT/)
    const second = await scheduler.status('t2', 'TASK_FAILED')
    assert.is(second.reason, 'REASON_CONTAINER_LAUNCH_FAILED')
    assert.match(second.message ?? '', /ENOENT/)
    const third = await scheduler.status('t3', 'TASK_FAILED')
    assert.is(third.reason, 'REASON_EXECUTOR_REGISTRATION_TIMEOUT')
    // Nothing is left of them: the whole agent is offered again.
    await eventually('all resources', () =>
      scheduler.events
        .flatMap(({ offers }) => offers?.offers ?? [])
        .flatMap(({ resources = [] }) => resources)
        .some(({ name, scalar }) => name === 'cpus' && (scalar?.value ?? 0) >= 0.4),
    )
  })
})

test('a task that is killed before its executor subscribes never runs', async () => {
  await withMesos({}, async scheduler => {
    const offer = await scheduler.offer()
    await scheduler.accept(offer, [task('t1', offer, executor('slow', 'exec sleep 1000'))])
    await scheduler.call({ type: 'KILL', kill: { task_id: { value: 't1' } } })
    const killed = await scheduler.status('t1', 'TASK_KILLED')
    assert.is(killed.reason, 'REASON_TASK_KILLED_DURING_LAUNCH')
    const failure = await eventually('the executor ends', () => scheduler.events.find(event => event.failure))
    assert.is(failure.failure?.executor_id?.value, 'slow')
  })
})

test('tasks that cannot be launched are refused one by one', async () => {
  await withMesos({}, async scheduler => {
    const offer = await scheduler.offer()
    const info = executor('e1')
    await scheduler.accept(offer, [
      task('good', offer, info),
      task('good', offer, info),
      task('other', offer, { ...info, name: 'not the same' }),
      task('slash/ed', offer, info),
      { ...task('elsewhere', offer, info), agent_id: { value: 'nope' } },
      { ...task('group', offer, executor('default')), executor: { ...executor('default'), type: 'DEFAULT' } },
    ])
    await scheduler.status('good', 'TASK_RUNNING')
    const message = async (id: string) => {
      const status = await scheduler.status(id, 'TASK_ERROR')
      assert.is(status.reason, 'REASON_TASK_INVALID')
      assert.is(status.uuid, undefined)
      return status.message ?? ''
    }
    assert.is(await message('good'), 'Task has duplicate ID: good')
    assert.match(await message('other'), /ExecutorInfo is not compatible with existing ExecutorInfo/)
    assert.match(await message('slash/ed'), /invalid characters/)
    assert.match(await message('elsewhere'), /Task uses invalid agent nope while agent .*-S0 is expected/)
    assert.match(await message('group'), /custom executors only/)
    assert.is(scheduler.statuses('good').filter(({ state }) => state === 'TASK_RUNNING').length, 1)
  })
})

test.run()
