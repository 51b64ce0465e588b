import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { IncomingMessage } from 'node:http'
import { get as httpsGet, request } from 'node:https'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect as connectSecurely, type TLSSocket } from 'node:tls'
import type { HttpBindings } from '@hono/node-server'
import { Subject } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Pod } from '../../api/kinds/index.ts'
import type { KeyPair } from '../../apiserver/index.ts'
import { openListener, type Patience } from '../../apiserver/listener.ts'
import { eventually } from '../support/eventually.ts'
import { testKeyPair } from '../support/key-pair.ts'
import { Kubectl } from '../support/kubectl.ts'
import { Program } from '../support/program.ts'
import { tempDir } from '../support/temp.ts'
import { podNamed, type RunningServer, startServer } from './running-server.ts'
import { openWebSocket } from './web-socket.ts'

const dir = tempDir('listener')
const pair = await testKeyPair()
const { cert: ca } = pair
const caFile = join(dir, 'ca.pem')
writeFileSync(caFile, ca)

const pods = '/api/v1/namespaces/default/pods'

interface Secure extends RunningServer {
  /** Where HTTPS is. */
  readonly secureUrl: string
  readonly port: number
  readonly renewed$: Subject<KeyPair>
}

const withServer = (what: string, run: (running: Secure) => Promise<void>): void =>
  test(what, async () => {
    const running = await startServer()
    const renewed$ = new Subject<KeyPair>()
    const { port } = await running.server.listen({
      address: '127.0.0.1',
      port: 0,
      tls: { ...pair, renewed$ },
    })
    try {
      await run({ ...running, port, secureUrl: `https://127.0.0.1:${port}`, renewed$ })
    } finally {
      await running.stop()
    }
  })

/** The answer to a request on a connection of its own; the body is still to come. */
const ask = async (url: string, path: string): Promise<IncomingMessage> => {
  const [response] = await once(httpsGet(`${url}${path}`, { ca, agent: false }), 'response')
  return response as IncomingMessage
}

const watchers = async ({ url }: RunningServer): Promise<number> => {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^apiserver_watchers\{resource="pods"\} (\d+)/m.exec(metrics)?.[1])
}

withServer('HTTPS serves what HTTP serves, beside it', async ({ url, secureUrl, http }) => {
  await http.create(Pod, podNamed('a'))
  const answer = await ask(secureUrl, `${pods}/a`)
  assert.is(answer.statusCode, 200)
  assert.is(await text(answer), await (await fetch(`${url}${pods}/a`)).text())
  const outgoing = request(`${secureUrl}${pods}`, { method: 'POST', ca, agent: false })
  outgoing.end(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...podNamed('b') }))
  const [created] = (await once(outgoing, 'response')) as [IncomingMessage]
  assert.is(created.statusCode, 201)
  created.resume()
  assert.is((await http.get(Pod, { namespace: 'default', name: 'b' })).metadata.name, 'b')
})

withServer('kubectl works with the CA, and not without it', async ({ secureUrl, http }) => {
  await http.create(Pod, podNamed('a'))
  const kubectl = new Kubectl(secureUrl, dir)
  // Over https it asks for a user name unless it has credentials, whatever they are.
  const token = '--token=anyone'
  assert.match(await kubectl.fails(token, 'get', 'pods'), /certificate/)
  const trusted = [token, `--certificate-authority=${caFile}`]
  assert.is(await kubectl.ok(...trusted, 'get', 'pods', '-o', 'name'), 'pod/a\n')
  const watch = kubectl.start(...trusted, 'get', 'pods', '-w')
  try {
    await watch.printed(/^a /m)
    await http.create(Pod, podNamed('b'))
    await watch.printed(/^b /m)
  } finally {
    await watch.stop()
  }
})

withServer('our own programs take the CA from NODE_EXTRA_CA_CERTS', async ({ secureUrl }) => {
  const untrusting = new Program('kubecfg', ['-h', secureUrl, 'list', 'pods'])
  await eventually('it has ended', () => !untrusting.alive)
  assert.match(untrusting.output, 'NODE_EXTRA_CA_CERTS=<file>')
  const trust = { NODE_EXTRA_CA_CERTS: caFile }
  await new Program('kubecfg', ['-h', secureUrl, 'list', 'pods'], trust).printed(/^Name/m)
  const controllers = new Program('controller-manager', [`-master=${secureUrl}`], trust)
  await controllers.printed(/controllers work for https:/)
  assert.is(await controllers.stop(), 0)
})

withServer('a watch over a WebSocket', async ({ secureUrl, http }) => {
  const watch = await openWebSocket(`${secureUrl}${pods}?watch=1`, {}, ca)
  if (watch instanceof IncomingMessage) throw new Error(`it was refused: ${watch.statusCode}`)
  await http.create(Pod, podNamed('a'))
  assert.is(JSON.parse((await watch.has(1))[0] ?? '').object.metadata.name, 'a')
  watch.socket.destroy()
})

withServer('a watch tells everything, byte by byte what HTTP tells', async ({ url, secureUrl, http }) => {
  const plain = await fetch(`${url}${pods}?watch=1`)
  const secure = await ask(secureUrl, `${pods}?watch=1`)
  // Small events, and some that are longer than a TLS record.
  const created = Array.from({ length: 200 }, (_, n) => {
    const { metadata, ...rest } = podNamed(`p${n}`)
    const annotations = { note: 'x'.repeat(n % 20 === 0 ? 40_000 : 10) }
    return http.create(Pod, { ...rest, metadata: { ...metadata, annotations } })
  })
  await Promise.all(created)
  const linesOf = async (chunks: AsyncIterable<Uint8Array>): Promise<string[]> => {
    let told = ''
    for await (const chunk of chunks) {
      told += Buffer.from(chunk).toString('latin1')
      if (told.split('\n').length > created.length) break
    }
    return told.split('\n').slice(0, created.length)
  }
  assert.ok(plain.body)
  const [byHttp, byHttps] = await Promise.all([linesOf(plain.body), linesOf(secure)])
  assert.is(byHttps.join('\n'), byHttp.join('\n'))
  assert.is(new Set(byHttps.map(line => JSON.parse(line).object.metadata.name)).size, created.length)
})

withServer('a thousand watches end when their clients go away', async running => {
  const watches = await Promise.all(
    Array.from({ length: 1_000 }, () => ask(running.secureUrl, `${pods}?watch=1`)),
  )
  assert.is(await watchers(running), 1_000)
  await running.http.create(Pod, podNamed('a'))
  for (const watch of watches) await once(watch, 'readable')
  for (const watch of watches) watch.on('error', () => {}).destroy()
  await eventually('no watch is left', async () => (await watchers(running)) === 0)
})

withServer('a renewed certificate is that of the connections to come', async ({ port, renewed$ }) => {
  const shown = async (): Promise<string> => {
    const socket: TLSSocket = connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { fingerprint256 } = socket.getPeerCertificate()
    socket.destroy()
    return fingerprint256
  }
  const before = await shown()
  assert.is(await shown(), before)
  renewed$.next(await testKeyPair())
  assert.is.not(await shown(), before)
})

withServer('who does not speak TLS, or says nothing, does no harm', async ({ server, port, secureUrl }) => {
  const plain = connect(port, '127.0.0.1').on('error', () => {})
  plain.write('GET / HTTP/1.1\r\n\r\n')
  await once(plain, 'close')
  const silent = connect(port, '127.0.0.1').on('error', () => {})
  await once(silent, 'connect')
  assert.is((await ask(secureUrl, '/livez')).resume().statusCode, 200)
  const cut = once(silent, 'close')
  await server.close()
  await cut
})

/** A server with little patience, and a connection to it that keeps what it is told. */
const withImpatient = (
  what: string,
  patience: Partial<Patience>,
  run: (running: RunningServer & { readonly port: number }) => Promise<void>,
): void =>
  test(what, async () => {
    const running = await startServer()
    const { port } = await running.server.listen({ address: '127.0.0.1', port: 0, patience })
    try {
      await run({ ...running, port })
    } finally {
      await running.stop()
    }
  })

const headers = `POST ${pods} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`

withImpatient(
  'who says nothing, or never all of it, is cut',
  { headers: 100, request: 200 },
  async ({ port }) => {
    const half = (said: string) => {
      const socket = connect(port, '127.0.0.1')
      socket.write(said)
      return text(socket)
    }
    const told = await Promise.all([
      half(''),
      half('GET / HT'),
      half(headers),
      half(`${headers}Content-Length: 9\r\n\r\n{`),
    ])
    for (const each of told) assert.match(each, /^$|^HTTP\/1\.1 408 /)
  },
)

withImpatient('who does not shake hands is cut', {}, async ({ server }) => {
  const { port } = await server.listen({
    address: '127.0.0.1',
    port: 0,
    tls: pair,
    patience: { handshake: 100 },
  })
  const silent = connect(port, '127.0.0.1').on('error', () => {})
  await once(silent, 'close')
})

test('who does not read is cut, who waits for what is to come is not', async () => {
  const sockets = new Map<string, Socket>()
  let more = () => {}
  const slow = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Buffer.from('first'))
        more = () => controller.enqueue(Buffer.from('second'))
      },
    })
  const options = { address: '127.0.0.1', port: 0, patience: { reading: 300 } }
  const listener = await openListener(options, ({ url }, bindings) => {
    const { pathname } = new URL(url)
    sockets.set(pathname, (bindings as HttpBindings).incoming.socket)
    return new Response(pathname === '/big' ? 'x'.repeat(50_000_000) : slow())
  })
  try {
    const url = `http://127.0.0.1:${listener.port}`
    const reader = (await fetch(`${url}/slow`)).body?.getReader()
    const next = async () => Buffer.from((await reader?.read())?.value ?? []).toString()
    assert.is(await next(), 'first')
    const deaf = connect(listener.port, '127.0.0.1').on('error', () => {})
    deaf.write('GET /big HTTP/1.1\r\nHost: x\r\n\r\n')
    await eventually(
      'the connection of who does not read is cut',
      () => sockets.get('/big')?.destroyed === true,
    )
    more()
    assert.is(await next(), 'second')
    deaf.destroy()
  } finally {
    await listener.close()
  }
})

test.run()
