import { spawnSync } from 'node:child_process'
import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Codec, MalformedMessage } from '../../../mesos/protocol/codec.ts'
import { jsonCodec } from '../../../mesos/protocol/json-codec.ts'
import type {
  ExecutorCall,
  ExecutorEvent,
  SchedulerCall,
  SchedulerEvent,
} from '../../../mesos/protocol/messages.gen.ts'
import { protobufCodec } from '../../../mesos/protocol/protobuf-codec.ts'
import { messageOf } from './message-arbitrary.ts'
import { exchanges, operatorAnswers, recordedBytes, recordsOf } from './recordings.ts'

const codecs: readonly Codec[] = [jsonCodec, protobufCodec]
const schedulerEvent = 'mesos.v1.scheduler.Event'
const schedulerCall = 'mesos.v1.scheduler.Call'

const streams = [
  ['scheduler-json', 'main', jsonCodec],
  ['scheduler-json', 'takeover', jsonCodec],
  ['scheduler-json', 'removed', jsonCodec],
  ['scheduler-protobuf', 'main', protobufCodec],
  ['scheduler-protobuf', 'takeover', protobufCodec],
  ['scheduler-protobuf', 'removed', protobufCodec],
  ['executor', 'main', jsonCodec],
] as const

for (const [folder, stream, codec] of streams) {
  test(`decodes every event of ${folder}/${stream} as it was recorded`, () => {
    const recorded = exchanges(`${folder}/exchange.json`)
      .filter(line => line.stream === stream && line.event)
      .map(line => line.event)
    const decoded = recordsOf(recordedBytes(`${folder}/${stream}.recordio`)).map(record =>
      codec.decode(schedulerEvent, record),
    )
    assert.ok(decoded.length > 0)
    assert.equal(decoded, recorded)
  })
}
for (const stream of ['main', 'takeover', 'removed']) {
  test(`writes the bytes of scheduler-protobuf/${stream} as Mesos does`, () => {
    for (const record of recordsOf(recordedBytes(`scheduler-protobuf/${stream}.recordio`))) {
      const again = protobufCodec.encode(schedulerEvent, protobufCodec.decode(schedulerEvent, record))
      assert.is(Buffer.compare(again, record), 0)
    }
  })
}

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

/** Protobuf has no empty list: it is the same as none. */
const withoutEmptyLists = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(withoutEmptyLists)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([, item]) => !(Array.isArray(item) && item.length === 0))
            .map(([key, item]) => [key, withoutEmptyLists(item)]),
        )
      : value

/** Recorded calls that Mesos took; the recorder's own bad ones were refused with 400. */
const acceptedCalls = ['scheduler-json', 'scheduler-protobuf', 'executor', 'agent-lost']
  .flatMap(folder => exchanges(`${folder}/exchange.json`))
  .filter(line => line.call && line.status !== 400)
  .map(line => line.call as SchedulerCall)

const executorSide = exchanges('executor/executor-side.json')

test('every recorded call goes through both codecs unchanged', () => {
  assert.ok(acceptedCalls.length > 50)
  for (const call of acceptedCalls) {
    assert.equal(jsonCodec.decode(schedulerCall, jsonCodec.encode(schedulerCall, call)), call)
    assert.equal(
      protobufCodec.decode(schedulerCall, protobufCodec.encode(schedulerCall, call)),
      withoutEmptyLists(call),
    )
  }
})

test('every recorded call and event of an executor goes through both codecs unchanged', () => {
  const calls = executorSide.map(line => line.call ?? line.subscribe).filter(call => call !== undefined)
  const events = executorSide.map(line => line.event).filter(event => event !== undefined)
  assert.ok(calls.length > 5 && events.length > 5)
  for (const codec of codecs) {
    for (const recorded of calls) {
      // The recorder logged what it sent without the ids that every call carries.
      const call = { framework_id: { value: 'f' }, executor_id: { value: 'e' }, ...recorded } as ExecutorCall
      const type = 'mesos.v1.executor.Call'
      assert.equal(
        withoutEmptyLists(codec.decode(type, codec.encode(type, call))),
        withoutEmptyLists(call),
        `${codec.contentType} ${JSON.stringify(recorded)}`,
      )
    }
    for (const event of events) {
      const type = 'mesos.v1.executor.Event'
      assert.equal(
        withoutEmptyLists(codec.decode(type, codec.encode(type, event as ExecutorEvent))),
        withoutEmptyLists(event),
      )
    }
  }
})

test('every recorded answer of the operator API goes through both codecs unchanged', () => {
  const type = 'mesos.v1.master.Response'
  const answers = operatorAnswers()
  assert.ok(answers.length > 3)
  for (const recorded of answers) {
    // Masters write AgentInfo.checkpoint, which the protocol no longer names.
    const text = JSON.stringify(recorded, (key, value: unknown) =>
      key === 'agent_info' && typeof value === 'object' ? { ...value, checkpoint: undefined } : value,
    )
    const answer = JSON.parse(text)
    const response = jsonCodec.decode(type, json(recorded))
    assert.equal(response, answer)
    assert.equal(protobufCodec.decode(type, protobufCodec.encode(type, response)), withoutEmptyLists(answer))
  }
})

test('any message is the same after a trip through either codec', () => {
  for (const type of [schedulerEvent, schedulerCall, 'mesos.v1.executor.Call'] as const) {
    fc.assert(
      fc.property(messageOf(type), message => {
        for (const codec of codecs) {
          assert.equal(codec.decode(type, codec.encode(type, message as never)), message, codec.contentType)
        }
      }),
      { numRuns: 100 },
    )
  }
})

test('any bytes are a message or MalformedMessage', () => {
  const records = recordsOf(recordedBytes('scheduler-protobuf/main.recordio'))
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    // A real record, cut or with one byte changed, gets deeper into the decoder than noise does.
    fc
      .tuple(fc.constantFrom(...records), fc.nat(), fc.nat(255), fc.boolean())
      .map(([record, at, byte, cut]) =>
        cut
          ? record.subarray(0, at % record.length)
          : Uint8Array.from(record).fill(byte, at % record.length, (at % record.length) + 1),
      ),
  )
  fc.assert(
    fc.property(anyBytes, bytes => {
      for (const codec of codecs) {
        try {
          codec.decode(schedulerEvent, bytes)
        } catch (error) {
          assert.instance(error, MalformedMessage)
        }
      }
    }),
    { numRuns: 500 },
  )
})

test('garbage is MalformedMessage and says where', () => {
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [Buffer.from('{"type":'), /not JSON/],
    [Buffer.from([0x22, 0xff, 0x22]), /not JSON/],
    [json([]), /Event: object expected/],
    [json({ type: 7.5 }), /Event\.type: mesos\.v1\.scheduler\.Event\.Type expected, not 7\.5/],
    [json({ type: 'OFFERS', offers: 5 }), /Event\.offers: object expected, not 5/],
    [json({ offers: { offers: {} } }), /Event\.offers\.offers: array expected/],
    [json({ error: {} }), /Event\.error\.message is required/],
    [json({ update: { status: { task_id: { value: 1 } } } }), /task_id\.value: string expected, not 1/],
    [json({ failure: { status: 2 ** 31 } }), /failure\.status: int32 expected/],
  ]
  for (const [bytes, message] of cases) {
    assert.throws(
      () => jsonCodec.decode(schedulerEvent, bytes),
      (error: unknown) => error instanceof MalformedMessage && message.test(error.message),
      String(message),
    )
  }
})

test('nothing is sent that the type does not allow', () => {
  const wrong: readonly object[] = [
    { type: 'LAUNCH' },
    { type: 'KILL', kil: {} },
    { type: 'KILL', kill: { kill_policy: {} } },
    { type: 'ACKNOWLEDGE', acknowledge: { agent_id: { value: 'a' }, task_id: { value: 't' }, uuid: '?' } },
    { type: 'DECLINE', decline: { filters: { refuse_seconds: Number.NaN } } },
  ]
  for (const codec of codecs) {
    for (const message of wrong) {
      assert.throws(
        () => codec.encode(schedulerCall, message as SchedulerCall),
        (error: unknown) => error instanceof MalformedMessage,
        JSON.stringify(message),
      )
    }
  }
})

test('a newer Mesos does not break us: unknown fields and enum values', () => {
  const status = {
    task_id: { value: 't' },
    state: 'TASK_TELEPORTED',
    reason: 'REASON_NEW',
    source: 'SOURCE_MASTER',
  }
  assert.equal(jsonCodec.decode(schedulerEvent, json({ type: 'TELEPORT', x: 1, update: { status } })), {
    type: 'UNKNOWN',
    update: { status: { task_id: { value: 't' }, state: 'TASK_STAGING', source: 'SOURCE_MASTER' } },
  })
  // Event{ type: 99, update: { status: { task_id: 't', state: 99, reason: 999 } }, field 200: 1 }
  const wire = Buffer.from([
    0x08, 99, 0x2a, 0x0c, 0x0a, 0x0a, 0x0a, 0x03, 0x0a, 0x01, 0x74, 0x10, 99, 0x50, 0xe7, 0x07, 0xc0, 0x0c, 1,
  ])
  const decoded = protobufCodec.decode(schedulerEvent, wire)
  assert.is(decoded.type, 'UNKNOWN')
  assert.is(decoded.update?.status?.state, 'TASK_STAGING')
  assert.is(decoded.update?.status?.reason, undefined)
})

test('64-bit integers are numbers in both', () => {
  const call: SchedulerCall = {
    type: 'KILL',
    kill: { task_id: { value: 't' }, kill_policy: { grace_period: { nanoseconds: 2 ** 53 - 1 } } },
  }
  for (const codec of codecs) {
    assert.equal(codec.decode(schedulerCall, codec.encode(schedulerCall, call)), call)
  }
  const asString = {
    type: 'KILL',
    kill: { task_id: { value: 't' }, kill_policy: { grace_period: { nanoseconds: '5000000000' } } },
  }
  assert.is(
    jsonCodec.decode(schedulerCall, json(asString)).kill?.kill_policy?.grace_period?.nanoseconds,
    5_000_000_000,
  )
})

test('the largest 64-bit integers, which a number rounds up, stay the largest', () => {
  const call = (nanoseconds: number): SchedulerCall => ({
    kill: { task_id: { value: 't' }, kill_policy: { grace_period: { nanoseconds } } },
  })
  const offers = (begin: number, end: number): SchedulerEvent => {
    const ranges = { range: [{ begin, end }] }
    const resources = [{ name: 'ports', type: 'RANGES', ranges }] as const
    const ids = { id: { value: 'o' }, framework_id: { value: 'f' }, agent_id: { value: 'a' } }
    return { offers: { offers: [{ ...ids, hostname: 'h', resources }] } }
  }
  for (const codec of codecs) {
    for (const nanoseconds of [-(2 ** 63), -(2 ** 53), -1, 2 ** 62, 2 ** 63]) {
      const again = codec.decode(schedulerCall, codec.encode(schedulerCall, call(nanoseconds)))
      assert.equal(again, call(nanoseconds), codec.contentType)
    }
    for (const end of [2 ** 32, 2 ** 63, 2 ** 64]) {
      const again = codec.decode(schedulerEvent, codec.encode(schedulerEvent, offers(0, end)))
      assert.equal(again, offers(0, end), codec.contentType)
    }
    assert.throws(() => codec.encode(schedulerCall, call(2 ** 64)), /nanoseconds: int64 expected/)
  }
})

test('JSON users do not load protobufjs', () => {
  const loaded = (codec: string): boolean => {
    const source = `
      import { createRequire } from 'node:module'
      await import(${JSON.stringify(new URL(`../../../mesos/protocol/${codec}.ts`, import.meta.url))})
      const { cache } = createRequire('/')
      console.log(Object.keys(cache).some(path => path.includes('protobufjs')))`
    const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
      encoding: 'utf8',
    })
    assert.is(child.status, 0, child.stderr)
    return child.stdout.trim() === 'true'
  }
  assert.is(loaded('json-codec'), false)
  assert.is(loaded('protobuf-codec'), true)
})

test.run()
