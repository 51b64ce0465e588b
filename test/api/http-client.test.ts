import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isStatus, StatusError } from '../../api/errors.ts'
import { HttpClient } from '../../api/http-client.ts'
import { Namespace, Pod } from '../../api/kinds/index.ts'
import { freePort } from '../support/etcd.ts'
import { eventually } from '../support/eventually.ts'
import { type Exchange, exchanges, recorded } from './recordings.ts'

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void

interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

const seen: Seen[] = []
let handler: Handler = () => {}

const server = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  seen.push({
    method: request.method,
    url: request.url,
    headers: request.headers,
    body: body ? JSON.parse(body) : undefined,
  })
  handler(request, response, body)
})

let client: HttpClient

test.before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  client = new HttpClient({ baseUrl: `http://127.0.0.1:${port}/`, headers: { 'user-agent': 'test' } })
})

test.after(() => {
  server.closeAllConnections()
  server.close()
})

test.before.each(() => {
  seen.length = 0
})

/** Answers as it was recorded. */
const play = ({ response: { status, body } }: Exchange): void => {
  handler = (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
}

/** Sends the chunks one by one, each when the one before is out, and ends. */
const stream = (...chunks: (string | Uint8Array)[]): void => {
  handler = async (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    for (const chunk of chunks) {
      await new Promise(resolve => response.write(chunk, resolve))
      await new Promise(resolve => setImmediate(resolve))
    }
    response.end()
  }
}

const failureOf = async (promise: Promise<unknown>): Promise<StatusError> => {
  try {
    await promise
  } catch (error) {
    assert.ok(error instanceof StatusError)
    return error
  }
  throw new Error('nothing failed')
}

const t1 = { namespace: 'default', name: 't1' }

test('get answers the recorded object, frozen', async () => {
  const exchange = recorded('GET', '/api/v1/namespaces/default/pods/t1', 1)
  play(exchange)
  const pod = await client.get(Pod, t1)
  assert.equal(pod, exchange.response.body)
  assert.ok(Object.isFrozen(pod.spec.containers[0]?.resources))
  assert.is(seen[0]?.url, '/api/v1/namespaces/default/pods/t1')
  assert.is(seen[0]?.headers['user-agent'], 'test')
})

test('objects of the cluster have no namespace in their path', async () => {
  play(recorded('POST', '/api/v1/namespaces'))
  assert.is((await client.create(Namespace, { metadata: { name: 'gone' } })).metadata.name, 'gone')
  await client.get(Namespace, { namespace: '', name: 'gone' })
  play(recorded('GET', '/api/v1/namespaces/default/pods?limit=2&labelSelector=list%3Dy'))
  await client.list(Namespace)
  assert.equal(
    seen.map(each => each.url),
    ['/api/v1/namespaces', '/api/v1/namespaces/gone', '/api/v1/namespaces'],
  )
})

test('list passes selectors and paging on', async () => {
  const path = '/api/v1/namespaces/default/pods?limit=2&labelSelector=list%3Dy'
  play(recorded('GET', path))
  const page = await client.list(Pod, { namespace: 'default', limit: 2, labelSelector: 'list=y' })
  assert.is(seen[0]?.url, path)
  assert.is(page.items.length, 2)
  assert.ok(page.metadata.continue)
  // The server says it of the list alone.
  assert.equal(
    page.items.map(({ apiVersion, kind }) => [apiVersion, kind]),
    [
      ['v1', 'Pod'],
      ['v1', 'Pod'],
    ],
  )
  assert.ok(Object.isFrozen(page.items[0]))
  await client.list(Pod)
  assert.is(seen[1]?.url, '/api/v1/pods')
})

test('create fills in kind and namespace', async () => {
  const exchange = recorded('POST', '/api/v1/namespaces/default/pods')
  play(exchange)
  const { spec } = exchange.request.body as Pod
  await client.create(Pod, { metadata: { name: 't1', labels: { a: 'b' } }, spec })
  assert.equal(seen[0]?.body, exchange.request.body)
  assert.is(seen[0]?.url, exchange.request.path)
})

test('update and updateStatus are PUTs', async () => {
  const exchange = recorded('PUT', '/api/v1/namespaces/default/pods/t1')
  play(exchange)
  const pod = exchange.response.body as unknown as Pod
  await client.update(Pod, pod)
  await client.updateStatus(Pod, pod)
  assert.equal(
    seen.map(each => `${each.method} ${each.url}`),
    ['PUT /api/v1/namespaces/default/pods/t1', 'PUT /api/v1/namespaces/default/pods/t1/status'],
  )
})

test('delete sends its options', async () => {
  play(recorded('DELETE', '/api/v1/namespaces/default/pods/t1'))
  const pod = await client.delete(Pod, t1, { gracePeriodSeconds: 30, preconditions: { uid: 'u' } })
  assert.ok(pod.metadata.deletionTimestamp)
  assert.equal(seen[0]?.body, {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    gracePeriodSeconds: 30,
    preconditions: { uid: 'u' },
  })
})

test('bind and unbind go to the binding of the pod', async () => {
  const exchange = recorded('POST', '/api/v1/namespaces/default/pods/t1/binding')
  play(exchange)
  await client.bind({ metadata: { name: 't1' }, target: { kind: 'Node', name: 'node-a' } })
  assert.equal(seen[0]?.body, exchange.request.body)
  assert.is(`${seen[1]?.method} ${seen[1]?.url}`, 'GET /api/v1/namespaces/default/pods/t1')
  await client.unbind(t1, { uid: 'u', resourceVersion: '7' })
  assert.is(`${seen[2]?.method} ${seen[2]?.url}`, 'DELETE /api/v1/namespaces/default/pods/t1/binding')
  assert.equal(seen[2]?.body, {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    preconditions: { uid: 'u', resourceVersion: '7' },
  })
})

test('an eviction goes to its pod', async () => {
  play(recorded('POST', '/api/v1/namespaces/default/pods/t1/binding'))
  await client.evict(t1, { preconditions: { uid: 'u' } })
  assert.is(`${seen[0]?.method} ${seen[0]?.url}`, 'POST /api/v1/namespaces/default/pods/t1/eviction')
  assert.equal(seen[0]?.body, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: 't1', namespace: 'default' },
    deleteOptions: { preconditions: { uid: 'u' } },
  })
})

test('every recorded refusal comes out as its StatusError', async () => {
  const refusals = exchanges.filter(
    ({ response: { status, body } }) => status >= 400 && body.kind === 'Status',
  )
  assert.ok(refusals.length > 20)
  for (const exchange of refusals) {
    play(exchange)
    const error = await failureOf(client.get(Pod, t1))
    const { reason, code, message } = exchange.response.body
    assert.equal([error.reason, error.code, error.message], [reason, code, message])
  }
})

test('an answer that is no Status is told as it is', async () => {
  handler = (_, response) => void response.writeHead(502).end('Bad Gateway\n')
  const error = await failureOf(client.get(Pod, t1))
  assert.equal([error.reason, error.code, error.message], ['ServiceUnavailable', 502, 'Bad Gateway'])
})

test('a success that is no JSON is a ServiceUnavailable', async () => {
  handler = (_, response) => void response.end('<html>')
  assert.is((await failureOf(client.get(Pod, t1))).reason, 'ServiceUnavailable')
})

test('a server that is not there is a ServiceUnavailable that says where and what to do', async () => {
  const baseUrl = `http://127.0.0.1:${await freePort()}`
  const error = await failureOf(new HttpClient({ baseUrl }).get(Pod, t1))
  assert.is(error.reason, 'ServiceUnavailable')
  assert.match(error.message, baseUrl)
  assert.match(error.message, 'ECONNREFUSED')
  assert.match(error.message, 'check the address')
  assert.instance(error.cause, Error)
})

interface Watch {
  readonly path: string
  readonly events: { type: string; object: object }[]
}
const watches: Record<string, Watch> = JSON.parse(
  readFileSync('test/fixtures/kubernetes/transcripts/watches.json', 'utf8'),
)

const watchRecorded = (): Watch => {
  const watch = watches.bookmarks
  assert.ok(watch)
  return watch
}

test('watch emits the recorded events, frozen, and completes when the server ends', async () => {
  const { events } = watchRecorded()
  stream(...events.map(event => `${JSON.stringify(event)}\n`))
  const watch$ = client.watch(Pod, {
    namespace: 'default',
    resourceVersion: '111',
    allowWatchBookmarks: true,
  })
  const got = await lastValueFrom(watch$.pipe(toArray()))
  assert.equal(got, events)
  assert.ok(got.every(event => Object.isFrozen(event.object.metadata)))
  assert.is(seen[0]?.url, '/api/v1/namespaces/default/pods?watch=1&resourceVersion=111&allowWatchBookmarks=1')
})

test('chunks may end anywhere, also inside a character', async () => {
  const event = {
    type: 'ADDED',
    object: { kind: 'Pod', metadata: { name: 'p', labels: { a: 'zażółć 😀' } } },
  }
  const bytes = Buffer.from(`${JSON.stringify(event)}\n\n${JSON.stringify(event)}\n`)
  for (const size of [1, 3, 7]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    )
    stream(...chunks)
    assert.equal(await lastValueFrom(client.watch(Pod).pipe(toArray())), [event, event])
  }
})

test('an ERROR event ends the watch with Expired', async () => {
  const status = { kind: 'Status', status: 'Failure', message: 'too old', reason: 'Expired', code: 410 }
  const [event] = watchRecorded().events
  stream(`${JSON.stringify(event)}\n${JSON.stringify({ type: 'ERROR', object: status })}\n`)
  const got: unknown[] = []
  const error = await new Promise(resolve => {
    client.watch(Pod).subscribe({ next: each => got.push(each), error: resolve })
  })
  assert.equal(got, [event])
  assert.ok(isStatus(error, 'Expired'))
  assert.is(error.message, 'too old')
})

test('a watch that is refused fails with the Status', async () => {
  play(recorded('GET', '/api/v1/namespaces/default/pods?fieldSelector=spec.foo%3Dx'))
  const error = await failureOf(lastValueFrom(client.watch(Pod, { fieldSelector: 'spec.foo=x' })))
  assert.is(error.message, 'field label not supported: spec.foo')
})

test('a connection that breaks is a ServiceUnavailable', async () => {
  const line = `${JSON.stringify(watchRecorded().events[0])}\n`
  handler = (_, response) => void response.write(`${line}{"type":`, () => response.destroy())
  assert.is((await failureOf(lastValueFrom(client.watch(Pod)))).reason, 'ServiceUnavailable')
})

test('a stream that ends within a line is a ServiceUnavailable', async () => {
  stream('{"type":"ADDED"')
  assert.is((await failureOf(lastValueFrom(client.watch(Pod)))).reason, 'ServiceUnavailable')
})

test('unsubscribing closes the connection, and tells nobody', async () => {
  let closed = false
  handler = (_, response) => {
    response.on('close', () => (closed = true))
    response.write(`${JSON.stringify(watchRecorded().events[0])}\n`)
  }
  await firstValueFrom(client.watch(Pod))
  await eventually('the server sees the connection close', () => closed)
})

test.run()
