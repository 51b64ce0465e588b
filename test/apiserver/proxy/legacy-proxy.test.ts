import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../running-server.ts'

const { url, stop } = await startServer()
const behind = createServer(({ method, url }, outgoing) => void outgoing.end(`${method} ${url}`))
behind.listen(0, '127.0.0.1')
await once(behind, 'listening')
const { port } = behind.address() as AddressInfo
test.after(async () => {
  await stop()
  behind.close()
  behind.closeAllConnections()
})

const base = `${url}/api/v1beta1`

const post = async (plural: string, body: object): Promise<void> => {
  const answer = await fetch(`${base}/${plural}`, { method: 'POST', body: JSON.stringify(body) })
  assert.is(answer.status, 200, await answer.text())
}

const get = async (path: string, method = 'GET') => {
  const answer = await fetch(base + path, { method, redirect: 'manual' })
  return [answer.status, await answer.text()] as const
}

const messageOf = ([status, text]: readonly [number, string]) => [status, JSON.parse(text).message]

await post('endpoints', { id: 'web', namespace: 'team', endpoints: [`127.0.0.1:${port}`] })
await post('endpoints', { id: 'none', endpoints: [] })
await post('minions', { id: 'host', hostIP: '127.0.0.1' })

test('services and minions are met through the server, in their namespace', async () => {
  assert.equal(await get('/proxy/services/web/a/b?x=1&namespace=team'), [200, 'GET /a/b?x=1&namespace=team'])
  assert.equal(await get('/proxy/services/web/?namespace=team', 'DELETE'), [200, 'DELETE /?namespace=team'])
  for (const plural of ['minions', 'nodes']) {
    assert.equal(await get(`/proxy/${plural}/host:${port}/stats`), [200, 'GET /stats'], plural)
  }
})

test('what is not there is told in the words of 2014', async () => {
  assert.equal(messageOf(await get('/proxy/services/web/')), [404, 'endpoints "web" not found'])
  assert.equal(messageOf(await get('/proxy/minions/absent/')), [404, 'minion "absent" not found'])
  assert.equal(messageOf(await get('/proxy/services/none/')), [
    503,
    'no endpoints available for service "none"',
  ])
  assert.is((await get('/proxy/things/web/'))[0], 404)
})

test('a redirect tells where to go', async () => {
  const location = async (path: string) => {
    const answer = await fetch(base + path, { redirect: 'manual' })
    return [answer.status, answer.headers.get('location')]
  }
  assert.equal(await location('/redirect/services/web?namespace=team'), [307, `127.0.0.1:${port}`])
  assert.equal(await location('/redirect/minions/host'), [307, '127.0.0.1:10250'])
  assert.is((await get('/redirect/services/absent'))[0], 404)
})

test('operations are over when they are answered', async () => {
  const list = { kind: 'ServerOpList', creationTimestamp: null, apiVersion: 'v1beta1', items: [] }
  assert.equal(await get('/operations'), [200, `${JSON.stringify(list)}\n`])
  assert.equal(await get('/operations/1'), [404, 'Not Found: "/api/v1beta1/operations/1"'])
})

test.run()
