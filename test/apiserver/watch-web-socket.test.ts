import { once } from 'node:events'
import { IncomingMessage } from 'node:http'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Pod } from '../../api/kinds/index.ts'
import { eventually } from '../support/eventually.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { podNamed, type RunningServer, startServer } from './running-server.ts'
import { openWebSocket, type WebSocketClient } from './web-socket.ts'

const pods = '/api/v1/namespaces/default/pods'

const withServer = (what: string, run: (running: RunningServer, clock: ManualClock) => Promise<void>): void =>
  test(what, async () => {
    const clock = new ManualClock()
    const running = await startServer({ clock })
    try {
      await run(running, clock)
    } finally {
      await running.stop()
    }
  })

const open = async (url: string): Promise<WebSocketClient> => {
  const client = await openWebSocket(url)
  if (client instanceof IncomingMessage) throw new Error(`it was refused: ${client.statusCode}`)
  return client
}

const told = (messages: readonly string[]): string[] =>
  messages
    .map(text => JSON.parse(text))
    .map(({ type, object }) => `${type} ${object.metadata?.name ?? object.reason ?? ''}`.trim())

const watchers = async ({ url }: RunningServer): Promise<number> => {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^apiserver_watchers\{resource="pods"\} (\d+)/m.exec(metrics)?.[1])
}

withServer('each event is a message, whatever its size', async ({ url, http }) => {
  const watch = await open(`${url}${pods}?watch=1`)
  const pod = await http.create(Pod, podNamed('a'))
  for (const size of [200, 100_000]) {
    const annotations = { text: 'x'.repeat(size) }
    await http.update(Pod, { ...pod, metadata: { ...pod.metadata, resourceVersion: '', annotations } })
  }
  const messages = await watch.has(3)
  assert.equal(told(messages), ['ADDED a', 'MODIFIED a', 'MODIFIED a'])
  const { object } = JSON.parse(messages[2] ?? '')
  assert.equal(object, JSON.parse(await (await fetch(`${url}${pods}/a`)).text()))
  watch.socket.destroy()
})

withServer('the older path, and many objects at once', async ({ url, http }) => {
  for (const name of ['a', 'b', 'c']) await http.create(Pod, podNamed(name))
  const watch = await open(`${url}/api/v1/watch/pods`)
  assert.equal(told(await watch.has(3)), ['ADDED a', 'ADDED b', 'ADDED c'])
  watch.socket.destroy()
})

withServer('a ping is answered, a farewell too', async running => {
  const watch = await open(`${running.url}${pods}?watch=1`)
  watch.send(0x1, Buffer.from('words that nobody hears'))
  watch.send(0x9, Buffer.from('hello'))
  await eventually('the pong', () => watch.controls.length === 1)
  assert.equal(watch.controls[0], { opcode: 0xa, payload: Buffer.from('hello') })
  assert.is(await watchers(running), 1)
  watch.send(0x8, Buffer.from([0x03, 0xe8]))
  await once(watch.socket, 'close')
  assert.equal(watch.controls[1], { opcode: 0x8, payload: Buffer.from([0x03, 0xe8]) })
  await eventually('no watch is left', async () => (await watchers(running)) === 0)
})

withServer('a client that goes away frees its watch, and so does one that talks nonsense', async running => {
  const gone = await open(`${running.url}${pods}?watch=1`)
  const wild = await open(`${running.url}${pods}?watch=1`)
  assert.is(await watchers(running), 2)
  gone.socket.destroy()
  wild.raw(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
  await once(wild.socket, 'close')
  assert.equal(wild.controls, [{ opcode: 0x8, payload: Buffer.from([0x03, 0xea]) }])
  await eventually('no watch is left', async () => (await watchers(running)) === 0)
})

withServer(
  'bookmarks, the end of its time, and the end of the server',
  async ({ url, http, server }, clock) => {
    await http.create(Pod, podNamed('a'))
    const short = await open(`${url}${pods}?watch=1&allowWatchBookmarks=1&timeoutSeconds=30`)
    const long = await open(`${url}${pods}?watch=1`)
    await short.has(1)
    await long.has(1)
    clock.advance(30_000)
    await once(short.socket, 'close')
    assert.equal(told(short.messages), ['ADDED a', 'BOOKMARK'])
    assert.is(short.controls[0]?.opcode, 0x8)
    const closed = once(long.socket, 'close')
    await server.close()
    await closed
    assert.equal(told(long.messages), ['ADDED a'])
  },
)

withServer('what cannot be watched is refused in HTTP', async ({ url, http }) => {
  for (const [path, status] of [
    ['/api/v1/nothing?watch=1', 404],
    [`${pods}?watch=1&resourceVersion=999999999`, 504],
    [`${pods}?watch=1&labelSelector=!!`, 400],
  ] as const) {
    const answer = await openWebSocket(url + path)
    assert.instance(answer, IncomingMessage)
    if (answer instanceof IncomingMessage) assert.is(answer.statusCode, status, path)
  }
  await http.create(Pod, podNamed('a'))
  const plain = await openWebSocket(`${url}${pods}/a`, { upgrade: 'h2c' })
  assert.ok(plain instanceof IncomingMessage && plain.statusCode === 200)
})

test.run()
