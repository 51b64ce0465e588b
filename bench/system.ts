import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Cluster } from '../test/support/cluster.ts'
import { eventually } from '../test/support/eventually.ts'
import { tempDir } from '../test/support/temp.ts'

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const megabytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

/** Starts a program and waits for its first line and, if that has an address, for the first answer there. */
const timeToAnswer = async (args: readonly string[], path?: string): Promise<{ ms: number; rss: number }> => {
  const started = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/\S+/.exec(line)?.[0]
    if (path && url) await (await fetch(url + path)).text()
    break
  }
  const ms = performance.now() - started
  // What start-up leaves for later is done, and the heap has been collected where that was due.
  if (path) await new Promise(resolve => setTimeout(resolve, 5_000))
  const rss = path ? megabytes(child.pid ?? 0) : 0
  child.kill('SIGTERM')
  await once(child, 'exit')
  return { ms, rss }
}

/** Start-up and idle memory of the whole embedded control plane, beside a Node process that does nothing. */
export const startUp = async () => {
  const bare: number[] = []
  const whole: { ms: number; rss: number }[] = []
  for (let run = 0; run < 5; run++) {
    bare.push((await timeToAnswer(['-e', 'console.log("up")'])).ms)
    const flags = ['-port=0', `-data_dir=${join(tempDir('bench'), 'data')}`]
    whole.push(await timeToAnswer(['dist/kubernetes-mesos.mjs', ...flags], '/api/v1beta1/pods'))
  }
  return {
    bareNodeMs: median(bare),
    firstAnswerMs: median(whole.map(({ ms }) => ms)),
    idleMegabytes: median(whole.map(({ rss }) => rss)),
  }
}

/** From the post of a pod until the API shows it Running, over three agents: one after the other, and many at once. */
export const postedToRunning = async (burst: number) => {
  const cluster = await new Cluster(['-local_agents=3']).start()
  try {
    const single: number[] = []
    for (let pod = 0; pod < 11; pod++) {
      const started = performance.now()
      await cluster.create(cluster.sleeper(`single-${pod}`))
      await cluster.running(`single-${pod}`)
      single.push(performance.now() - started)
    }
    const names = Array.from({ length: burst }, (_, at) => `burst-${at}`)
    const started = performance.now()
    await Promise.all(names.map(name => cluster.create(cluster.sleeper(name))))
    await eventually(
      'all run',
      async () => {
        const running = await cluster.pods()
        return running.filter(({ status }) => status?.phase === 'Running').length === burst + single.length
      },
      120_000,
    )
    const seconds = (performance.now() - started) / 1_000
    // The first one also waits until the agent has fetched and started the executor.
    return { firstMs: single[0] ?? Number.NaN, singleMs: median(single.slice(1)), burstSeconds: seconds }
  } finally {
    await cluster.stop()
  }
}
