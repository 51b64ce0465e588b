import type { ServerResponse } from 'node:http'
import type { Codec } from '../../../mesos/protocol/codec.ts'
import { jsonCodec } from '../../../mesos/protocol/json-codec.ts'
import type { SchedulerCall, SchedulerEvent } from '../../../mesos/protocol/messages.gen.ts'
import { encodeRecord } from '../../../mesos/protocol/recordio.ts'
import { eventually } from '../../support/eventually.ts'
import { type Received, scriptedServer } from '../protocol/scripted-server.ts'

interface Call {
  readonly call: SchedulerCall
  readonly headers: Received['headers']
}

/** One subscription, from the side of the master. */
export interface MasterStream {
  readonly response: ServerResponse
  readonly subscribe: SchedulerCall
  send(event: SchedulerEvent): void
}

export interface ScriptedMaster {
  readonly host: string
  /** All calls but SUBSCRIBE. */
  readonly calls: readonly Call[]
  readonly streams: readonly MasterStream[]
  /** The n-th subscription, counted from 1, when it has come. */
  stream(n: number): Promise<MasterStream>
  /** The calls of `type`, when there are `count`. */
  callsOf(type: NonNullable<SchedulerCall['type']>, count?: number): Promise<readonly SchedulerCall[]>
  /** Answers the next requests otherwise, until it answers false. */
  intercept(answer: (response: ServerResponse, call: SchedulerCall, path: string) => boolean): void
  reset(): void
  close(): Promise<void>
}

export const subscribedEvent = (frameworkId: string, heartbeatSeconds = 15): SchedulerEvent => ({
  type: 'SUBSCRIBED',
  subscribed: { framework_id: { value: frameworkId }, heartbeat_interval_seconds: heartbeatSeconds },
})

/** A master that only says what the test tells it to say. */
export const scriptedMaster = async (codec: Codec = jsonCodec): Promise<ScriptedMaster> => {
  const calls: Call[] = []
  const streams: MasterStream[] = []
  let intercepted = (_response: ServerResponse, _call: SchedulerCall, _path: string): boolean => false
  const server = await scriptedServer((response, { body, headers, path }) => {
    const call = codec.decode('mesos.v1.scheduler.Call', body)
    if (intercepted(response, call, path)) return
    if (call.type !== 'SUBSCRIBE') {
      calls.push({ call, headers })
      response.writeHead(202).end()
      return
    }
    response.writeHead(200, { 'mesos-stream-id': `stream-${streams.length + 1}` })
    response.flushHeaders()
    streams.push({
      response,
      subscribe: call,
      send: event => {
        response.write(encodeRecord(codec.encode('mesos.v1.scheduler.Event', event)))
      },
    })
  })
  return {
    host: server.host,
    calls,
    streams,
    stream: n => eventually(`subscription ${n}`, () => streams[n - 1]),
    async callsOf(type, count = 1) {
      const wanted = () => calls.map(({ call }) => call).filter(call => call.type === type)
      await eventually(`${count} ${type}`, () => wanted().length >= count)
      return wanted()
    },
    intercept(answer) {
      intercepted = answer
    },
    reset: server.reset,
    close: server.close,
  }
}
