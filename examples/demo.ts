// The first minute: everything embedded, the examples of this folder, every step shown as the command that does it.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { LiveTable, type Row } from './live-table.ts'

const dist = join(import.meta.dirname, '..', 'dist')
const dataDir = mkdtempSync(join(tmpdir(), 'kubernetes-mesos-demo-'))
const run = promisify(execFile)

/** Longest wait for any step, milliseconds. */
const patience = 30_000

interface LegacyPod {
  readonly id: string
  readonly desiredState: { manifest: { containers: readonly { ports?: readonly { hostPort?: number }[] }[] } }
  readonly currentState: { status: string; host?: string; hostIP?: string }
}

const addressOf = ({ desiredState, currentState }: LegacyPod): string => {
  const port = desiredState.manifest.containers[0]?.ports?.[0]?.hostPort
  return port && currentState.hostIP ? `http://${currentState.hostIP}:${port}/` : ''
}

const rowOf = (pod: LegacyPod): Row => ({
  key: pod.id,
  cells: [pod.id, pod.currentState.host ?? '', pod.currentState.status, addressOf(pod)],
})

/** The server in a process of its own; answers its address. */
const startServer = async (): Promise<{ server: ChildProcess; url: string }> => {
  const flags = ['-port=0', `-data_dir=${dataDir}`, '-local_agents=2']
  const server = spawn(process.execPath, [join(dist, 'kubernetes-mesos.mjs'), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Ctrl-C reaches this process first: it deletes the pods before it stops the server.
    detached: true,
  })
  for await (const line of createInterface({ input: server.stdout })) {
    const url = /API server: +(http:\/\/\S+)/.exec(line)?.[1]
    if (url) {
      server.stdout.resume()
      return { server, url }
    }
  }
  throw new Error('kubernetes-mesos ended before it was ready')
}

/** What the address answers. A pod that runs may need a moment more before it listens. */
const curl = async (address: string): Promise<string> => {
  const deadline = Date.now() + patience
  for (;;) {
    try {
      return await (await fetch(address)).text()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
}

const demo = async (url: string): Promise<void> => {
  const table = new LiveTable(process.stdout, ['POD', 'HOST', 'STATUS', 'ADDRESS'])

  const pods = async (): Promise<readonly LegacyPod[]> => {
    const response = await fetch(`${url}/api/v1beta1/pods`)
    return ((await response.json()) as { items: LegacyPod[] }).items
  }

  /** Shows the pods until `enough` holds of them. */
  const watch = async (
    what: string,
    enough: (pods: readonly LegacyPod[]) => boolean,
  ): Promise<readonly LegacyPod[]> => {
    const deadline = Date.now() + patience
    for (;;) {
      const now = await pods()
      table.show(now.map(rowOf).sort((a, b) => a.key.localeCompare(b.key)))
      if (enough(now)) {
        table.settle()
        return now
      }
      if (Date.now() > deadline) throw new Error(`${what}: not within ${patience / 1000} s`)
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }

  const running = (count: number) => (now: readonly LegacyPod[]) =>
    now.length === count && now.every(pod => pod.currentState.status === 'Running')

  const kubecfg = async (...args: string[]): Promise<void> => {
    console.log(`\n$ kubecfg ${args.join(' ')}`)
    const env = { ...process.env, KUBERNETES_MASTER: url }
    await run(process.execPath, [join(dist, 'kubecfg.mjs'), ...args], {
      env,
      cwd: join(import.meta.dirname, '..'),
    })
  }

  await kubecfg('-c', 'examples/pod-hello.json', 'create', 'pods')
  const [pod] = await watch('the pod runs', running(1))
  const address = pod ? addressOf(pod) : ''

  console.log(`\n$ curl --retry 9 --retry-connrefused ${address}`)
  console.log((await curl(address)).trimEnd())

  await kubecfg('-c', 'examples/controller-hello.json', 'create', 'replicationControllers')
  await watch('the controller has its pods', running(3))

  await kubecfg('resize', 'hello', '4')
  await watch('the controller has grown', running(5))

  await kubecfg('stop', 'hello')
  await watch("the controller's pods are gone", now => now.length === 1)
  await kubecfg('rm', 'hello')
  await kubecfg('delete', `pods/${pod?.id}`)
  await watch('all pods are gone', now => now.length === 0)
}

/** Deletes what the demo has made, wherever it was interrupted, and waits until it is gone. */
const cleanUp = async (url: string): Promise<void> => {
  await fetch(`${url}/api/v1beta1/replicationControllers/hello`, { method: 'DELETE' })
  const deadline = Date.now() + patience
  for (;;) {
    const response = await fetch(`${url}/api/v1beta1/pods`)
    const { items } = (await response.json()) as { items: LegacyPod[] }
    if (items.length === 0 || Date.now() > deadline) return
    for (const { id } of items) await fetch(`${url}/api/v1beta1/pods/${id}`, { method: 'DELETE' })
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

const started = performance.now()
console.log('Starting kubernetes-mesos with two agents: no Mesos, no etcd, no Docker.')
const { server, url } = await startServer()
console.log(`The API is at ${url}`)

const interrupted = new Promise<never>((_, reject) => {
  process.once('SIGINT', () => reject(new Error('interrupted')))
})
try {
  await Promise.race([demo(url), interrupted])
  console.log(
    `\nAll of it worked, in ${((performance.now() - started) / 1000).toFixed(1)} s. Now yours: npm start`,
  )
} catch (error) {
  console.error(`\nThe demo stops: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
} finally {
  await cleanUp(url)
  server.kill('SIGTERM')
  if (server.exitCode === null && server.signalCode === null) await once(server, 'exit')
  rmSync(dataDir, { recursive: true, force: true })
}
