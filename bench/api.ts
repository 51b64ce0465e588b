import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Pod } from '../api/kinds/index.ts'
import type { Draft } from '../api/resource.ts'
import { Etcd } from '../test/support/etcd.ts'
import type { Load, Loaded } from './api-load.ts'
import type { Ports, Usage } from './api-server.ts'
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

/** As bin/build.mjs has bundled it. */
const bundled = (name: string): string => fileURLToPath(new URL(`../dist/bench/${name}.mjs`, import.meta.url))

interface Parts extends Ports {
  readonly server: Helper
  load(load: Load): Promise<Loaded>
}

/** A server on the first core and its load beside it, as long as `measure` takes. */
const measured = async <T>(args: readonly string[], measure: (parts: Parts) => Promise<T>): Promise<T> => {
  const server = await startHelper(bundled('api-server'), args, { firstCore: true, flags: ['--expose-gc'] })
  const loader = await startHelper(bundled('api-load'))
  try {
    return await measure({ ...(server.hello as Ports), server, load: load => loader.ask(load) })
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

/** Where to send a load, when the server speaks TLS at all. */
const targetOf = ({ port, securePort }: Ports, tls = false): Pick<Load, 'port' | 'tls'> =>
  tls && securePort ? { port: securePort, tls } : { port }

const requestRate =
  (parts: Parts) =>
  async (name: string, target: number | undefined, requests: Requests): Promise<Figure> => {
    const { server, load } = parts
    const run = () => load({ type: 'requests', ms, ...requests, ...targetOf(parts, requests.tls) })
    // Node compiles what runs often: a process that has just begun shows neither its rate nor its cost.
    await run()
    const { requests: count, seconds, cpu } = await costOf(server, run)
    return { name, value: count / seconds, unit: '/s', cpu: cpu / count, ...(target && { target }) }
  }

const get = (path: string): Requests => ({ method: 'GET', path, inFlight })
const create: Requests = { method: 'POST', path: pods, body: JSON.stringify(pod('bench-#')), inFlight }

/** The same, by HTTP and by HTTPS. */
const withTls = async (
  parts: Parts,
  name: string,
  target: number,
  requests: Requests,
): Promise<readonly Figure[]> => [
  await requestRate(parts)(name, target, requests),
  { ...(await requestRate(parts)(`${name}, TLS`, undefined, { ...requests, tls: true })), of: name },
]

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
      ...(await withTls(parts, 'get a pod', 25_000, get(`${pods}/bench-100`))),
      list,
      { name: `list ${objects} pods, CPU`, value: (list.cpu ?? 0) / 1000, unit: 'ms', target: 15 },
      ...(await withTls(parts, 'create a pod, embedded store', 8_000, create)),
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
  readonly target?: number
  readonly pace?: number
  /** The watches speak TLS; the writes do not. The name of the figure to compare with. */
  readonly tlsOf?: string
}

/** Writes that the watches may be behind: with more, the sockets' buffers would be what is measured. */
const lag = 64

/** Updates of pods while many watch all of them. */
const watched = ({ name, sockets, writers, target, pace, tlsOf }: Watching, dir: string): Promise<Figure> =>
  measured(['embedded', dir], async parts => {
    const { port, server, load } = parts
    await load({ type: 'requests', port, ...create, ms: 60_000, count: writers })
    const watches = targetOf(parts, tlsOf !== undefined)
    await load({ type: 'watch', ...watches, sockets, path: '/api/v1/pods?watch=1' })
    const body = JSON.stringify(pod('', { n: '#', sent: '@' }))
    const update: Requests = { method: 'PUT', path: `${pods}/bench-%`, body, inFlight: writers, lag }
    const run = () => load({ type: 'requests', port, ms, ...update, ...(pace && { pace }) })
    await run()
    const loaded = await costOf(server, run)
    const compared = { ...(target && { target }), ...(tlsOf && { of: tlsOf }) }
    const figure = { name, cpu: loaded.cpu / loaded.delivered, ...compared }
    if (pace) return { ...figure, value: loaded.p99, unit: 'ms' }
    return { ...figure, value: loaded.delivered / loaded.seconds, unit: '/s' }
  })

const single = { name: 'deliveries, 1000 watches, one event at a time', sockets: 1000, writers: 1 }
const batches = { name: 'deliveries, 1000 watches, events in batches', sockets: 1000, writers: 32 }
const overTls = (watching: Watching): Watching => ({
  ...watching,
  name: `${watching.name}, TLS`,
  tlsOf: watching.name,
})

const watches: readonly Watching[] = [
  { ...single, target: 80_000 },
  overTls(single),
  { ...batches, target: 300_000 },
  overTls(batches),
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
