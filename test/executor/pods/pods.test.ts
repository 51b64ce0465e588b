import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PodStatus } from 'kubernetes-types/core/v1'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createPods, type Pods } from '../../../executor/pods/pods.ts'
import { processRuntime } from '../../../executor/runtime/process.ts'
import { startWatchdog, type Watchdog } from '../../../executor/runtime/watchdog.ts'
import type { TaskStatus } from '../../../mesos/protocol/messages.gen.ts'
import { systemClock } from '../../../util/clock.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { tempDir } from '../../support/temp.ts'
import { podOf, shell } from '../pod-fixture.ts'
import { taskOf } from '../scripted-agent.ts'

interface Context {
  sandbox: string
  clock: ManualClock
  watchdog: Watchdog
  pods: Pods
  updates: TaskStatus[]
}

const test = suite<Context>('pods')

test.before.each(context => {
  const sandbox = tempDir('pods')
  const clock = new ManualClock()
  const watchdog = startWatchdog(systemClock, silent)
  const updates: TaskStatus[] = []
  const host = { ip: '127.0.0.1', path: process.env.PATH ?? '', node: process.execPath }
  const pods = createPods({
    executorId: 'e-1',
    hostIP: '127.0.0.1',
    runtime: processRuntime({ sandbox, host, watchdog, log: silent }),
    clock,
    log: silent,
    report: status => updates.push(status),
  })
  Object.assign(context, { sandbox, clock, watchdog, updates, pods })
})

test.after.each(({ watchdog }) => watchdog.close())

const statesOf = ({ updates }: Context, task = 't-1') =>
  updates.filter(({ task_id }) => task_id.value === task).map(({ state }) => state)

const last = ({ updates }: Context): TaskStatus => {
  const status = updates.at(-1)
  if (!status) throw new Error('no update yet')
  return status
}

const dataOf = ({ data }: TaskStatus): PodStatus => JSON.parse(Buffer.from(data ?? '', 'base64').toString())

const stdout = ({ sandbox }: Context) => readFileSync(join(sandbox, 'pods/u-1/main/stdout'), 'utf8')

const state = (context: Context, wanted: string) =>
  eventually(wanted, () => last(context).state === wanted && last(context))

test('a pod that succeeds: STARTING, RUNNING, FINISHED, each with the status of the pod', async context => {
  const { pods, updates } = context
  pods.launch(taskOf('t-1', podOf([shell('echo hello')], { restartPolicy: 'Never' })))
  assert.equal(statesOf(context), ['TASK_STARTING'])
  await state(context, 'TASK_FINISHED')
  assert.equal(statesOf(context), ['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED'])
  assert.equal(
    updates.map(update => dataOf(update).phase),
    ['Pending', 'Running', 'Succeeded'],
  )
  assert.equal(
    updates.map(({ healthy }) => healthy),
    [undefined, true, undefined],
  )
  assert.is(stdout(context), 'hello\n')
  for (const { uuid, source, executor_id, timestamp } of updates) {
    const bytes = Buffer.from(uuid ?? '', 'base64')
    assert.is(bytes.length, 16)
    assert.is((bytes[6] ?? 0) >> 4, 4)
    assert.is((bytes[8] ?? 0) >> 6, 2)
    assert.equal({ source, executor_id }, { source: 'SOURCE_EXECUTOR', executor_id: { value: 'e-1' } })
    assert.is(timestamp, Date.parse('2014-10-17T02:46:00Z') / 1000)
  }
  assert.is(new Set(updates.map(({ uuid }) => uuid)).size, 3)
})

test('a pod that fails says why', async context => {
  context.pods.launch(taskOf('t-1', podOf([shell('exit 3')], { restartPolicy: 'OnFailure' })))
  // At once, then after the back-off.
  await eventually('it waits', () => context.clock.next === 10_000)
  assert.is(last(context).state, 'TASK_RUNNING')
  assert.is(last(context).healthy, false)
  assert.is(dataOf(last(context)).containerStatuses?.[0]?.state?.waiting?.reason, 'CrashLoopBackOff')
  context.pods.kill('t-1')
  assert.is(last(context).state, 'TASK_KILLED')

  const never = podOf([shell('exit 3')], { restartPolicy: 'Never' }, 'u-2')
  context.pods.launch(taskOf('t-2', never))
  await state(context, 'TASK_FAILED')
  assert.is(last(context).message, 'container "main" exited with code 3')
  assert.is(dataOf(last(context)).phase, 'Failed')
})

test('a container that crashes comes back, by the clock', async context => {
  const { clock, pods, sandbox } = context
  pods.launch(taskOf('t-1', podOf([shell(`echo run >> ${sandbox}/runs; exit 1`)])))
  const runs = () => readFileSync(join(sandbox, 'runs'), 'utf8').split('\n').length - 1
  for (const [index, delay] of [10_000, 20_000, 40_000].entries()) {
    await eventually(`back-off ${delay}`, () => clock.next === delay)
    assert.is(runs(), index + 2)
    clock.advance(delay - 1)
    assert.is(clock.next, 1)
    clock.advance(1)
  }
  await eventually('back-off 80 s', () => clock.next === 80_000)
  const [status] = dataOf(last(context)).containerStatuses ?? []
  assert.is(status?.restartCount, 4)
  assert.is(status?.lastState?.terminated?.exitCode, 1)
  pods.kill('t-1')
})

test('a kill that is ignored becomes SIGKILL when the grace is over, by the clock', async context => {
  const { clock, pods } = context
  const script = 'trap "echo no" TERM; echo up; while :; do sleep 0.05; done'
  pods.launch(taskOf('t-1', podOf([shell(script)], { terminationGracePeriodSeconds: 9 })))
  await eventually('it is up', () => stdout(context) === 'up\n')
  pods.kill('t-1')
  await eventually('it says no', () => stdout(context) === 'up\nno\n')
  assert.is(last(context).state, 'TASK_KILLING')
  assert.is(clock.next, 9000)
  clock.advance(9000)
  await state(context, 'TASK_KILLED')
  assert.is(dataOf(last(context)).containerStatuses?.[0]?.state?.terminated?.signal, 9)
  assert.is(clock.next, undefined)
})

test('all pods are killed, none with more grace than there is', async context => {
  const { clock, pods } = context
  const deaf = () => shell('trap "" TERM; echo up; while :; do sleep 0.05; done')
  pods.launch(taskOf('t-1', podOf([deaf()])))
  pods.launch(taskOf('t-2', podOf([deaf()], { terminationGracePeriodSeconds: 1 }, 'u-2')))
  await eventually(
    'both run',
    () => context.updates.filter(({ state }) => state === 'TASK_RUNNING').length === 2,
  )
  pods.killAll(4000, 'the executor ends')
  assert.is(clock.next, 1000)
  clock.advance(1000)
  assert.is(clock.next, 3000)
  clock.advance(3000)
  await eventually('both are killed', () =>
    ['t-1', 't-2'].every(task => statesOf(context, task).at(-1) === 'TASK_KILLED'),
  )
  assert.is(last(context).message, 'the executor ends')
})

test('init containers prepare what the others find', async context => {
  const { pods } = context
  const volumeMounts = [{ name: 'shared', mountPath: 'shared' }]
  const pod = podOf([shell('cat shared/x', { volumeMounts })], {
    restartPolicy: 'Never',
    initContainers: [shell('echo prepared > shared/x', { name: 'init', volumeMounts })],
    volumes: [{ name: 'shared', emptyDir: {} }],
  })
  pods.launch(taskOf('t-1', pod))
  await state(context, 'TASK_FINISHED')
  assert.is(stdout(context), 'prepared\n')
})

/** What holds the container up; tried again by the clock, in `delay` milliseconds. */
const heldUp = async (context: Context, name: string, delay: number) => {
  await eventually(`a try in ${delay} ms`, () => context.clock.next === delay)
  const { initContainerStatuses = [], containerStatuses = [] } = dataOf(last(context))
  const status = [...initContainerStatuses, ...containerStatuses].find(each => each.name === name)
  return status?.state?.waiting
}

test('what cannot run here waits with the remedy, and is tried again later and later', async context => {
  context.pods.launch(taskOf('t-1', podOf([{ name: 'main', image: 'nginx' }])))
  for (const delay of [10_000, 20_000]) {
    const waiting = await heldUp(context, 'main', delay)
    assert.is(waiting?.reason, 'CreateContainerConfigError')
    assert.match(waiting?.message ?? '', 'give the pod a command')
    assert.is(dataOf(last(context)).phase, 'Pending')
    assert.is(last(context).state, 'TASK_STARTING')
    context.clock.advance(delay)
  }
  context.pods.kill('t-1')
  await state(context, 'TASK_KILLED')
})

test('an init container that would never end is refused', async context => {
  const initContainers = [shell('sleep 1000', { name: 'side', restartPolicy: 'Always' })]
  context.pods.launch(taskOf('t-1', podOf([shell('')], { initContainers })))
  const waiting = await heldUp(context, 'side', 10_000)
  assert.match(waiting?.message ?? '', 'init container "side"')
})

test('a task that carries no pod is an error of the task', context => {
  for (const [index, data] of ['', 'no json', Buffer.from('{"kind":"Pod"}').toString('base64')].entries()) {
    context.pods.launch({ ...taskOf(`t-${index}`, {}), data })
    assert.equal(statesOf(context, `t-${index}`), ['TASK_ERROR'])
    assert.is(last(context).reason, 'REASON_TASK_INVALID')
  }
})

test.run()
