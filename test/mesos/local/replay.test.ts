// Makes the calls of the recorded sessions again and compares what a real Mesos answered. Left out, since this Mesos
// runs custom executors only: what the command tasks (t-finishes, t-fails, t-killed) and the task group (g-a, g-b)
// do; their offers are accepted without tasks instead.
import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startLocalMesos } from '../../../mesos/local/index.ts'
import type { Codec } from '../../../mesos/protocol/codec.ts'
import { jsonCodec } from '../../../mesos/protocol/json-codec.ts'
import type { Offer, SchedulerCall, SchedulerEvent } from '../../../mesos/protocol/messages.gen.ts'
import { protobufCodec } from '../../../mesos/protocol/protobuf-codec.ts'
import { recordDecoder } from '../../../mesos/protocol/recordio.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { tempDir } from '../../support/temp.ts'

type Entry =
  | {
      readonly call: SchedulerCall
      readonly status: number
      readonly headers: Record<string, string>
      readonly body?: string
    }
  | { readonly stream: string; readonly event: SchedulerEvent }
  | { readonly stream: string; readonly end: true }

const read = (name: string): readonly Entry[] =>
  JSON.parse(readFileSync(`test/fixtures/mesos/${name}/exchange.json`, 'utf8'))

/** The same tree with types instead of values. */
const shape = (value: unknown): unknown => {
  if (Array.isArray(value)) return [...new Set(value.map(item => JSON.stringify(shape(item))))].sort()
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, shape(item)]),
  )
}

interface Stream {
  readonly events: SchedulerEvent[]
  ended: boolean
}

/** Launches what is left out here. */
const isLeftOut = ({ accept }: SchedulerCall): boolean =>
  (accept?.operations ?? []).some(
    ({ type, launch }) =>
      type === 'LAUNCH_GROUP' || launch?.task_infos?.some(({ task_id }) => task_id.value === 't-finishes'),
  )

/** A status without its time, its resources in one order. */
const comparable = (event: SchedulerEvent): unknown => {
  const { timestamp, message, ...status } = event.update?.status ?? {}
  const said = message?.replace(/(?<=available ).*/, list => list.split('; ').sort().join('; '))
  return { ...status, timestamp: typeof timestamp, message: said }
}

const isSame = (a: unknown, b: unknown): boolean => {
  try {
    assert.equal(a, b)
    return true
  } catch {
    return false
  }
}

const replay = async (masterUrl: string, recording: readonly Entry[], codec: Codec): Promise<void> => {
  const ids = new Map<string, string>()
  const recordedOffers = new Map<string, Offer>()
  const streams = new Map<string, Stream>()
  const names = recording.flatMap(entry => ('event' in entry && entry.event.subscribed ? [entry.stream] : []))
  const streamNames = [...new Set([...names, 'removed'])]
  let streamId = ''

  const opened = () => [...streams.values()]
  const events = () => opened().flatMap(stream => stream.events)
  const offers = () => events().flatMap(event => event.offers?.offers ?? [])

  const map = <T>(value: T): T => {
    let text = JSON.stringify(value)
    // The longest first: one id may begin another.
    for (const [from, to] of [...ids].sort(([a], [b]) => b.length - a.length))
      text = text.replaceAll(from, to)
    return JSON.parse(text)
  }

  const listen = async (response: Response): Promise<void> => {
    const stream: Stream = { events: [], ended: false }
    streams.set(streamNames[streams.size] ?? '', stream)
    const decoder = recordDecoder({ maxBytes: 1e7 })
    for await (const chunk of response.body ?? []) {
      for (const record of decoder.push(chunk)) {
        stream.events.push(codec.decode('mesos.v1.scheduler.Event', record))
      }
    }
    stream.ended = true
  }

  /** Our open offer for a recorded one: the newest of the same agent that no recorded offer stands for yet. */
  const mapOffers = async (call: SchedulerCall): Promise<void> => {
    for (const { value } of call.accept?.offer_ids ?? call.decline?.offer_ids ?? []) {
      if (ids.has(value)) continue
      const agent = map(recordedOffers.get(value)?.agent_id.value)
      const taken = new Set(ids.values())
      const ours = await eventually(`an offer for ${value}`, () =>
        offers().findLast(({ id, agent_id }) => agent_id.value === agent && !taken.has(id.value)),
      )
      ids.set(value, ours.id.value)
    }
  }

  const post = (call: SchedulerCall, more: Record<string, string>): Promise<Response> =>
    fetch(`${masterUrl}/api/v1/scheduler`, {
      method: 'POST',
      headers: { 'content-type': codec.contentType, accept: codec.contentType, ...more },
      body: Buffer.from(codec.encode('mesos.v1.scheduler.Call', call)),
    })

  const send = async (recorded: SchedulerCall, expected: Extract<Entry, { call: SchedulerCall }>) => {
    await mapOffers(recorded)
    const mapped = map(recorded)
    const call = isLeftOut(recorded) ? { ...mapped, accept: { ...mapped.accept, operations: [] } } : mapped
    const wrong = /stream ID '([^']+)'/.exec(expected.body ?? '')?.[1]
    const header = call.type === 'SUBSCRIBE' ? undefined : (wrong ?? streamId)
    const response = await post(call, header === undefined ? {} : { 'mesos-stream-id': header })
    assert.is(response.status, expected.status, `${call.type}`)
    for (const name of Object.keys(expected.headers)) {
      // fetch hides the hop's own headers.
      if (name !== 'transfer-encoding') assert.ok(response.headers.has(name), `${call.type} has ${name}`)
    }
    const type = expected.headers['content-type']
    if (type) assert.is(response.headers.get('content-type'), type)
    if (response.status === 200) {
      const before = streams.size
      streamId = response.headers.get('mesos-stream-id') ?? ''
      listen(response).catch(() => {})
      await eventually('a stream', () => streams.size > before)
    } else {
      assert.is(await response.text(), map(expected.body))
    }
  }

  /** What later calls refer to. */
  const learn = async (name: string, { subscribed, offers: recorded, ...event }: SchedulerEvent) => {
    const stream = await eventually(`stream ${name}`, () => streams.get(name))
    if (subscribed) {
      const ours = await eventually('SUBSCRIBED', () => stream.events.find(other => other.subscribed))
      ids.set(subscribed.framework_id.value, ours.subscribed?.framework_id.value ?? '')
      assert.equal(shape(ours), shape({ ...event, subscribed }))
    }
    for (const offer of recorded?.offers ?? []) recordedOffers.set(offer.id.value, offer)
    await expectOffers(recorded?.offers ?? [])
  }

  const expectEvent = async (name: string, event: SchedulerEvent): Promise<void> => {
    const fromMaster = event.update?.status.source === 'SOURCE_MASTER'
    if (!fromMaster && event.type !== 'ERROR' && event.type !== 'HEARTBEAT') return
    const wanted = comparable(map(event))
    await eventually(`${JSON.stringify(event)} in ${name}`, () =>
      streams
        .get(name)
        ?.events.some(
          ours =>
            ours.type === event.type && isSame(ours.error, event.error) && isSame(comparable(ours), wanted),
        ),
    )
  }

  /** The first offers are whole agents and must be the same; later ones depend on the tasks that are left out. */
  const expectOffers = async (wanted: readonly Offer[]): Promise<void> => {
    const first = ![...ids.keys()].some(id => /-S\d+$/.test(id))
    for (const offer of first ? wanted : []) {
      const ours = await eventually(`an offer of ${offer.hostname}`, () =>
        offers().find(({ hostname }) => hostname === offer.hostname),
      )
      ids.set(offer.agent_id.value, ours.agent_id.value)
      assert.equal(shape(ours), shape(offer))
      const byName = (list: Offer['resources'] = []) => [...list].sort((a, b) => (a.name < b.name ? -1 : 1))
      assert.equal(byName(ours.resources), byName(offer.resources))
      assert.equal(ours.attributes, offer.attributes)
    }
  }

  for (const entry of recording) {
    if ('call' in entry) await send(entry.call, entry)
    else if ('event' in entry) await learn(entry.stream, entry.event)
  }
  // At the end: some answers were recorded just before their calls.
  for (const entry of recording) {
    if ('call' in entry) continue
    if ('event' in entry) await expectEvent(entry.stream, entry.event)
    else await eventually(`the end of ${entry.stream}`, () => streams.get(entry.stream)?.ended)
  }
}

for (const [name, codec] of [
  ['scheduler-json', jsonCodec],
  ['scheduler-protobuf', protobufCodec],
] as const) {
  test(`${name}: the calls of the recorded session have the recorded answers`, async () => {
    const mesos = await startLocalMesos({
      workDir: tempDir('mesos'),
      agents: 2,
      resources: 'cpus:8;mem:8192;disk:20000;ports:[31000-32000]',
      attributes: agent => `rack:r${agent};zone:z${agent}`,
      logger: silent,
    })
    try {
      await replay(mesos.masterUrl, read(name), codec)
    } finally {
      await mesos.close()
    }
  })
}

test.run()
