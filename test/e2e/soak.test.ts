import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { annotation } from '../../api/annotations.ts'
import { type Pod, ReplicationController } from '../../api/kinds/index.ts'
import { type LocalMesos, startLocalMesos } from '../../mesos/local/index.ts'
import type { MasterResponse } from '../../mesos/protocol/messages.gen.ts'
import { silent } from '../../util/logger.ts'
import { Cluster, isAlive } from '../support/cluster.ts'
import { Etcd } from '../support/etcd.ts'
import { eventually } from '../support/eventually.ts'
import { tempDir } from '../support/temp.ts'

/** The same seed kills the same things in the same order; what each kill meets is up to the machine. */
const seed = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000)
const seconds = Number(process.env.SOAK_SECONDS ?? 60)

const controllers = ['a', 'b', 'c', 'd', 'e']
const replicas = 10

/** Numbers from 0 to 1, by the seed: mulberry32. */
const randomBy = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The executors below a folder. */
const executorsIn = (folder: string): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter(pid => {
      try {
        return (
          readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`MESOS_SANDBOX=${folder}`) &&
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('kubernetes-executor')
        )
      } catch {
        return false
      }
    })

interface World {
  readonly mesos: LocalMesos
  readonly workDir: string
  readonly cluster: Cluster
}

/** What can happen to a part of the system; each resolves when that part is on its way back. */
const mishaps = ({ mesos, workDir, cluster }: World, random: () => number) => {
  const one = <T>(all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)]
  return {
    async scheduler() {
      await cluster.program.crash()
      await cluster.start()
    },
    async agent() {
      const agent = one(mesos.agents)
      await agent?.kill()
      await sleep(random() * 2_000)
      await agent?.restart()
    },
    async partition() {
      const agent = one(mesos.agents)
      agent?.partition()
      await sleep(random() * 4_000)
      agent?.heal()
    },
    async executor() {
      const pid = one(executorsIn(workDir))
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
    },
    async master() {
      const leader = mesos.masters.find(master => master.isLeading())
      // The last one has to stay.
      if (leader && mesos.masters.indexOf(leader) < mesos.masters.length - 1) await leader.kill()
    },
  }
}

const tasksOf = async ({ masters }: LocalMesos): Promise<string[]> => {
  const leader = masters.find(master => master.isLeading())
  const answer = await fetch(`${leader?.url}/api/v1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'GET_TASKS' }),
  })
  const { get_tasks } = (await answer.json()) as MasterResponse
  return (get_tasks?.tasks ?? []).map(({ task_id }) => task_id.value)
}

const isUp = ({ status, metadata }: Pod): boolean =>
  status?.phase === 'Running' && metadata.deletionTimestamp === undefined

test(`${seconds} s of random kills leave every controller its replicas, and nothing else`, async () => {
  console.log(`SOAK_SEED=${seed}`)
  const random = randomBy(seed)
  const etcd = await Etcd.start()
  const workDir = tempDir('mesos')
  const mesos = await startLocalMesos({
    workDir,
    masters: 4,
    agents: 3,
    resources: 'cpus:4;mem:4096;disk:1000;ports:[31000-31999]',
    logger: silent,
    timing: { heartbeat: 1_000, agentReregistration: 3_000 },
  })
  const masters = mesos.masters.map(({ url }) => new URL(url).host).join(',')
  const cluster = await new Cluster([`-etcd_servers=${etcd.endpoint}`, `-mesos_master=${masters}`]).start()
  for (const name of controllers) {
    await cluster.client.create(ReplicationController, {
      metadata: { name, namespace: 'default' },
      spec: {
        replicas,
        selector: { name },
        template: { metadata: { labels: { name } }, spec: { containers: [cluster.sleeping()] } },
      },
    })
  }
  const whole = async (): Promise<readonly Pod[] | undefined> => {
    const pods = await cluster.pods()
    const counts = controllers.map(
      name => pods.filter(pod => pod.metadata.labels?.name === name && isUp(pod)).length,
    )
    return counts.every(count => count === replicas) && pods.every(isUp) ? pods : undefined
  }
  await eventually('all run', whole, 60_000)

  const happen = Object.entries(mishaps({ mesos, workDir, cluster }, random))
  const happened: string[] = []
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; await sleep(500 + random() * 1_500)) {
    const [name = '', mishap] = happen[Math.floor(random() * happen.length)] ?? []
    happened.push(name)
    await mishap?.()
  }
  console.log(happened.join(' '))

  const pods = await eventually('every controller has its replicas', whole, 120_000)
  const wanted = pods.map(pod => pod.metadata.annotations?.[annotation.taskId] ?? '').sort()
  await eventually('the tasks are those of the pods', async () => {
    assert.equal((await tasksOf(mesos)).sort(), wanted)
    return true
  })
  await eventually('the processes are those of the pods', () => {
    const alive = cluster.starts.filter(({ pid }) => isAlive(pid)).map(({ pod }) => pod)
    assert.equal(alive.sort(), pods.map(({ metadata }) => metadata.name).sort())
    return true
  })
  for (const name of controllers)
    await cluster.client.delete(ReplicationController, { namespace: 'default', name })
  await cluster.stop()
  await mesos.close()
  await etcd.stop()
})

test.run()
