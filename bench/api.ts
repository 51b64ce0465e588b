import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { Pod } from '../api/kinds/index.ts'
import type { Draft } from '../api/resource.ts'
import { createApiServer } from '../apiserver/index.ts'
import { openEmbeddedStore } from '../store/embedded/embedded-store.ts'
import { silent } from '../util/logger.ts'
import type { Load } from './api-load.ts'

const ms = 2_000
const objects = 6_000

/** About 1.2 KB once it is stored. */
const pod = (name: string): Draft<Pod> => ({
  metadata: { name, namespace: 'default', labels: { app: 'bench', tier: 'backend' } },
  spec: {
    containers: [
      {
        name: 'main',
        image: 'registry.example.com/team/service:1.2.3',
        command: ['/bin/service', '--listen=:8080', '--peers=a.example.com,b.example.com'],
        env: [{ name: 'MODE', value: 'production' }],
        ports: [{ name: 'http', containerPort: 8080 }],
        resources: { requests: { cpu: '100m', memory: '128Mi' } },
      },
    ],
  },
})

type Rate = { name: string; perSecond: number }

/** Runs loads in a process of its own. */
const startLoader = () => {
  const child = fork(fileURLToPath(new URL('./api-load.ts', import.meta.url)))
  const died = once(child, 'exit').then(() => Promise.reject(new Error('the load has ended')))
  died.catch(() => {})
  const run = async (load: Load): Promise<number> => {
    const answer = once(child, 'message')
    child.send(load)
    return Number((await Promise.race([answer, died]))[0])
  }
  const end = async () => {
    child.kill()
    await died.catch(() => {})
  }
  return { run, end }
}

/** Writes as fast as they are stored while `sockets` watches look on; what reached them, by the second. */
const deliveries = async (sockets: number): Promise<Rate> => {
  const loader = startLoader()
  const { client, port, close } = await startServer()
  try {
    let watched = await client.create(Pod, pod('watched'))
    await loader.run({ type: 'watch', port, sockets, path: '/api/v1/pods?watch=1' })
    const first = await loader.run({ type: 'count' })
    const started = performance.now()
    for (let n = 0; performance.now() - started < ms; n++) {
      const metadata = { ...watched.metadata, annotations: { n: String(n) } }
      watched = await client.update(Pod, { ...watched, metadata })
      // No more than the watches take: they may be some writes behind.
      if (n % lag === 0) await came(loader.run, first + (n - lag) * sockets)
    }
    const seconds = (performance.now() - started) / 1000
    const count = (await loader.run({ type: 'count' })) - first
    return { name: `watch deliveries, ${sockets} watches`, perSecond: Math.round(count / seconds) }
  } finally {
    await loader.end()
    await close()
  }
}

/** Writes that the watches may be behind. */
const lag = 50

const came = async (run: (load: Load) => Promise<number>, lines: number): Promise<void> => {
  while ((await run({ type: 'count' })) < lines) await new Promise(resolve => setImmediate(resolve))
}

const startServer = async () => {
  const dir = mkdtempSync(join(tmpdir(), 'bench-api-'))
  const store = await openEmbeddedStore({ path: dir, logger: silent })
  const server = await createApiServer({ store, logger: silent })
  const { port } = await server.listen({ address: '127.0.0.1', port: 0 })
  return {
    client: server.client,
    port,
    async close() {
      await server.close()
      await store.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** A server that does nothing: what HTTP itself costs here. */
const echo = async (run: (load: Load) => Promise<number>): Promise<Rate> => {
  const app = new Hono().get('/echo', c => c.text('ok'))
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const perSecond = await run({ type: 'requests', port, inFlight: 32, ms, method: 'GET', path: '/echo' })
  server.close()
  return { name: 'bare Hono: echo', perSecond: Math.round(perSecond) }
}

/** Requests and watch deliveries on one core, the load on another. */
export const apiRates = async (): Promise<Rate[]> => {
  const loader = startLoader()
  const rates = [await echo(loader.run)]
  const { client, port, close } = await startServer()
  const measure = async (
    name: string,
    inFlight: number,
    load: Pick<Load & { type: 'requests' }, 'method' | 'path' | 'body'>,
  ) => {
    const perSecond = await loader.run({ type: 'requests', port, inFlight, ms, ...load })
    rates.push({ name, perSecond: Math.round(perSecond * 10) / 10 })
  }
  const path = '/api/v1/namespaces/default/pods'
  try {
    await measure('API: create a pod', 32, { method: 'POST', path, body: JSON.stringify(pod('bench-#')) })
    await measure('API: get a pod', 32, { method: 'GET', path: `${path}/bench-100` })
    const { items } = await client.list(Pod)
    for (const { metadata } of items.slice(objects))
      await client.delete(Pod, { namespace: 'default', name: metadata.name })
    for (let n = items.length; n < objects; n++) await client.create(Pod, pod(`more-${n}`))
    await measure(`API: list ${objects} pods`, 2, { method: 'GET', path })
  } finally {
    await loader.end()
    await close()
  }
  return [...rates, await deliveries(100), await deliveries(1000)]
}
