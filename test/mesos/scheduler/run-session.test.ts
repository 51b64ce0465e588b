import type { ServerResponse } from 'node:http'
import * as assert from 'uvu/assert'
import type { Codec } from '../../../mesos/protocol/codec.ts'
import { jsonCodec } from '../../../mesos/protocol/json-codec.ts'
import { protobufCodec } from '../../../mesos/protocol/protobuf-codec.ts'
import { encodeRecord } from '../../../mesos/protocol/recordio.ts'
import { NotSubscribed } from '../../../mesos/scheduler/framework.ts'
import { eventually } from '../../support/eventually.ts'
import { scriptedMaster, subscribedEvent } from './scripted-master.ts'
import {
  frameworkInfo,
  frameworkSuite,
  offersEvent,
  rejection,
  retry,
  retryDelay,
  startFramework,
  startMaster,
  subscribed,
  task,
} from './started-framework.ts'

const test = frameworkSuite('running session')

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
