import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ManualClock } from '../support/manual-clock.ts'
import { startServer } from './running-server.ts'

const clock = new ManualClock()
const { server, stop } = await startServer({ clock })
test.after(stop)
const { port } = await server.listen({ address: '127.0.0.1', port: 0, readsOnly: true })
const url = `http://127.0.0.1:${port}`

const statusOf = async (path: string, init?: RequestInit) => {
  const answer = await fetch(url + path, init)
  return [answer.status, ((await answer.json()) as { reason?: string }).reason]
}

test('reads are answered', async () => {
  for (const path of ['/api/v1/namespaces/default', '/api/v1beta1/pods', '/version']) {
    assert.is((await statusOf(path))[0], 200, path)
  }
  assert.is((await fetch(`${url}/healthz`, { method: 'HEAD' })).status, 200)
})

test('nothing is written, and nobody is led on, however the path is written', async () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    assert.equal(await statusOf('/api/v1beta1/pods', { method }), [403, 'Forbidden'], method)
  }
  for (const path of [
    '/api/v1/namespaces/default/services/web/proxy/',
    '/api/v1/namespaces/default/services/web/%70roxy/x',
    '/api/v1/nodes/host/proxy/',
    '/api/v1beta1/proxy/minions/host/',
  ]) {
    assert.is((await statusOf(path))[0], 403, path)
  }
  const socket = connect(port, '127.0.0.1')
  socket.write(
    'GET /api/v1/pods?watch=1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n',
  )
  socket.write('Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n\r\n')
  assert.match(await text(socket), /^HTTP\/1\.1 403 /)
})

test('reads beyond the burst wait their turn', async () => {
  clock.advance(60_000)
  const codes = await Promise.all(Array.from({ length: 210 }, async () => (await statusOf('/version'))[0]))
  assert.is(codes.filter(code => code === 200).length, 200)
  assert.equal(await statusOf('/version'), [429, 'TooManyRequests'])
  clock.advance(1_000)
  const later = await Promise.all(Array.from({ length: 11 }, async () => (await statusOf('/version'))[0]))
  assert.is(later.filter(code => code === 200).length, 10)
})

test.run()
