// What bench/api.ts measures, in a process of its own: it can be kept on one core, and its CPU time is its own.
// Arguments: `embedded <folder>`, `etcd <endpoint>`, or a baseline that only answers: `hono`, `socket`.
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { createApiServer } from '../apiserver/index.ts'
import { openEmbeddedStore } from '../store/embedded/embedded-store.ts'
import { openEtcdStore } from '../store/etcd/etcd-store.ts'
import type { Store } from '../store/store.ts'
import { testKeyPair } from '../test/support/key-pair.ts'
import { silent } from '../util/logger.ts'

/** What it says first: where it listens. Baselines speak no TLS. */
export interface Ports {
  readonly port: number
  readonly securePort?: number
}

export interface Usage {
  /** Microseconds of CPU time so far. */
  readonly cpu: number
  /** Bytes in use after a garbage collection; buffers are counted. */
  readonly memory: number
}

const [what, where = ''] = process.argv.slice(2)
const address = { port: 0, hostname: '127.0.0.1' }

const serveApi = async (store: Store): Promise<Ports> => {
  const server = await createApiServer({ store, logger: silent })
  const options = { address: address.hostname, port: 0 }
  const { port } = await server.listen(options)
  const secure = await server.listen({ ...options, tls: await testKeyPair() })
  return { port, securePort: secure.port }
}

const serveHono = async (): Promise<Ports> => {
  const app = new Hono().get('/echo', c => c.text('ok'))
  const server = serve({ fetch: app.fetch, ...address, overrideGlobalObjects: false })
  await once(server, 'listening')
  return server.address() as AddressInfo
}

/** One answer for every piece that comes: what the loopback and libuv cost. */
const serveSocket = async (): Promise<Ports> => {
  const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  const server = createServer(socket => socket.on('data', () => socket.write(answer)).on('error', () => {}))
  server.listen(address)
  await once(server, 'listening')
  return server.address() as AddressInfo
}

const listen = async (): Promise<Ports> => {
  if (what === 'hono') return serveHono()
  if (what === 'socket') return serveSocket()
  const store =
    what === 'etcd'
      ? openEtcdStore({ endpoints: [where], prefix: '/bench', logger: silent })
      : openEmbeddedStore({ path: where, logger: silent })
  return serveApi(await store)
}

process.on('message', ({ collect }: { collect: boolean }) => {
  if (collect) globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  const { heapUsed, external } = process.memoryUsage()
  process.send?.({ cpu: user + system, memory: heapUsed + external } satisfies Usage)
})

process.send?.(await listen())
