import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { MalformedMessage } from '../../../mesos/protocol/codec.ts'
import {
  CallRefused,
  callSender,
  type Endpoint,
  NotLeading,
  openStream,
  Unauthorized,
  Unavailable,
} from '../../../mesos/protocol/http.ts'
import { jsonCodec } from '../../../mesos/protocol/json-codec.ts'
import type { SchedulerCall, SchedulerEvent } from '../../../mesos/protocol/messages.gen.ts'
import { protobufCodec } from '../../../mesos/protocol/protobuf-codec.ts'
import { MalformedRecord } from '../../../mesos/protocol/recordio.ts'
import { exchanges, recordedBytes } from './recordings.ts'
import { type Answer, type ScriptedServer, scriptedServer } from './scripted-server.ts'

const callType = 'mesos.v1.scheduler.Call'
const eventType = 'mesos.v1.scheduler.Event'
const subscribe: SchedulerCall = {
  type: 'SUBSCRIBE',
  subscribe: { framework_info: { user: 'root', name: 'f' } },
}

const test = suite<{ servers: ScriptedServer[] }>('http', { servers: [] })

test.after.each(async context => {
  for (const server of context.servers.splice(0)) await server.close()
})

const serve = async (context: { servers: ScriptedServer[] }, answer: Answer): Promise<ScriptedServer> => {
  const server = await scriptedServer(answer)
  context.servers.push(server)
  return server
}

const endpoint = (server: ScriptedServer, codec = jsonCodec): Endpoint<typeof callType> => ({
  url: new URL(`http://${server.host}/api/v1/scheduler`),
  codec,
  callType,
  headers: { authorization: 'Basic eA==' },
})

const never = (): AbortSignal => new AbortController().signal

const open = (to: Endpoint<typeof callType>, signal = never()) => openStream(to, subscribe, eventType, signal)

const failure = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => assert.unreachable('should have failed'),
    error => error,
  )

const read = async (events: AsyncIterable<SchedulerEvent>, into: SchedulerEvent[] = []) => {
  for await (const event of events) into.push(event)
  return into
}

for (const [folder, codec] of [
  ['scheduler-json', jsonCodec],
  ['scheduler-protobuf', protobufCodec],
] as const) {
  test(`reads the recorded stream of ${folder}, sent in odd pieces`, async context => {
    const bytes = recordedBytes(`${folder}/main.recordio`)
    const server = await serve(context, response => {
      response.writeHead(200, { 'mesos-stream-id': 's-1', 'content-type': codec.contentType })
      for (let at = 0; at < bytes.length; at += 97) response.write(bytes.subarray(at, at + 97))
      response.end()
    })
    const stream = await open(endpoint(server, codec))
    assert.is(stream.streamId, 's-1')
    const recorded = exchanges(`${folder}/exchange.json`)
      .filter(line => line.stream === 'main' && line.event)
      .map(line => line.event)
    assert.equal(await read(stream.events), recorded)
    const [request] = server.received
    assert.is(request?.path, '/api/v1/scheduler')
    assert.is(request?.headers['content-type'], codec.contentType)
    assert.is(request?.headers.accept, codec.contentType)
    assert.is(request?.headers.authorization, 'Basic eA==')
    assert.equal(codec.decode(callType, request?.body ?? Buffer.of()), subscribe)
  })
}

test('each refusal is an error of its own', async context => {
  const cases = [
    [503, {}, 'No leader', Unavailable, /answers 503: No leader/],
    [400, {}, "The stream ID 'x' didn't match", CallRefused, /answers 400: The stream ID/],
    [404, {}, '', CallRefused, /answers 404$/],
    [401, { 'www-authenticate': 'Basic' }, '', Unauthorized, /answers 401/],
    [403, {}, 'Not authorized', Unauthorized, /Not authorized/],
    [307, { location: '//10.1.1.1:5050/master/api/v1/scheduler' }, '', NotLeading, /10\.1\.1\.1:5050 leads/],
  ] as const
  for (const [status, headers, body, type, message] of cases) {
    const server = await serve(context, response => response.writeHead(status, headers).end(body))
    for (const attempt of [open(endpoint(server)), callSender(endpoint(server), never()).send(subscribe)]) {
      const error = await failure(attempt)
      assert.instance(error, type)
      assert.match((error as Error).message, message)
      if (error instanceof NotLeading) {
        assert.is(error.leader.href, 'http://10.1.1.1:5050/master/api/v1/scheduler')
      }
    }
  }
})

test('nobody listening is Unavailable', async context => {
  const server = await serve(context, response => response.end())
  await server.close()
  context.servers.length = 0
  const error = await failure(open(endpoint(server)))
  assert.instance(error, Unavailable)
  assert.match(String((error as Error).cause), /ECONNREFUSED/)
})

const streamOf =
  (bytes: string, end: (response: Parameters<Answer>[0]) => void): Answer =>
  response => {
    response.writeHead(200)
    response.write(bytes, () => end(response))
  }

const heartbeat = '20\n{"type":"HEARTBEAT"}'

test('a stream that breaks its format fails after the good events', async context => {
  const cases = [
    [`${heartbeat}x`, MalformedRecord],
    [`${heartbeat}50\n{"type":`, MalformedRecord],
    [`${heartbeat}8\n{"type":`, MalformedMessage],
  ] as const
  for (const [bytes, type] of cases) {
    const server = await serve(
      context,
      streamOf(bytes, response => response.end()),
    )
    const seen: SchedulerEvent[] = []
    const error = await failure(read((await open(endpoint(server))).events, seen))
    assert.instance(error, type)
    assert.equal(seen, [{ type: 'HEARTBEAT' }])
  }
})

test('a broken connection is Unavailable, not the end of the stream', async context => {
  const server = await serve(
    context,
    streamOf(heartbeat, response => response.destroy()),
  )
  const { events } = await open(endpoint(server))
  assert.instance(await failure(read(events)), Unavailable)
})

test('aborting a silent stream fails with the reason', async context => {
  const server = await serve(
    context,
    streamOf(heartbeat, () => {}),
  )
  const controller = new AbortController()
  const { events } = await open(endpoint(server), controller.signal)
  const reason = new Error('no heartbeat')
  const iterator = events[Symbol.asyncIterator]()
  assert.equal((await iterator.next()).value, { type: 'HEARTBEAT' })
  const next = iterator.next()
  controller.abort(reason)
  assert.is(await failure(next), reason)
})

test('leaving the loop closes the connection', async context => {
  let closed = () => {}
  const gone = new Promise<void>(resolve => {
    closed = resolve
  })
  const server = await serve(context, response => {
    response.on('close', closed)
    response.writeHead(200).write(heartbeat)
  })
  for await (const event of (await open(endpoint(server))).events) {
    assert.is(event.type, 'HEARTBEAT')
    break
  }
  await gone
})

const decline = (id: string): SchedulerCall => ({ type: 'DECLINE', decline: { offer_ids: [{ value: id }] } })

const declines = Array.from({ length: 50 }, (_, index) => decline(`o-${index}`))

const bodiesOf = (server: ScriptedServer): SchedulerCall[] =>
  server.received.map(({ body }) => jsonCodec.decode(callType, body))

test('calls arrive in their order, on one connection, none after the answer to the one before', async context => {
  const unanswered: Parameters<Answer>[0][] = []
  const server = await serve(context, response => {
    unanswered.push(response)
    if (unanswered.length < declines.length) return
    for (const each of unanswered) each.writeHead(202).end()
  })
  const { send } = callSender(endpoint(server), never())
  await Promise.all(declines.map(send))
  assert.equal(bodiesOf(server), declines)
  assert.is(new Set(server.received.map(({ connection }) => connection)).size, 1)
})

test('what a server that closes the connection has not handled goes out again, in order', async () => {
  const handled: SchedulerCall[] = []
  const perConnection = 7
  const server = createServer(socket => {
    let text = ''
    let count = 0
    socket.setEncoding('latin1').on('data', chunk => {
      text += chunk
      for (;;) {
        const [head, length] = /^POST [\s\S]*?content-length: (\d+)\r\n\r\n/i.exec(text) ?? []
        if (head === undefined || text.length < head.length + Number(length)) return
        if (count++ === perConnection) return socket.end()
        handled.push(JSON.parse(text.slice(head.length, head.length + Number(length))))
        text = text.slice(head.length + Number(length))
        const last = count === perConnection ? 'Connection: close\r\n' : ''
        socket.write(`HTTP/1.1 202 Accepted\r\n${last}Content-Length: 0\r\n\r\n`)
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/scheduler`)
  const session = new AbortController()
  const { send } = callSender({ url, codec: jsonCodec, callType }, session.signal)
  await Promise.all(declines.map(send))
  assert.equal(handled, declines)
  session.abort()
  server.close()
})

test('a connection that breaks fails all calls without an answer', async context => {
  const server = await serve(context, (response, { body }) => {
    if (body.includes('"o-0"')) response.writeHead(202).end()
    else response.destroy()
  })
  const { send } = callSender(endpoint(server), never())
  const [first, ...others] = await Promise.allSettled(declines.map(send))
  assert.is(first?.status, 'fulfilled')
  for (const each of others) assert.instance(each.status === 'rejected' && each.reason, Unavailable)
  await send(decline('o-0'))
})

test('the signal fails the calls on the way and those that wait', async context => {
  const server = await serve(context, () => {})
  const controller = new AbortController()
  const { send } = callSender(endpoint(server), controller.signal)
  const reason = new Error('session lost')
  const calls = ['a', 'b', 'c'].map(id => failure(send(decline(id))))
  controller.abort(reason)
  assert.equal(await Promise.all(calls), [reason, reason, reason])
  assert.is(await failure(send(decline('late'))), reason)
  assert.ok(server.received.length <= 1)
})

test('a refused call does not stop the next one', async context => {
  let count = 0
  const server = await serve(context, response => {
    response.writeHead(++count === 1 ? 400 : 202).end(count === 1 ? 'no' : undefined)
  })
  const { send } = callSender(endpoint(server), never())
  const [first, second] = await Promise.allSettled([send(decline('a')), send(decline('b'))])
  assert.is(first?.status, 'rejected')
  assert.is(second?.status, 'fulfilled')
})

test.run()
