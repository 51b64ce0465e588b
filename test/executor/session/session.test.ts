import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openSession, type Session } from '../../../executor/session/session.ts'
import { jsonCodec } from '../../../mesos/protocol/json-codec.ts'
import type { TaskInfo, TaskStatus } from '../../../mesos/protocol/messages.gen.ts'
import { systemClock } from '../../../util/clock.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { podOf, shell } from '../pod-fixture.ts'
import { ScriptedAgent } from '../scripted-agent.ts'

interface Context {
  agent: ScriptedAgent
  session: Session
  launched: TaskInfo[]
  killed: (readonly [string, number | undefined])[]
}

const test = suite<Context>('session')

test.before.each(async context => {
  const agent = new ScriptedAgent()
  await agent.start()
  const launched: TaskInfo[] = []
  const killed: Context['killed'] = []
  const session = openSession({
    config: {
      frameworkId: 'f-1',
      executorId: 'e-1',
      checkpoint: true,
      recoveryTimeout: 60_000,
      subscriptionBackoffMax: 100,
      shutdownGrace: 1000,
      random: () => 0,
    },
    endpoint: {
      url: new URL(`http://${agent.endpoint}/api/v1/executor`),
      codec: jsonCodec,
      callType: 'mesos.v1.executor.Call',
      headers: { authorization: 'Bearer token-1' },
    },
    handler: {
      launch: task => launched.push(task),
      kill: (taskId, grace) => killed.push([taskId, grace]),
      killAll: () => {
        for (const { task_id } of launched) {
          session.report(status(task_id.value, 'TASK_KILLED', `${9 + launched.length}`))
        }
      },
    },
    clock: systemClock,
    log: silent,
  })
  Object.assign(context, { agent, session, launched, killed })
  await eventually('subscribed', () => agent.subscriptions.length === 1)
})

test.after.each(async ({ agent, session }) => {
  session.shutdown('the test ends')
  await session.ended
  await agent.stop()
})

/** uuids are 16 bytes; these end with a number. */
const uuid = (number: string) => Buffer.from(number.padStart(32, '0'), 'hex').toString('base64')

const status = (task: string, state: TaskStatus['state'], number: string): TaskStatus => ({
  task_id: { value: task },
  state,
  uuid: uuid(number),
  source: 'SOURCE_EXECUTOR',
})

const pod = podOf([shell('true')])

test('calls say who they come from, with the token', ({ agent }) => {
  assert.equal(agent.calls[0], {
    executor_id: { value: 'e-1' },
    framework_id: { value: 'f-1' },
    type: 'SUBSCRIBE',
    subscribe: { unacknowledged_tasks: [], unacknowledged_updates: [] },
  })
  assert.is(agent.headers.authorization, 'Bearer token-1')
})

test('launches and kills are handed on', async ({ agent, launched, killed }) => {
  agent.launch('t', pod)
  agent.kill('t', 2)
  agent.kill('t')
  await eventually('both kills', () => killed.length === 2)
  assert.equal(JSON.parse(Buffer.from(launched[0]?.data ?? '', 'base64').toString()), pod)
  assert.equal(killed, [
    ['t', 2000],
    ['t', undefined],
  ])
})

test('many updates arrive in order, each once', async ({ agent, session, launched }) => {
  agent.launch('t', pod)
  await eventually('launched', () => launched.length === 1)
  const numbers = Array.from({ length: 20 }, (_, index) => String(index))
  for (const [index, number] of numbers.entries()) {
    // Alternating states, so that none replaces another.
    session.report(status('t', index % 2 ? 'TASK_RUNNING' : 'TASK_STARTING', number))
  }
  await eventually('all have come', () => agent.updates('t').length >= 20)
  assert.equal(
    agent.updates('t').map(({ uuid }) => uuid),
    numbers.map(uuid),
  )
})

test('an agent that comes back is told all that it has not acknowledged', async context => {
  const { agent, session, launched } = context
  agent.acknowledge = false
  agent.launch('t', pod)
  await eventually('launched', () => launched.length === 1)
  session.report(status('t', 'TASK_STARTING', '1'))
  await eventually('it has come', () => agent.updates('t').length === 1)
  await agent.stop()
  session.report(status('t', 'TASK_RUNNING', '2'))
  await agent.start()
  const again = await eventually('subscribed again', () => agent.subscriptions[1])
  assert.equal(
    again.unacknowledged_tasks?.map(({ task_id }) => task_id.value),
    ['t'],
  )
  assert.equal(
    again.unacknowledged_updates?.map(update => update.status.uuid),
    [uuid('1'), uuid('2')],
  )
  agent.acknowledge = true
  await agent.stop()
  await agent.start()
  await eventually('acknowledged', () => agent.subscriptions.length === 3)
  await agent.stop()
  await agent.start()
  const third = await eventually('and again', () => agent.subscriptions[3])
  assert.equal(third.unacknowledged_tasks, [])
  assert.equal(third.unacknowledged_updates, [])
})

test('an agent that is not ready is asked again', async ({ agent, session, launched }) => {
  await agent.stop()
  agent.refusal = { status: 503, text: 'Agent has not finished recovery' }
  await agent.start()
  await eventually('two tries', () => agent.subscriptions.length >= 3)
  agent.refusal = undefined
  const tries = agent.subscriptions.length
  await eventually('subscribed', () => agent.subscriptions.length > tries)
  agent.launch('t', pod)
  await eventually('launched', () => launched.length === 1)
  session.report(status('t', 'TASK_STARTING', '1'))
  await eventually('the update has come', () => agent.updates('t').length === 1)
})

test('an update that is forbidden leads to a new subscription, one that is malformed is dropped', async context => {
  const { agent, session, launched } = context
  agent.launch('t', pod)
  await eventually('launched', () => launched.length === 1)
  agent.refusal = { status: 403, text: 'Executor is not subscribed' }
  session.report(status('t', 'TASK_STARTING', '1'))
  await eventually('it has come', () => agent.updates('t').length === 1)
  agent.refusal = undefined
  const again = await eventually('subscribed again', () =>
    agent.subscriptions.find(({ unacknowledged_updates: updates }) => updates?.length === 1),
  )
  assert.is(again.unacknowledged_updates?.[0]?.status.uuid, uuid('1'))
  const subscriptions = agent.subscriptions.length
  agent.refusal = { status: 400, text: 'bad uuid' }
  session.report(status('t', 'TASK_RUNNING', '2'))
  await eventually('it has come', () => agent.updates('t').length === 2)
  agent.refusal = undefined
  session.report(status('t', 'TASK_FINISHED', '3'))
  await eventually('the next has come', () => agent.updates('t').length === 3)
  assert.is(agent.subscriptions.length, subscriptions)
})

test('SHUTDOWN: the last update, then the end', async ({ agent, session, launched }) => {
  agent.launch('t', pod)
  await eventually('launched', () => launched.length === 1)
  agent.send({ type: 'SHUTDOWN' })
  assert.equal(await session.ended, { reason: 'Mesos shuts the executor down', failed: false })
  assert.equal(agent.states('t'), ['TASK_KILLED'])
})

test.run()
