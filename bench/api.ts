import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Pod } from '../api/kinds/index.ts'
import type { Draft } from '../api/resource.ts'
import { Etcd } from '../test/support/etcd.ts'
import type { Load, Loaded } from './api-load.ts'
import type { Usage } from './api-server.ts'
import { besideFirstCore, type Helper, startHelper } from './cores.ts'
import type { Figure } from './figure.ts'

const ms = 2_000
const objects = 6_000
const inFlight = 32

const pods = '/api/v1/namespaces/default/pods'

/** About 1.2 KB once it is stored, and 0.8 KB of managed fields. */
const pod = (name: string, annotations?: Record<string, string>): Draft<Pod> => ({
  metadata: {
    name,
    namespace: 'default',
    labels: { app: 'bench', tier: 'backend' },
    ...(annotations && { annotations }),
  },
  spec: {
    containers: [
      {
        name: 'main',
        image: 'registry.example.com/team/service:1.2.3',
        command: ['/bin/service', '--listen=:8080'],
        env: [{ name: 'MODE', value: 'production' }],
        ports: [{ name: 'http', containerPort: 8080 }],
        resources: { requests: { cpu: '100m', memory: '128Mi' } },
      },
    ],
  },
})

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

interface Parts {
  readonly port: number
  readonly server: Helper
  load(load: Load): Promise<Loaded>
}

/** A server on the first core and its load beside it, as long as `measure` takes. */
const measured = async <T>(args: readonly string[], measure: (parts: Parts) => Promise<T>): Promise<T> => {
  const server = await startHelper(file('api-server.ts'), args, { firstCore: true, flags: ['--expose-gc'] })
  const loader = await startHelper(file('api-load.ts'))
  try {
    const { port } = server.hello as { port: number }
    return await measure({ port, server, load: load => loader.ask(load) })
  } finally {
    await loader.end()
    await server.end()
  }
}

type Requests = Omit<Extract<Load, { type: 'requests' }>, 'type' | 'port' | 'ms'>

/** What a load costs the server, microseconds of CPU time. */
const costOf = async (server: Helper, run: () => Promise<Loaded>): Promise<Loaded & { cpu: number }> => {
  const before = await server.ask<Usage>({ collect: false })
  const loaded = await run()
  const after = await server.ask<Usage>({ collect: false })
  return { ...loaded, cpu: after.cpu - before.cpu }
}

const requestRate =
  ({ port, server, load }: Parts) =>
  async (name: string, target: number | undefined, requests: Requests): Promise<Figure> => {
    const run = () => load({ type: 'requests', port, ms, ...requests })
    // Node compiles what runs often: a process that has just begun shows neither its rate nor its cost.
    await run()
    const { requests: count, seconds, cpu } = await costOf(server, run)
    return { name, value: count / seconds, unit: '/s', cpu: cpu / count, ...(target && { target }) }
  }

const get = (path: string): Requests => ({ method: 'GET', path, inFlight })
const create: Requests = { method: 'POST', path: pods, body: JSON.stringify(pod('bench-#')), inFlight }

/** Servers that do nothing: what HTTP, and a socket, cost here. */
const baselines = async (): Promise<Figure[]> => [
  await measured(['socket'], parts => requestRate(parts)('bare socket', undefined, get('/echo'))),
  await measured(['hono'], parts => requestRate(parts)('bare Hono', undefined, get('/echo'))),
]

const requestFigures = (dir: string): Promise<Figure[]> =>
  measured(['embedded', dir], async parts => {
    const { port, server, load } = parts
    const rate = requestRate(parts)
    const empty = await server.ask<Usage>({ collect: true })
    await load({ type: 'requests', port, ...create, count: objects, ms: 60_000 })
    const filled = await server.ask<Usage>({ collect: true })
    const list = await rate(`list ${objects} pods`, undefined, { method: 'GET', path: pods, inFlight: 1 })
    const answer = await fetch(`http://127.0.0.1:${port}${pods}/bench-1`)
    const size = (await answer.arrayBuffer()).byteLength
    return [
      await rate('get a pod', 25_000, get(`${pods}/bench-100`)),
      list,
      { name: `list ${objects} pods, CPU`, value: (list.cpu ?? 0) / 1000, unit: 'ms', target: 15 },
      await rate('create a pod, embedded store', 8_000, create),
      {
        name: `memory of a pod beside its ${size} bytes`,
        value: ((filled.memory - empty.memory) / objects - size) / 1024,
        unit: 'KB',
        target: 8,
      },
    ]
  })

const createOnEtcd = async (): Promise<Figure> => {
  const etcd = await Etcd.start()
  try {
    return await measured(['etcd', etcd.endpoint], parts =>
      requestRate(parts)('create a pod, etcd', 5_000, create),
    )
  } finally {
    await etcd.stop()
  }
}

interface Watching {
  readonly name: string
  readonly sockets: number
  /** Writes under way, each to a pod of its own. */
  readonly writers: number
  readonly target: number
  readonly pace?: number
}

/** Writes that the watches may be behind: with more, the sockets' buffers would be what is measured. */
const lag = 64

/** Updates of pods while many watch all of them. */
const watched = ({ name, sockets, writers, target, pace }: Watching, dir: string): Promise<Figure> =>
  measured(['embedded', dir], async ({ port, server, load }) => {
    await load({ type: 'requests', port, ...create, ms: 60_000, count: writers })
    await load({ type: 'watch', port, sockets, path: '/api/v1/pods?watch=1' })
    const body = JSON.stringify(pod('', { n: '#', sent: '@' }))
    const update: Requests = { method: 'PUT', path: `${pods}/bench-%`, body, inFlight: writers, lag }
    const run = () => load({ type: 'requests', port, ms, ...update, ...(pace && { pace }) })
    await run()
    const loaded = await costOf(server, run)
    const figure = { name, target, cpu: loaded.cpu / loaded.delivered }
    if (pace) return { ...figure, value: loaded.p99, unit: 'ms' }
    return { ...figure, value: loaded.delivered / loaded.seconds, unit: '/s' }
  })

const watches: readonly Watching[] = [
  { name: 'deliveries, 1000 watches, one event at a time', sockets: 1000, writers: 1, target: 80_000 },
  { name: 'deliveries, 1000 watches, events in batches', sockets: 1000, writers: 32, target: 300_000 },
  { name: 'p99 of 1000 writes/s x 100 watches', sockets: 100, writers: 32, target: 100, pace: 1000 },
]

/** Requests and watch deliveries: the server on one core, its load and etcd beside it. */
export const apiFigures = (): Promise<Figure[]> =>
  besideFirstCore(async () => {
    const root = await mkdtemp(join(tmpdir(), 'bench-api-'))
    try {
      const figures = [...(await baselines()), ...(await requestFigures(join(root, 'requests')))]
      figures.push(await createOnEtcd())
      for (const [index, each] of watches.entries())
        figures.push(await watched(each, join(root, String(index))))
      return figures
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  })
