import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { annotation } from '../../../api/annotations.ts'
import { isStatus } from '../../../api/errors.ts'
import { Event, Pod } from '../../../api/kinds/index.ts'
import { failedStarts } from '../../../controllers/executors/index.ts'
import { createManager } from '../../../controllers/runtime/index.ts'
import { tasks } from '../../../controllers/tasks/index.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { memoryClient } from '../../support/memory-client.ts'
import { disconnected, FakeMesos } from '../fake-mesos.ts'

const ref = { namespace: 'default', name: 'p' }

const setUp = async () => {
  const clock = new ManualClock()
  const client = memoryClient({ clock })
  const mesos = new FakeMesos()
  const starts = failedStarts(mesos, clock)
  const { controllers, ready$, orphans$ } = tasks(mesos, disconnected, { starts, launchTimeout: 300_000 })
  const orphans: string[] = []
  orphans$.subscribe(taskId => orphans.push(taskId))
  const ready: string[] = []
  ready$.subscribe(({ state }) => ready.push(state))
  const manager = createManager({ client, logger: silent, clock })
  for (const controller of controllers) manager.add(controller)
  await manager.start()
  /** A pod that has been bound, as the binder does it; answers its task id. */
  const bind = async (name = 'p'): Promise<string> => {
    const pod = await client.create(Pod, {
      metadata: { name, namespace: 'default' },
      spec: { containers: [{ name: 'c', image: 'i' }], terminationGracePeriodSeconds: 7 },
    })
    const taskId = `${pod.metadata.uid}.0`
    await client.bind({
      metadata: {
        name,
        namespace: 'default',
        annotations: {
          [annotation.taskId]: taskId,
          [annotation.agentId]: 'S1',
          [annotation.executorId]: 'ex',
        },
      },
      target: { kind: 'Node', name: 'agent1.local' },
    })
    const known = () => manager.informer(Pod).cache.get(`default/${name}`)?.spec.nodeName
    await eventually('the cache knows the binding', known)
    return taskId
  }
  const phase = async () => (await client.get(Pod, ref)).status?.phase
  const gone = () =>
    client.get(Pod, ref).then(
      () => false,
      error => isStatus(error, 'NotFound'),
    )
  const unbound = () =>
    eventually('it is unbound', async () => {
      const found = await client.get(Pod, ref)
      return found.spec.nodeName === undefined && found
    })
  return { clock, client, mesos, manager, starts, bind, unbound, phase, gone, ready, orphans }
}

const data = (status: Pod['status']) => Buffer.from(JSON.stringify(status)).toString('base64')
const running = { data: data({ phase: 'Running', startTime: '2014-10-17T02:46:00Z' }) }

test('an update is acknowledged only after the API has it', async () => {
  const { client, mesos, manager, bind, phase } = await setUp()
  mesos.subscribe()
  const taskId = await bind()
  mesos.update(taskId, 'TASK_STARTING')
  mesos.update(taskId, 'TASK_RUNNING', running)
  await eventually('both are acknowledged', () => mesos.of('acknowledge').length === 2)
  assert.is(await phase(), 'Running')
  assert.equal(
    mesos.of('acknowledge').map(({ state }) => state),
    ['TASK_STARTING', 'TASK_RUNNING'],
  )
  const written = client.calls.findIndex(({ verb }) => verb === 'updateStatus')
  assert.ok(written >= 0)
  await manager.stop()
})

test('a refused write is not acknowledged, and is tried again', async () => {
  const { clock, client, mesos, manager, bind, phase } = await setUp()
  mesos.subscribe()
  const taskId = await bind()
  // The cache is behind: the write runs into a conflict.
  client.pause()
  await client.update(Pod, {
    ...(await client.get(Pod, ref)),
    metadata: { ...(await client.get(Pod, ref)).metadata, labels: { a: 'b' } },
  })
  mesos.update(taskId, 'TASK_RUNNING', running)
  await eventually('the write was tried', () => client.calls.some(({ verb }) => verb === 'updateStatus'))
  assert.equal(mesos.of('acknowledge'), [])
  client.resume()
  await eventually('it is acknowledged', () => {
    clock.advance(100)
    return mesos.of('acknowledge').length === 1
  })
  assert.is(await phase(), 'Running')
  await manager.stop()
})

test('a pod that is to go has its task killed with its grace, and goes when that is over', async () => {
  const { clock, client, mesos, manager, bind, gone } = await setUp()
  mesos.subscribe()
  const taskId = await bind()
  mesos.update(taskId, 'TASK_RUNNING', running)
  await client.delete(Pod, ref)
  await eventually('a kill', () => mesos.of('kill').length === 1)
  assert.equal(mesos.of('kill'), [{ type: 'kill', taskId, grace: 7 }])
  assert.not.ok(await gone())
  clock.advance(10_000)
  await eventually('a kill that may have been lost is repeated', () => mesos.of('kill').length === 2)
  mesos.update(taskId, 'TASK_KILLED')
  await eventually('it is gone', gone)
  await eventually('the end is acknowledged', () =>
    mesos.of('acknowledge').some(({ state }) => state === 'TASK_KILLED'),
  )
  await manager.stop()
})

test('a pod that is to go and of whose task nothing is known is asked for by a kill', async () => {
  const { client, mesos, manager, bind, gone } = await setUp()
  mesos.subscribe()
  const taskId = await bind()
  await client.delete(Pod, ref)
  await eventually('a kill', () => mesos.of('kill').length === 1)
  mesos.update(taskId, 'TASK_UNKNOWN', { source: 'SOURCE_MASTER' })
  await eventually('it is gone', gone)
  await manager.stop()
})

test('a task that no pod owns is killed when it comes back, and not while it is away', async () => {
  const { mesos, manager } = await setUp()
  mesos.subscribe()
  const keys: string[] = []
  manager.outcomes$.subscribe(({ key }) => keys.push(key))
  for (const state of ['TASK_UNREACHABLE', 'TASK_UNKNOWN'] as const) {
    mesos.update('someone.0', state, { source: 'SOURCE_MASTER' })
    const looks = keys.length
    await eventually(state, () => keys.length > looks)
    assert.equal(mesos.of('kill'), [])
  }
  assert.equal(manager.depths().tasks?.delayed, 0)
  mesos.update('someone.0', 'TASK_RUNNING')
  await eventually('it is killed', () => mesos.of('kill').length === 1)
  await manager.stop()
})

test('a KILL that Mesos answers with a state is not sent again for that', async () => {
  const { clock, client, mesos, manager, bind } = await setUp()
  mesos.subscribe()
  const taskId = await bind()
  const said = { source: 'SOURCE_MASTER', timestamp: clock.now() / 1_000 } as const
  mesos.update(taskId, 'TASK_RUNNING', running)
  await client.delete(Pod, ref)
  await eventually('a kill', () => mesos.of('kill').length === 1)
  for (let answer = 0; answer < 20; answer++) mesos.update(taskId, 'TASK_KILLING', said)
  mesos.update('someone.0', 'TASK_RUNNING', said)
  await eventually('the other one is killed', () =>
    mesos.of('kill').some(kill => kill.taskId === 'someone.0'),
  )
  for (let answer = 0; answer < 20; answer++) mesos.update('someone.0', 'TASK_RUNNING', said)
  await eventually('all is settled', () => manager.depths().tasks?.delayed === 2)
  assert.is(mesos.of('kill').length, 2)
  await client.delete(Pod, ref, { gracePeriodSeconds: 1 })
  await eventually('a shorter grace is told at once', () => mesos.of('kill').some(kill => kill.grace === 1))
  clock.advance(10_000)
  await eventually('and both are repeated', () => mesos.of('kill').length === 5)
  await manager.stop()
})

test('a task that no pod owns is killed, and told of', async () => {
  const { mesos, manager, orphans } = await setUp()
  mesos.subscribe()
  mesos.update('someone.0', 'TASK_RUNNING')
  await eventually('a kill', () => mesos.of('kill').length === 1)
  mesos.update('someone.0', 'TASK_KILLED')
  await eventually('its end is acknowledged', () => mesos.of('acknowledge').length === 2)
  assert.equal(orphans, ['someone.0'])
  await manager.stop()
})

test('a pod that is removed with force leaves no task behind', async () => {
  const { client, mesos, manager, bind } = await setUp()
  mesos.subscribe()
  const taskId = await bind()
  mesos.update(taskId, 'TASK_RUNNING', running)
  await eventually('it runs', () => mesos.of('acknowledge').length === 1)
  await client.delete(Pod, ref, { gracePeriodSeconds: 0 })
  await eventually('a kill', () => mesos.of('kill').some(kill => kill.taskId === taskId))
  await manager.stop()
})

test('a binding whose task Mesos does not know is taken back, and the pod waits anew', async () => {
  const { client, mesos, manager, bind } = await setUp()
  const taskId = await bind()
  mesos.subscribe()
  await eventually('it is asked for', () => mesos.of('reconcile').some(({ tasks }) => tasks.includes(taskId)))
  mesos.update(taskId, 'TASK_GONE', { source: 'SOURCE_MASTER', reason: 'REASON_RECONCILIATION' })
  const pod = await eventually('it is unbound', async () => {
    const found = await client.get(Pod, ref)
    return found.spec.nodeName === undefined && found
  })
  assert.is(pod.metadata.annotations?.[annotation.attempt], '1')
  assert.is(pod.metadata.annotations?.[annotation.taskId], undefined)
  await manager.stop()
})

test('the events of a pod tell what holds its containers up, each time that it is tried', async () => {
  const { client, mesos, manager, bind } = await setUp()
  mesos.subscribe()
  const taskId = await bind()
  const waits = (reason: string, message?: string) =>
    mesos.update(taskId, 'TASK_STARTING', {
      data: data({
        containerStatuses: [
          {
            name: 'c',
            image: 'i',
            imageID: '',
            ready: false,
            restartCount: 0,
            state: { waiting: { reason, message } },
          },
        ],
      }),
    })
  const events = async () =>
    (await client.list(Event)).items.map(({ reason, message, count }) => `${reason} ${message} x${count}`)
  for (const count of [1, 2]) {
    waits('CreateContainerConfigError', 'give the pod a command')
    await eventually('it is told', async () =>
      (await events()).includes(`Failed Error: give the pod a command x${count}`),
    )
    waits('ContainerCreating')
    await eventually('it is tried', async () => {
      const [status] = (await client.get(Pod, ref)).status?.containerStatuses ?? []
      return status?.state?.waiting?.reason === 'ContainerCreating'
    })
  }
  waits('CrashLoopBackOff', 'back-off 10s')
  await eventually('the back-off is told', async () =>
    (await events()).some(event =>
      event.startsWith('BackOff Back-off restarting failed container c in pod p_'),
    ),
  )
  assert.is((await events()).length, 2)
  await manager.stop()
})

const notStarted = {
  source: 'SOURCE_AGENT',
  reason: 'REASON_EXECUTOR_TERMINATED',
  message: 'Executor terminated',
} as const

test('why an executor did not start reaches the status of its pod, and the events', async () => {
  const { clock, client, mesos, manager, starts, bind, unbound } = await setUp()
  let answer = (_: string) => {}
  mesos.sandbox = () => new Promise(resolve => (answer = resolve))
  mesos.subscribe()
  const taskId = await bind()
  mesos.failures$.next({ agent_id: { value: 'S1' }, executor_id: { value: 'ex' }, status: 127 << 8 })
  mesos.update(taskId, 'TASK_FAILED', notStarted)
  await eventually('the agent is spared', () => starts.spares({ agentId: 'S1', executorId: 'ex' }))
  assert.ok((await client.get(Pod, ref)).spec.nodeName, 'nothing is done while the agent is asked')
  answer('sh: 1: exec:\nnode: not found\n')
  const { status } = await eventually('it is unbound', async () => {
    clock.advance(100)
    const found = await client.get(Pod, ref)
    return found.spec.nodeName === undefined && found
  })
  const message =
    'Executor terminated (REASON_EXECUTOR_TERMINATED); the executor ended before it took the pod; its exit code is 127; its stderr ends: sh: 1: exec: | node: not found'
  assert.equal([status?.phase, status?.reason, status?.message], ['Pending', 'ExecutorTerminated', message])
  await eventually('it is told', async () =>
    (await client.list(Event)).items.some(event => event.message === `${message}; the pod is placed anew`),
  )
  assert.ok((await unbound()).metadata.annotations?.[annotation.attempt])
  await manager.stop()
})

test('so does that an agent could not make the sandbox, for which it drops the task', async () => {
  const { clock, client, mesos, manager, bind, unbound } = await setUp()
  mesos.sandbox = async () => ''
  mesos.subscribe()
  const message = "Failed to chown directory to 'x'"
  mesos.update(await bind(), 'TASK_DROPPED', { ...notStarted, message })
  await eventually('the agent has answered', () => {
    clock.advance(100)
    return client.calls.some(({ verb }) => verb === 'unbind')
  })
  const { status } = await unbound()
  assert.is(
    status?.message,
    `${message} (REASON_EXECUTOR_TERMINATED); the executor ended before it took the pod`,
  )
  await manager.stop()
})

test('a pod that waits for its deletion, or that has run, waits for no sandbox', async () => {
  const { client, mesos, manager, bind, gone } = await setUp()
  mesos.subscribe()
  const taskId = await bind()
  await client.delete(Pod, ref)
  mesos.update(taskId, 'TASK_FAILED', notStarted)
  await eventually('it is gone', gone)
  await manager.stop()
})

const staging = { source: 'SOURCE_MASTER', reason: 'REASON_RECONCILIATION' } as const

test('a task that no executor takes in time is killed, and its pod placed anew', async () => {
  const { clock, client, mesos, manager, bind, unbound } = await setUp()
  mesos.sandbox = async () => ''
  mesos.subscribe()
  const taskId = await bind()
  /** By then every earlier event has had its effect. */
  const orphanKilled = async (id: string) => {
    mesos.update(id, 'TASK_RUNNING')
    await eventually('an orphan is killed', () => mesos.of('kill').some(kill => kill.taskId === id))
    return mesos.of('kill').some(kill => kill.taskId === taskId)
  }
  clock.advance(299_000)
  mesos.update(taskId, 'TASK_STAGING', staging)
  assert.not.ok(await orphanKilled('one.0'), 'it has a second left')
  mesos.disconnect()
  clock.advance(60_000)
  mesos.subscribe()
  clock.advance(10_000)
  assert.not.ok(await orphanKilled('two.0'), 'it may have been taken while nobody listened')
  mesos.update(taskId, 'TASK_STAGING', staging)
  await eventually('a kill', () => mesos.of('kill').some(kill => kill.taskId === taskId))
  mesos.update(taskId, 'TASK_KILLED', {
    source: 'SOURCE_AGENT',
    reason: 'REASON_TASK_KILLED_DURING_LAUNCH',
    message: 'Killed before delivery to the executor',
  })
  await eventually('the agent has answered', () => {
    clock.advance(100)
    return client.calls.some(({ verb }) => verb === 'unbind')
  })
  const { status } = await unbound()
  assert.is(status?.reason, 'LaunchTimeout')
  assert.match(status?.message ?? '', 'did not take the pod within 300 s (-launch_timeout)')
  await manager.stop()
})

test('an executor that hangs is ended, unless it has started a pod', async () => {
  const { clock, mesos, manager, bind } = await setUp()
  mesos.subscribe()
  const [hung, other] = [await bind(), await bind('other')]
  mesos.update(other, 'TASK_RUNNING', running)
  mesos.update(hung, 'TASK_STAGING', staging)
  const kills = () => mesos.of('kill').filter(({ taskId }) => taskId === hung).length
  clock.advance(300_000)
  for (let repeated = 1; repeated <= 6; repeated++) {
    await eventually('a kill', () => kills() >= repeated)
    clock.advance(10_000)
  }
  assert.equal(mesos.of('shutdown'), [])
  mesos.update(other, 'TASK_FINISHED', { data: data({ phase: 'Succeeded' }) })
  await eventually('it is ended', () => {
    clock.advance(1_000)
    return mesos.of('shutdown').length > 0
  })
  assert.equal(mesos.of('shutdown')[0], { type: 'shutdown', executorId: 'ex', agentId: 'S1' })
  await manager.stop()
})

test('launches may begin when the tasks before have been asked for', async () => {
  const { mesos, manager, bind, ready } = await setUp()
  const taskId = await bind()
  mesos.subscribe()
  await eventually('ready', () => ready.at(-1) === 'subscribed')
  assert.equal(
    mesos.of('reconcile').map(({ tasks }) => tasks),
    [[], [taskId]],
    'of all that Mesos knows, then by name',
  )
  mesos.disconnect()
  assert.is(ready.at(-1), 'disconnected')
  await manager.stop()
})

test('silent tasks are asked for again with back-off, and a launch that stays silent too', async () => {
  const { clock, mesos, manager, bind } = await setUp()
  const [one, two] = [await bind('one'), await bind('two')]
  mesos.subscribe()
  await eventually('both are asked for', () => mesos.of('reconcile').length === 2)
  mesos.update(one, 'TASK_RUNNING', running)
  await eventually('one has answered', () => mesos.of('acknowledge').length === 1)
  const launched = await bind('launched')
  clock.advance(2_000)
  await eventually('the other is asked for again', () => mesos.of('reconcile').length === 3)
  assert.equal(mesos.of('reconcile').at(-1)?.tasks, [two], 'not the launch that may be under way')
  mesos.update(two, 'TASK_RUNNING', running)
  await eventually('both have answered', () => mesos.of('acknowledge').length === 2)
  await eventually('the launch is asked for', () => {
    clock.advance(1_000)
    return mesos.of('reconcile').length === 4
  })
  assert.equal(mesos.of('reconcile').at(-1)?.tasks, [launched])
  await manager.stop()
})

test('updates of a session that is over are not acknowledged twice', async () => {
  const { mesos, manager, bind, phase } = await setUp()
  const taskId = await bind()
  mesos.subscribe()
  mesos.failure = new Error('no session')
  mesos.update(taskId, 'TASK_RUNNING', running)
  await eventually('it is written', async () => (await phase()) === 'Running')
  mesos.subscribe()
  mesos.update(taskId, 'TASK_RUNNING', running)
  await eventually(
    'the one that Mesos has sent again is acknowledged',
    () => mesos.of('acknowledge').length === 1,
  )
  await manager.stop()
})

test.run()
