import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isStatus } from '../../../api/errors.ts'
import { EndpointSlice, Endpoints, Node, Pod, Service } from '../../../api/kinds/index.ts'
import { checkTarget, parseNamed } from '../../../apiserver/proxy/target.ts'
import { freePort } from '../../support/etcd.ts'
import { eventually } from '../../support/eventually.ts'
import { testKeyPair } from '../../support/key-pair.ts'
import { podNamed, startServer } from '../running-server.ts'

const { http, url, stop } = await startServer()
const ends: (() => unknown)[] = [stop]
test.after(async () => {
  for (const end of ends.reverse()) await end()
})

/** A server behind the proxy; its port. */
const behind = async (listener: RequestListener, server = createServer(listener)): Promise<number> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

/** A service with one endpoint. */
const serve = async (name: string, port: number, portName = ''): Promise<string> => {
  const named = portName && { name: portName }
  await http.create(Service, {
    metadata: { name, namespace: 'default' },
    spec: { ports: [{ port: 80, ...named }] },
  })
  await http.create(Endpoints, {
    metadata: { name, namespace: 'default' },
    subsets: [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ port, ...named }] }],
  })
  return `/api/v1/namespaces/default/services/${name}/proxy`
}

/** Answers what it was asked. */
const mirror: RequestListener = async (incoming, outgoing) => {
  const { method, url, headers } = incoming
  outgoing.setHeader('access-control-allow-origin', '*')
  outgoing.setHeader('connection', 'x-secret')
  outgoing.setHeader('x-secret', 'of this connection')
  outgoing.setHeader('x-told', 'yes')
  outgoing.end(JSON.stringify({ method, url, headers, body: await text(incoming) }))
}

const mirrorPort = await behind(mirror)
const mirrored = await serve('mirror', mirrorPort)

interface Mirrored {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
}

const statusOf = async (path: string) => {
  const answer = await fetch(url + path)
  return [answer.status, ((await answer.json()) as { message: string }).message]
}

test('a request comes through with its path, query, body and headers, but not its credentials', async () => {
  const answer = await fetch(`${url}${mirrored}/a%2Fb/%C3%BC?x=%20y&z`, {
    method: 'PUT',
    headers: { authorization: 'Bearer secret', 'x-mine': 'yes' },
    body: 'a body',
  })
  const { method, url: asked, headers, body } = (await answer.json()) as Mirrored
  assert.equal([method, body], ['PUT', 'a body'])
  assert.is(asked, '/a%2Fb/%C3%BC?x=%20y&z')
  assert.equal([headers.authorization, headers['x-mine']], [undefined, 'yes'])
  assert.is(headers['x-forwarded-for'], '127.0.0.1')
  assert.is(headers['x-forwarded-proto'], 'http')
  assert.is(headers['x-forwarded-uri'], `${mirrored}/a%2Fb/%C3%BC`)
  assert.is(`http://${headers['x-forwarded-host']}`, url)
  assert.equal(
    [
      answer.headers.get('x-told'),
      answer.headers.get('x-secret'),
      answer.headers.get('access-control-allow-origin'),
    ],
    ['yes', null, null],
  )
})

test('a URL that names its host is cut like any other', async () => {
  const { hostname, port } = new URL(url)
  const asked = request({ hostname, port, path: `${url}${mirrored}/there?x` })
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  assert.is((JSON.parse(await text(answer)) as Mirrored).url, '/there?x')
})

test('all methods, and bodies that are larger than any object', async () => {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const answer = await fetch(`${url}${mirrored}/`, { method })
    assert.is(((await answer.json()) as Mirrored).method, method)
  }
  const head = await fetch(`${url}${mirrored}/`, { method: 'HEAD' })
  assert.equal([head.status, head.headers.get('x-told'), await head.text()], [200, 'yes', ''])
  const body = 'x'.repeat(8 * 1024 * 1024)
  const answer = await fetch(`${url}${mirrored}/`, { method: 'POST', body })
  assert.is(((await answer.json()) as Mirrored).body.length, body.length)
})

test('the body of a DELETE in chunks stays a body', async () => {
  const asked = request(`${url}${mirrored}/`, {
    method: 'DELETE',
    headers: { 'transfer-encoding': 'chunked' },
  })
  asked.write('GET /smuggled HTTP/1.1\r\n')
  asked.end('\r\n')
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  const { body } = JSON.parse(await text(answer)) as Mirrored
  assert.is(body, 'GET /smuggled HTTP/1.1\r\n\r\n')
})

test('an answer comes as it is written, and a client that leaves ends the request behind', async () => {
  let left = false
  const port = await behind((incoming, outgoing) => {
    incoming.resume()
    outgoing.on('close', () => {
      left = true
    })
    outgoing.write('first')
  })
  const path = await serve('slow', port)
  const leave = new AbortController()
  const answer = await fetch(`${url}${path}/`, { signal: leave.signal })
  const { value } = (await answer.body?.getReader().read()) ?? {}
  assert.is(Buffer.from(value ?? []).toString(), 'first')
  assert.not.ok(left)
  leave.abort()
  await eventually('the request behind has ended', () => left)
})

test('a client that leaves before there is an answer ends the request behind', async () => {
  let asked = false
  let left = false
  const port = await behind((incoming, outgoing) => {
    asked = true
    incoming.resume()
    outgoing.on('close', () => {
      left = true
    })
  })
  const path = await serve('silent', port)
  const leave = new AbortController()
  const answer = fetch(`${url}${path}/`, { signal: leave.signal }).catch(error => error.name)
  await eventually('it is asked', () => asked)
  leave.abort()
  assert.is(await answer, 'AbortError')
  await eventually('the request behind has ended', () => left)
})

test('a server that breaks off breaks the answer', async () => {
  const port = await behind((_, outgoing) => {
    outgoing.writeHead(200, { 'content-length': 100 })
    outgoing.write('some', () => outgoing.destroy())
  })
  const path = await serve('broken', port)
  const answer = await fetch(`${url}${path}/`)
  assert.is(answer.status, 200)
  assert.is(await answer.text().catch(() => 'broken'), 'broken')
})

test('an answer before the whole request was read still counts', async () => {
  const port = await behind((incoming, outgoing) => {
    outgoing.writeHead(413, { connection: 'close' })
    outgoing.end('too much', () => incoming.destroy())
  })
  const path = await serve('full', port)
  const asked = request(`${url}${path}/`, { method: 'POST' })
  asked.on('error', () => {})
  asked.write('x')
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  assert.equal([answer.statusCode, await text(answer)], [413, 'too much'])
  asked.destroy()
})

test('redirects within the server stay below the proxy, others are left alone', async () => {
  const port = await behind((incoming, outgoing) => {
    outgoing.writeHead(302, { location: decodeURIComponent(incoming.url?.slice(2) ?? '') })
    outgoing.end()
  })
  const path = await serve('moved', port)
  const cases = [
    ['/there?x=1', `${path}/there?x=1`],
    [`http://127.0.0.1:${port}/there`, `${path}/there`],
    [`http://127.0.0.1:${port}`, `${path}/`],
    [`${url}/there`, `${path}/there`],
    [`${path}/there`, `${path}/there`],
    ['there', 'there'],
    ['https://elsewhere.example/there', 'https://elsewhere.example/there'],
    ['//elsewhere.example/there', '//elsewhere.example/there'],
  ] as const
  for (const [location, expected] of cases) {
    const answer = await fetch(`${url}${path}/?${encodeURIComponent(location)}`, { redirect: 'manual' })
    assert.is(answer.headers.get('location'), expected, location)
  }
  const bare = await fetch(`${url}${path}?x=1`, { redirect: 'manual' })
  assert.equal([bare.status, bare.headers.get('location')], [301, `${path}/?x=1`])
})

test('why there is no answer', async () => {
  const services = '/api/v1/namespaces/default/services'
  assert.equal(await statusOf(`${services}/absent/proxy/`), [404, 'endpoints "absent" not found'])
  await http.create(Service, {
    metadata: { name: 'bare', namespace: 'default' },
    spec: { ports: [{ port: 80 }] },
  })
  assert.equal(await statusOf(`${services}/bare/proxy/`), [503, 'no endpoints available for service "bare"'])
  assert.equal(await statusOf(`${services}/bare:81/proxy/`), [
    503,
    'no service port 81 found for service "bare"',
  ])
  const [code, message] = await statusOf(`${services}/ftp:bare:80/proxy/`)
  assert.is(code, 400)
  assert.match(String(message), /^invalid service request "ftp:bare:80"/)
  const path = await serve('dead', await freePort())
  const dead = await fetch(`${url}${path}/`)
  const { message: why, reason } = (await dead.json()) as { message: string; reason: string }
  assert.equal([dead.status, reason], [503, 'ServiceUnavailable'])
  assert.match(why, /^error trying to reach service: connect ECONNREFUSED 127\.0\.0\.1:\d+$/)
})

test('ports by number and by name, endpoints from slices, and HTTPS', async () => {
  const path = await serve('named', mirrorPort, 'web')
  for (const each of ['named', 'named:web', 'named:80', 'http:named:web']) {
    const answer = await fetch(`${url}${path.replace('named', each)}/`)
    assert.is(answer.status, 200, each)
    await answer.text()
  }
  assert.is((await statusOf(`${path.replace('named', 'named:other')}/`))[0], 503)
  const pair = await testKeyPair()
  const secure = createSecureServer(pair, (_, outgoing) => void outgoing.end('securely'))
  const port = await behind(mirror, secure as never)
  await http.create(Service, {
    metadata: { name: 'sliced', namespace: 'default' },
    spec: { ports: [{ port: 443 }] },
  })
  await http.create(EndpointSlice, {
    metadata: { name: 'sliced-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'sliced' } },
    addressType: 'IPv4',
    endpoints: [
      { addresses: ['127.0.0.9'], conditions: { ready: false } },
      { addresses: ['127.0.0.1'], conditions: { ready: true } },
    ],
    ports: [{ port }],
  })
  const answer = await fetch(`${url}/api/v1/namespaces/default/services/https:sliced:/proxy/`)
  assert.is(await answer.text(), 'securely')
})

test('pods are met at their ports, those of the host’s network at the ports of the host', async () => {
  const ports = [{ name: 'web', containerPort: 8080, hostPort: mirrorPort }]
  const pod = await http.create(Pod, {
    ...podNamed('web'),
    spec: { containers: [{ name: 'main', image: 'x', ports }] },
  })
  const path = '/api/v1/namespaces/default/pods'
  const [waits, why] = await statusOf(`${path}/web/proxy/`)
  assert.equal([waits, why], [503, 'pod "web" has no address yet, it is Pending'])
  const address = { phase: 'Running', hostIP: '127.0.0.1', podIP: '127.0.0.1' } as const
  await http.updateStatus(Pod, { ...pod, status: { ...pod.status, ...address } })
  for (const id of ['web', 'web:8080', 'web:web', `web:${mirrorPort}`]) {
    const answer = await fetch(`${url}${path}/${id}/proxy/path`)
    assert.is(((await answer.json()) as Mirrored).url, '/path', id)
  }
  assert.is((await statusOf(`${path}/web:nothing/proxy/`))[0], 400)
  assert.is((await statusOf(`${path}/absent/proxy/`))[0], 404)
  const addresses = [{ type: 'InternalIP', address: '127.0.0.1' }]
  const node = await http.create(Node, { metadata: { name: 'host' } })
  await http.updateStatus(Node, { ...node, status: { ...node.status, addresses } })
  const answer = await fetch(`${url}/api/v1/nodes/host:${mirrorPort}/proxy/metrics`)
  assert.is(((await answer.json()) as Mirrored).url, '/metrics')
  assert.match(String((await statusOf('/api/v1/nodes/host/proxy/'))[1]), /ECONNREFUSED 127\.0\.0\.1:10250/)
})

test('nobody is led to where machines keep their secrets, nor strangers to this host', async () => {
  const target = (host: string) => ({ scheme: 'http', host, port: 80 }) as const
  for (const host of [
    '169.254.169.254',
    'fe80::1',
    'fe80::1%eth0',
    '::ffff:169.254.169.254',
    '0.0.0.0',
    '::',
    '224.0.0.1',
    'host',
  ])
    assert.throws(() => checkTarget(target(host), true), /^address not allowed/, host)
  for (const host of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1']) {
    assert.throws(() => checkTarget(target(host), false), /loopback/, host)
    assert.is(checkTarget(target(host), true).host, host)
  }
  for (const host of ['10.0.0.1', '2001:db8::1', '192.168.1.1'])
    assert.is(checkTarget(target(host), false).host, host)
  const slice = {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['169.254.169.254'] }],
    ports: [{ port: 80 }],
  }
  const labels = { 'kubernetes.io/service-name': 'cloud' }
  await http.create(Service, {
    metadata: { name: 'cloud', namespace: 'default' },
    spec: { ports: [{ port: 80 }] },
  })
  await http.create(EndpointSlice, { metadata: { name: 'cloud-1', namespace: 'default', labels }, ...slice })
  const [code, message] = await statusOf('/api/v1/namespaces/default/services/cloud/proxy/')
  assert.is(code, 400)
  assert.match(String(message), /169\.254\.169\.254 is link-local/)
  const subsets = [{ addresses: [{ ip: '169.254.169.254' }], ports: [{ port: 80 }] }]
  const refused = await http
    .create(Endpoints, { metadata: { name: 'cloud', namespace: 'default' }, subsets })
    .catch(error => error)
  assert.ok(isStatus(refused, 'Invalid'))
  assert.match(refused.message, /may not be in the link-local range/)
})

test('what a path may name', () => {
  assert.equal(parseNamed('a', 'service'), { scheme: undefined, name: 'a', port: '' })
  assert.equal(parseNamed('a:1', 'service'), { scheme: undefined, name: 'a', port: '1' })
  assert.equal(parseNamed('https:a:b', 'service'), { scheme: 'https', name: 'a', port: 'b' })
  assert.equal(parseNamed(':a:', 'service'), { scheme: undefined, name: 'a', port: '' })
  for (const id of ['', ':1', 'http::1', 'ftp:a:1', 'a:b:c:d'])
    assert.throws(() => parseNamed(id, 'service'), id)
})

test('another protocol is spoken through', async () => {
  const server = createServer(mirror)
  server.on('upgrade', (incoming, socket, head) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nhello ')
    socket.write(head)
    socket.write(`${incoming.url} `)
    socket.pipe(socket)
  })
  const path = await serve('echo', await behind(mirror, server))
  const { port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  let received = ''
  socket.setEncoding('utf8').on('data', chunk => {
    received += chunk
  })
  socket.write(`GET ${path}/talk?x HTTP/1.1\r\nHost: a\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nearly `)
  await eventually('the greeting', () => received.includes('/talk?x'))
  assert.match(received, /^HTTP\/1\.1 101 Switching Protocols\r\nUpgrade: echo\r\n/)
  socket.write('and late')
  await eventually('all is echoed', () => /hello \/talk\?x early and late$/.test(received))
  const closed = once(socket, 'close')
  socket.end()
  await closed
})

test('a server that does not speak it answers as ever', async () => {
  const talk = async (path: string): Promise<string> => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n`)
    return text(socket)
  }
  const answer = await talk(`${mirrored}/plain`)
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
  assert.match(answer, '"url":"/plain"')
  assert.match(
    await talk('/api/v1/namespaces/default/services/dead/proxy/'),
    /^HTTP\/1\.1 503 .*ECONNREFUSED/s,
  )
})

test.run()
