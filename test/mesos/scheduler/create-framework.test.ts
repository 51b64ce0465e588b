import * as assert from 'uvu/assert'
import { MalformedMessage } from '../../../mesos/protocol/codec.ts'
import { CallRefused, Unauthorized, Unavailable } from '../../../mesos/protocol/http.ts'
import { jsonCodec } from '../../../mesos/protocol/json-codec.ts'
import type { Offer, SchedulerCall, TaskStatus } from '../../../mesos/protocol/messages.gen.ts'
import { protobufCodec } from '../../../mesos/protocol/protobuf-codec.ts'
import { NotSubscribed } from '../../../mesos/scheduler/framework.ts'
import { eventually } from '../../support/eventually.ts'
import { exchanges, operatorAnswers, recordedBytes } from '../protocol/recordings.ts'
import {
  frameworkSuite,
  offersEvent,
  rejection,
  startFramework,
  startMaster,
  subscribed,
  task,
} from './started-framework.ts'

const test = frameworkSuite('framework')

for (const [folder, codec] of [
  ['scheduler-json', jsonCodec],
  ['scheduler-protobuf', protobufCodec],
] as const) {
  test(`lives through the recorded session ${folder}, byte by byte, until another scheduler takes over`, async context => {
    const master = await startMaster(context, codec)
    const framework = startFramework(context, [master], { codec })
    const events: string[] = []
    framework.offerEvents$.subscribe(({ type, offer }) => events.push(`${type} ${offer.id.value}`))
    const { response } = await master.stream(1)
    for (const byte of recordedBytes(`${folder}/main.recordio`)) response.write(Uint8Array.of(byte))
    response.end()
    await framework.until('superseded')

    const recorded = exchanges(`${folder}/exchange.json`).filter(line => line.stream === 'main')
    const statuses = recorded.flatMap(
      ({ event }) => (event?.update as { status: TaskStatus } | undefined)?.status ?? [],
    )
    assert.equal(
      framework.updates.map(({ status }) => status),
      statuses,
    )
    const offered = recorded.flatMap(
      ({ event }) => (event?.offers as { offers: Offer[] } | undefined)?.offers ?? [],
    )
    assert.ok(offered.length > 5)
    assert.equal(
      events.filter(event => event.startsWith('ADDED')),
      offered.map(({ id }) => `ADDED ${id.value}`),
    )
    // Offers do not outlive the session.
    assert.is(framework.offers.size, 0)
    assert.is(events.length, 2 * offered.length)
    assert.is(framework.saved.length, 1)
  })

  test(`learns from the recorded stream of ${folder} that it was removed`, async context => {
    const master = await startMaster(context, codec)
    const framework = startFramework(context, [master], { codec })
    const { response } = await master.stream(1)
    response.end(recordedBytes(`${folder}/removed.recordio`))
    assert.equal(await framework.until('removed'), {
      state: 'removed',
      reason: 'Framework has been removed',
    })
    assert.instance(await rejection(framework.revive()), NotSubscribed)
  })
}

test('calls as Mesos wants them', async context => {
  const { master, framework } = await subscribed(context)
  await framework.accept(['o-1', 'o-2'], [task('t-1'), task('t-2')], 1.5)
  await framework.decline(['o-3'], 3600)
  await framework.kill('t-1', 'a-1', 2.5)
  await framework.kill('t-2', undefined, undefined)
  await framework.reconcile([])
  await framework.reconcile([{ taskId: 't-1', agentId: 'a-1' }, { taskId: 't-2' }])
  await framework.suppress()
  await framework.revive()
  const framework_id = { value: 'f-1' }
  const wanted: readonly SchedulerCall[] = [
    {
      framework_id,
      type: 'ACCEPT',
      accept: {
        offer_ids: [{ value: 'o-1' }, { value: 'o-2' }],
        operations: [{ type: 'LAUNCH', launch: { task_infos: [task('t-1'), task('t-2')] } }],
        filters: { refuse_seconds: 1.5 },
      },
    },
    {
      framework_id,
      type: 'DECLINE',
      decline: { offer_ids: [{ value: 'o-3' }], filters: { refuse_seconds: 3600 } },
    },
    {
      framework_id,
      type: 'KILL',
      kill: {
        task_id: { value: 't-1' },
        agent_id: { value: 'a-1' },
        kill_policy: { grace_period: { nanoseconds: 2_500_000_000 } },
      },
    },
    { framework_id, type: 'KILL', kill: { task_id: { value: 't-2' } } },
    { framework_id, type: 'RECONCILE', reconcile: { tasks: [] } },
    {
      framework_id,
      type: 'RECONCILE',
      reconcile: {
        tasks: [{ task_id: { value: 't-1' }, agent_id: { value: 'a-1' } }, { task_id: { value: 't-2' } }],
      },
    },
    { framework_id, type: 'SUPPRESS' },
    { framework_id, type: 'REVIVE' },
  ]
  assert.equal(
    master.calls.map(({ call }) => call),
    wanted,
  )
  assert.equal([...new Set(master.calls.map(({ headers }) => headers['mesos-stream-id']))], ['stream-1'])
})

test('offers leave when they are rescinded, and at once when they are used', async context => {
  const { framework, stream } = await subscribed(context)
  stream.send(offersEvent('o-1', 'o-2', 'o-3'))
  await eventually('the offers', () => framework.offers.size === 3)
  stream.send({ type: 'RESCIND', rescind: { offer_id: { value: 'o-1' } } })
  await eventually('the rescinded one is gone', () => !framework.offers.has('o-1'))
  const accepted = framework.accept(['o-2'], [task('t-1')], 0)
  const declined = framework.decline(['o-3'], 5)
  assert.is(framework.offers.size, 0)
  await Promise.all([accepted, declined])
})

test('offers of a call that is refused are open again', async context => {
  const { master, framework, stream } = await subscribed(context)
  stream.send(offersEvent('o-1'))
  await eventually('the offer', () => framework.offers.size === 1)
  master.intercept(response => {
    response.writeHead(400).end('Failed to validate')
    return true
  })
  const error = await rejection(framework.accept(['o-1'], [task('t-1')], 0))
  assert.instance(error, CallRefused)
  assert.match(String(error), /Failed to validate/)
  assert.ok(framework.offers.has('o-1'))
  // What cannot even be written is refused before it leaves.
  const bad = { ...task('t-1'), data: 'not base64' }
  assert.instance(await rejection(framework.accept(['o-1'], [bad], 0)), MalformedMessage)
  assert.ok(framework.offers.has('o-1'))
  assert.is(framework.sessions.at(-1)?.state, 'subscribed')
})

test('only updates with a uuid, and of this session, are acknowledged', async context => {
  const { master, framework, stream } = await subscribed(context)
  const uuid = 'JfdbOQPrQbWp2LjCW/qTtA=='
  const status: TaskStatus = { task_id: { value: 't-1' }, agent_id: { value: 'a-1' }, state: 'TASK_RUNNING' }
  stream.send({ type: 'UPDATE', update: { status } })
  stream.send({ type: 'UPDATE', update: { status: { ...status, uuid } } })
  const [own, owed] = await eventually('both updates', () =>
    framework.updates.length === 2 ? framework.updates : undefined,
  )
  assert.ok(own && owed)
  assert.is(owed.session, 1)
  await framework.acknowledge(own)
  await framework.acknowledge({ ...owed, session: 0 })
  await framework.acknowledge(owed)
  assert.equal(
    master.calls.map(({ call }) => call),
    [
      {
        type: 'ACKNOWLEDGE',
        framework_id: { value: 'f-1' },
        acknowledge: { agent_id: { value: 'a-1' }, task_id: { value: 't-1' }, uuid },
      },
    ],
  )
  stream.response.end()
  await framework.until('disconnected')
  await framework.acknowledge(owed)
  assert.is(master.calls.length, 1)
})

test('agents are asked for as operators do it; who must not ask is told so', async context => {
  const { master, framework } = await subscribed(context)
  const answer = operatorAnswers().find(body => 'get_agents' in body)
  master.intercept((response, _, path) => {
    if (path !== '/api/v1') return false
    response.writeHead(200).end(JSON.stringify(answer))
    return true
  })
  const { agents = [] } = await framework.getAgents()
  assert.equal(
    agents.map(({ agent_info }) => agent_info.hostname),
    ['agent1.local'],
  )

  const refuse = (status: number) => master.intercept(response => Boolean(response.writeHead(status).end()))
  refuse(401)
  assert.instance(await rejection(framework.getAgents()), Unauthorized)
  refuse(404)
  assert.instance(await rejection(framework.getAgents()), CallRefused)
  assert.is(framework.sessions.at(-1)?.state, 'subscribed', 'the session is not concerned')

  let asked = 0
  master.intercept(() => ++asked > 0)
  const slow = rejection(framework.getAgents())
  await eventually('it is asked', () => asked === 1)
  framework.clock.advance(30_000)
  assert.instance(await slow, Unavailable)
  const late = rejection(framework.getAgents())
  await eventually('it is asked again', () => asked === 2)
  await framework.stop()
  assert.instance(await late, NotSubscribed)
})

test('what fails is told', async context => {
  const { framework, stream } = await subscribed(context)
  const failures: unknown[] = []
  framework.failures$.subscribe(failure => failures.push(failure))
  const failure = { agent_id: { value: 'S1' } }
  stream.send({ type: 'FAILURE', failure })
  await eventually('it has come', () => failures.length === 1)
  assert.equal(failures, [failure])
})

test('without a session, calls are rejected', async context => {
  const master = await startMaster(context)
  const framework = startFramework(context, [master])
  assert.instance(await rejection(framework.revive()), NotSubscribed)
  assert.instance(await rejection(framework.accept(['o-1'], [], 0)), NotSubscribed)
  assert.instance(await rejection(framework.teardown()), NotSubscribed)
})

test('a teardown is final', async context => {
  const { master, framework, stream } = await subscribed(context)
  master.intercept((response, call) => {
    if (call.type !== 'TEARDOWN') return false
    // As Mesos does: the stream ends before the call is answered.
    stream.response.end(() => setImmediate(() => response.writeHead(202).end()))
    return true
  })
  await framework.teardown()
  assert.equal(framework.sessions.at(-1), { state: 'removed', reason: 'torn down' })
  assert.is(framework.clock.next, undefined)
})

test('a teardown whose connection breaks is rejected, and the session begins anew', async context => {
  const { master, framework } = await subscribed(context)
  master.intercept(response => {
    response.destroy()
    return true
  })
  assert.instance(await rejection(framework.teardown()), NotSubscribed)
  assert.is(framework.sessions.at(-1)?.state, 'disconnected')
  assert.ok(framework.clock.next !== undefined)
})

test.run()
