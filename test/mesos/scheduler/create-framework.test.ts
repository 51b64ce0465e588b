import type { ServerResponse } from 'node:http'
import { filter, firstValueFrom } from 'rxjs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Codec, MalformedMessage } from '../../../mesos/protocol/codec.ts'
import { CallRefused } from '../../../mesos/protocol/http.ts'
import { jsonCodec } from '../../../mesos/protocol/json-codec.ts'
import type {
  FrameworkInfo,
  Offer,
  SchedulerCall,
  TaskInfo,
  TaskStatus,
} from '../../../mesos/protocol/messages.gen.ts'
import { protobufCodec } from '../../../mesos/protocol/protobuf-codec.ts'
import { encodeRecord } from '../../../mesos/protocol/recordio.ts'
import {
  createFramework,
  type FrameworkOptions,
  type RunningFramework,
} from '../../../mesos/scheduler/create-framework.ts'
import { NotSubscribed, type Session, type TaskUpdate } from '../../../mesos/scheduler/framework.ts'
import { type Logger, silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { exchanges, recordedBytes } from '../protocol/recordings.ts'
import { type ScriptedMaster, scriptedMaster, subscribedEvent } from './scripted-master.ts'

const frameworkInfo: FrameworkInfo = {
  user: 'root',
  name: 'test',
  roles: ['*'],
  capabilities: [{ type: 'MULTI_ROLE' }],
}

interface Context {
  open: { close(): Promise<unknown> }[]
}

const test = suite<Context>('framework', { open: [] })

test.after.each(async context => {
  for (const thing of context.open.splice(0).reverse()) await thing.close()
})

const startMaster = async (context: Context, codec?: Codec): Promise<ScriptedMaster> => {
  const master = await scriptedMaster(codec)
  context.open.push(master)
  return master
}

interface Started extends RunningFramework {
  readonly sessions: readonly Session[]
  readonly updates: readonly TaskUpdate[]
  readonly saved: readonly string[]
  readonly warnings: readonly string[]
  readonly clock: ManualClock
  /** The first session, now or later, in that state. */
  until<S extends Session['state']>(state: S): Promise<Extract<Session, { state: S }>>
}

/** A framework that talks to these masters, started; its time stands still. */
const startFramework = (
  context: Context,
  masters: readonly { host: string }[],
  more: Partial<FrameworkOptions> = {},
): Started => {
  const saved: string[] = []
  const warnings: string[] = []
  const logger: Logger = { ...silent, warn: message => void warnings.push(message) }
  const clock = new ManualClock()
  const framework = createFramework({
    masters: masters.map(({ host }) => host),
    codec: jsonCodec,
    frameworkInfo,
    frameworkId: { load: async () => saved.at(-1), save: async id => void saved.push(id) },
    logger,
    clock,
    ...more,
  })
  const sessions: Session[] = []
  framework.session$.subscribe(session => sessions.push(session))
  const updates: TaskUpdate[] = []
  framework.updates$.subscribe(update => updates.push(update))
  context.open.push({ close: () => framework.stop() })
  framework.start()
  return {
    ...framework,
    sessions,
    updates,
    saved,
    warnings,
    clock,
    until: state =>
      firstValueFrom(
        framework.session$.pipe(
          filter((session): session is Extract<Session, { state: typeof state }> => session.state === state),
        ),
      ),
  }
}

/** A framework in its first session with a master. */
const subscribed = async (context: Context) => {
  const master = await startMaster(context)
  const framework = startFramework(context, [master])
  const stream = await master.stream(1)
  stream.send(subscribedEvent('f-1'))
  await framework.until('subscribed')
  return { master, framework, stream }
}

/** Milliseconds to the next try, once the connection is lost. Back-off is the only timer as short as this. */
const retryDelay = (framework: Started): Promise<number> =>
  eventually('a try is due', () => {
    const { next } = framework.clock
    return next !== undefined && next <= 15_000 ? next : undefined
  })

const retry = async (framework: Started): Promise<void> =>
  framework.clock.advance(await retryDelay(framework))

const offer = (id: string): Offer => ({
  id: { value: id },
  framework_id: { value: 'f-1' },
  agent_id: { value: 'a-1' },
  hostname: 'agent1',
})

const offersEvent = (...ids: string[]) => ({ type: 'OFFERS', offers: { offers: ids.map(offer) } }) as const

const task = (id: string): TaskInfo => ({
  name: id,
  task_id: { value: id },
  agent_id: { value: 'a-1' },
  resources: [{ name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 }, allocation_info: { role: '*' } }],
})

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => assert.unreachable('should have been rejected'),
    error => error,
  )

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

test('the framework id is saved before the session is announced, and before any event is read', async context => {
  const master = await startMaster(context)
  let finish = () => {}
  const saving = new Promise<void>(resolve => {
    finish = resolve
  })
  const asked: string[] = []
  const framework = startFramework(context, [master], {
    frameworkId: {
      load: async () => undefined,
      save: id => {
        asked.push(id)
        return saving
      },
    },
  })
  const stream = await master.stream(1)
  assert.is(stream.subscribe.framework_id, undefined)
  assert.is(stream.subscribe.subscribe?.framework_info.id, undefined)
  stream.send(subscribedEvent('f-1'))
  stream.send(offersEvent('o-1'))
  await eventually('the id is being saved', () => asked.length > 0)
  assert.is(framework.sessions.length, 1)
  assert.is(framework.offers.size, 0)
  finish()
  const { frameworkId } = await framework.until('subscribed')
  assert.is(frameworkId, 'f-1')
  await eventually('the offer', () => framework.offers.has('o-1'))
})

test('subscribes again with its id in both places; offers and the session number are new', async context => {
  const { master, framework, stream } = await subscribed(context)
  stream.send(offersEvent('o-1', 'o-2'))
  await eventually('the offers', () => framework.offers.size === 2)
  stream.response.end()
  await framework.until('disconnected')
  assert.is(framework.offers.size, 0)
  await retry(framework)
  const again = await master.stream(2)
  assert.equal(again.subscribe.framework_id, { value: 'f-1' })
  assert.equal(again.subscribe.subscribe?.framework_info, { ...frameworkInfo, id: { value: 'f-1' } })
  again.send(subscribedEvent('f-1'))
  assert.is((await framework.until('subscribed')).session, 2)
  assert.equal(framework.saved, ['f-1'])
  await framework.revive()
  assert.is(master.calls.at(-1)?.headers['mesos-stream-id'], 'stream-2')
})

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

test('without a session, calls are rejected', async context => {
  const master = await startMaster(context)
  const framework = startFramework(context, [master])
  assert.instance(await rejection(framework.revive()), NotSubscribed)
  assert.instance(await rejection(framework.accept(['o-1'], [], 0)), NotSubscribed)
  assert.instance(await rejection(framework.teardown()), NotSubscribed)
})

test('stop rejects the calls on the way, closes the stream and tears nothing down', async context => {
  const { master, framework, stream } = await subscribed(context)
  let reached = false
  master.intercept(() => {
    reached = true
    return true
  })
  const calls = [framework.revive(), framework.suppress()].map(rejection)
  await eventually('the call arrives', () => reached)
  await framework.stop()
  for (const error of await Promise.all(calls)) assert.instance(error, NotSubscribed)
  await eventually('the stream is closed', () => stream.response.destroyed)
  assert.equal(framework.sessions.at(-1), { state: 'disconnected', reason: 'stopped' })
  assert.equal(master.calls, [])
})

test('a call whose connection breaks is rejected, and the session begins anew', async context => {
  const { master, framework } = await subscribed(context)
  master.intercept(response => {
    response.destroy()
    return true
  })
  assert.instance(await rejection(framework.accept(['o-1'], [task('t-1')], 0)), NotSubscribed)
  assert.is(framework.sessions.at(-1)?.state, 'disconnected')
  master.intercept(() => false)
  await retry(framework)
  await master.stream(2)
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

test('a silent master is left after three intervals', async context => {
  const { master, framework } = await subscribed(context)
  framework.clock.advance(45_000)
  const { reason } = await framework.until('disconnected')
  assert.match(reason, /has sent nothing for 45000 ms/)
  await retry(framework)
  const again = await master.stream(2)
  again.send(subscribedEvent('f-1'))
  await framework.until('subscribed')
})

test('follows the redirect of a master that does not lead, with credentials', async context => {
  const [follower, leader] = [await startMaster(context), await startMaster(context)]
  const seen: (string | undefined)[] = []
  const note = (authorization: string | undefined) => seen.push(authorization)
  follower.intercept(response => {
    note(response.req.headers.authorization)
    response.writeHead(307, { location: `//${leader.host}/master/api/v1/scheduler` }).end()
    return true
  })
  let path = ''
  leader.intercept((response, _, at) => {
    note(response.req.headers.authorization)
    path = at
    return false
  })
  const framework = startFramework(context, [follower], {
    credentials: { principal: 'kubernetes', secret: 'pass' },
  })
  const stream = await leader.stream(1)
  stream.send(subscribedEvent('f-1'))
  assert.is((await framework.until('subscribed')).master, leader.host)
  assert.is(path, '/master/api/v1/scheduler')
  const basic = `Basic ${Buffer.from('kubernetes:pass').toString('base64')}`
  assert.equal(seen, [basic, basic])
  await framework.revive()
  assert.is(leader.calls.length, 1)
})

test('finds the leader among several masters, some of them dead or without a leader', async context => {
  const [dead, leaderless, leader] = [
    await scriptedMaster(),
    await startMaster(context),
    await startMaster(context),
  ]
  await dead.close()
  leaderless.intercept(response => {
    response.writeHead(503).end()
    return true
  })
  const framework = startFramework(context, [dead, leaderless, leader])
  await retry(framework)
  await retry(framework)
  const stream = await leader.stream(1)
  stream.send(subscribedEvent('f-1'))
  await framework.until('subscribed')
})

const heartbeat = encodeRecord(jsonCodec.encode('mesos.v1.scheduler.Event', { type: 'HEARTBEAT' }))
const subscribedRecord = encodeRecord(jsonCodec.encode('mesos.v1.scheduler.Event', subscribedEvent('f-1')))

const faults: readonly (readonly [string, (response: ServerResponse) => void, RegExp, Codec?])[] = [
  ['503', response => response.writeHead(503).end(), /no leading master answers/],
  ['401', response => response.writeHead(401).end(), /check principal and secret/],
  ['400', response => response.writeHead(400).end('Role x is invalid'), /the master refuses our call/],
  ['a web page', response => response.end('<html>'), /not the event stream of a Mesos master/],
  ['an endless length', response => response.end('9'.repeat(30)), /not the event stream/],
  ['a broken connection', response => response.destroy(), /no leading master answers/],
  [
    'a record cut in the middle',
    response => response.end(subscribedRecord.subarray(0, 40)),
    /not the event stream/,
  ],
  [
    'garbage in the middle of a session',
    response => response.end(Buffer.concat([subscribedRecord, heartbeat, Buffer.from('x')])),
    /not the event stream/,
  ],
  ['an event that is none', response => response.end('4\n[[]]'), /not a message of the Mesos v1 API/],
  [
    'a truncated protobuf',
    response => {
      const event = protobufCodec.encode('mesos.v1.scheduler.Event', subscribedEvent('f-1'))
      response.end(encodeRecord(event.subarray(0, -3)))
    },
    /not a message of the Mesos v1 API/,
    protobufCodec,
  ],
]

for (const [fault, answer, warning, codec = jsonCodec] of faults) {
  test(`survives ${fault}: logged once, tried again ever slower, then healed`, async context => {
    const master = await startMaster(context, codec)
    let tries = 0
    master.intercept(response => {
      tries++
      answer(response)
      return true
    })
    const framework = startFramework(context, [master], { codec })
    const delays: number[] = []
    for (let attempt = 1; attempt <= 3; attempt++) {
      await eventually(`try ${attempt}`, () => tries === attempt)
      delays.push(await retryDelay(framework))
      if (attempt === 3) master.intercept(() => false)
      framework.clock.advance(framework.clock.next ?? 0)
    }
    const [first = 0, second = 0, third = 0] = delays
    assert.ok(first < second && second < third, String(delays))
    const stream = await master.stream(1)
    stream.send(subscribedEvent('f-1'))
    await framework.until('subscribed')
    assert.is(framework.warnings.length, 1)
    assert.match(framework.warnings[0] ?? '', warning)
  })
}

test.run()
