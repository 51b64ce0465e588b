import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { jsonLines } from '../api/json-lines.ts'
import { Etcd } from '../test/support/etcd.ts'
import { eventually } from '../test/support/eventually.ts'
import { Program } from '../test/support/program.ts'
import { tempDir } from '../test/support/temp.ts'
import type { Figure } from './figure.ts'
import { converse, requestOf } from './requests.ts'

/** Posts under way. */
const inFlight = 64

const post = {
  method: 'POST',
  path: '/api/v1/namespaces/default/pods',
  body: JSON.stringify({
    metadata: { name: 'scale-#', labels: { app: 'scale' } },
    spec: {
      containers: [
        {
          name: 'main',
          image: 'registry.example.com/team/service:1.2.3',
          command: ['/bin/service'],
          resources: { requests: { cpu: '100m', memory: '64Mi' } },
        },
      ],
    },
  }),
}

/** Seconds of CPU time that a process has used; the kernel counts hundredths. */
const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

const megabytesOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

const at = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN

interface Clocked {
  readonly url: string
  readonly pods: number
}

/** From the first post until the last pod runs, as somebody learns it who watches the API. Milliseconds. */
const postAndWatch = async ({ url, pods }: Clocked) => {
  const posted = new Map<string, number>()
  const latencies: number[] = []
  const ending = new AbortController()
  const watch = await fetch(`${url}${post.path}?watch=1&fieldSelector=status.phase%3DRunning`, {
    headers: { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' },
    signal: ending.signal,
  })
  const { body } = watch
  if (!body) throw new Error('the watch has no body')
  const seeAll = async (): Promise<void> => {
    for await (const events of jsonLines<{ type: string; object: { metadata: { name: string } } }>(body)) {
      const now = performance.now()
      for (const { type, object } of events) {
        if (type === 'ADDED') latencies.push(now - (posted.get(object.metadata.name) ?? now))
      }
      if (latencies.length >= pods) return
    }
  }
  const seen = seeAll()
  const started = performance.now()
  const target = { port: Number(new URL(url).port) }
  let next = 0
  const nextPost = async (): Promise<string | undefined> => {
    if (next === pods) return undefined
    posted.set(`scale-${next}`, performance.now())
    return requestOf(post, next++, 0)
  }
  await Promise.all(Array.from({ length: inFlight }, () => converse(target, nextPost)))
  await seen
  const ms = performance.now() - started
  ending.abort()
  return { ms, latencies: latencies.toSorted((a, b) => a - b) }
}

interface Scale {
  readonly agents: number
  readonly pods: number
  /** The program that schedules serves the clients, too, or another one on the same etcd does. */
  readonly front: 'scheduler' | 'another'
}

/** Many pods on many agents whose executors pretend: what API server, scheduler and etcd take for each. */
export const scaleFigures = async ({ agents, pods, front }: Scale): Promise<readonly Figure[]> => {
  const etcd = await Etcd.start()
  const dir = tempDir('bench-scale')
  const started: Program[] = []
  const start = async (name: string, flags: readonly string[], says: RegExp): Promise<[Program, string]> => {
    const program = new Program(name, ['-port=0', ...flags])
    started.push(program)
    return [program, await program.printed(says, 120_000)]
  }
  try {
    const [mesos, master] = await start(
      'mesos-local',
      [
        `-agents=${agents}`,
        '-fake_executors',
        '-resources=cpus:8;mem:8192;ports:[31000-31999]',
        `-work_dir=${join(dir, 'mesos')}`,
      ],
      /http:\/\/(\S+)/,
    )
    const serve = (name: string) =>
      start(
        'kubernetes-mesos',
        [`-data_dir=${join(dir, name)}`, `-etcd_servers=${etcd.endpoint}`, `-mesos_master=${master}`],
        /API server: +(http:\/\/\S+)/,
      )
    const [scheduler, schedulerUrl] = await serve('first')
    await eventually('a node for every agent', async () => (await nodesAt(schedulerUrl)) === agents, 60_000)
    const [server, url] = front === 'another' ? await serve('second') : [scheduler, schedulerUrl]
    const processes = {
      'kubernetes-mesos': scheduler.pid,
      ...(server !== scheduler && { 'the API server': server.pid }),
      'the embedded Mesos': mesos.pid,
      etcd: etcd.pid,
      'the load': process.pid,
    }
    const cpu = () => Object.entries(processes).map(([name, pid]) => [name, cpuOf(pid)] as const)
    const before = new Map(cpu())
    const { ms, latencies } = await postAndWatch({ url, pods })
    const used = cpu().map(([name, seconds]) => [name, seconds - (before.get(name) ?? 0)] as const)
    return [
      { name: 'posted to Running', value: pods / (ms / 1_000), unit: '/s', target: 1_000 },
      { name: 'posted to Running, p50', value: at(latencies, 0.5), unit: 'ms' },
      { name: 'posted to Running, p99', value: at(latencies, 0.99), unit: 'ms' },
      ...used.map(
        ([name, seconds]): Figure => ({
          name: `CPU of ${name} for 1,000 pods`,
          value: (seconds / pods) * 1_000,
          unit: 's',
        }),
      ),
      { name: 'memory of kubernetes-mesos', value: megabytesOf(scheduler.pid), unit: 'MB' },
      { name: 'memory of the embedded Mesos', value: megabytesOf(mesos.pid), unit: 'MB', target: 1_000 },
    ]
  } finally {
    for (const program of started.toReversed()) await program.stop()
    await etcd.stop()
  }
}

const nodesAt = async (url: string): Promise<number> => {
  const { items } = (await (await fetch(`${url}/api/v1/nodes`)).json()) as { items: unknown[] }
  return items.length
}
