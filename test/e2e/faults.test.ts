import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pod, ReplicationController } from '../../api/kinds/index.ts'
import { type LocalMesos, startLocalMesos } from '../../mesos/local/index.ts'
import { silent } from '../../util/logger.ts'
import { Cluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { type Fault, FaultProxy, faults } from '../support/fault-proxy.ts'
import { tempDir } from '../support/temp.ts'

interface World {
  mesos: LocalMesos
  proxy: FaultProxy
  cluster: Cluster
}

const replicas = 4
const resources = 'cpus:2;mem:4096;disk:1000;ports:[31000-31999]'

const controller = (cluster: Cluster) => ({
  metadata: { name: 'steady', namespace: 'default' },
  spec: {
    replicas,
    selector: { name: 'steady' },
    template: {
      metadata: { labels: { name: 'steady' } },
      spec: { containers: [cluster.sleeping()] },
    },
  },
})

const allRun = (cluster: Cluster) =>
  eventually(
    'all replicas run',
    async () => {
      const pods = await cluster.pods('name=steady')
      return pods.length === replicas && pods.every(pod => pod.status?.phase === 'Running') && pods
    },
    60_000,
  )

const isSubscribed = async (cluster: Cluster): Promise<boolean> =>
  /^mesos_subscribed 1$/m.test(await (await fetch(`${cluster.url}/metrics`)).text())

/** While the fault lasts a pod is posted and another one deleted; afterwards all is as if nothing had been. */
const endures = async (
  { proxy, cluster }: World,
  fault: Fault,
  noticed: () => Promise<unknown> = async () => {},
) => {
  const before = await allRun(cluster)
  proxy.fault = fault
  await noticed()
  const name = `during-${fault}`
  await cluster.create(cluster.sleeper(name))
  const [victim] = before
  await cluster.client.delete(Pod, { namespace: 'default', name: victim?.metadata.name ?? '' })
  await eventually('the fault has done harm', () => proxy.harm > 0)
  proxy.fault = undefined
  await cluster.running(name, 60_000)
  await eventually(
    'the deleted one is replaced',
    async () => (await allRun(cluster)).every(pod => pod.metadata.uid !== victim?.metadata.uid),
    60_000,
  )
  assert.ok(cluster.program.alive)
  const started = cluster.starts.map(({ pod }) => pod)
  assert.equal(started, [...new Set(started)], 'none was started twice')

  // Nothing is kept back: a pod that needs most of an agent finds its place.
  await cluster.client.delete(Pod, { namespace: 'default', name })
  await cluster.create(cluster.sleeper(`large-${fault}`, { requests: { cpu: '1500m', memory: '8Mi' } }))
  await cluster.running(`large-${fault}`, 60_000)
  await cluster.client.delete(Pod, { namespace: 'default', name: `large-${fault}` })
}

const scheduler = suite<World>('between scheduler and master')

scheduler.before(async world => {
  world.mesos = await startLocalMesos({
    workDir: tempDir('mesos'),
    agents: 2,
    resources,
    logger: silent,
    timing: { heartbeat: 500 },
  })
  world.proxy = await FaultProxy.open(world.mesos.master)
  world.cluster = await new Cluster([`-mesos_master=${world.proxy.address}`]).start()
  await world.cluster.client.create(ReplicationController, controller(world.cluster))
})

scheduler.after(async ({ mesos, proxy, cluster }) => {
  await cluster.client.delete(ReplicationController, { namespace: 'default', name: 'steady' })
  await cluster.stop()
  await proxy.close()
  await mesos.close()
})

for (const fault of faults) {
  scheduler(fault, async world => {
    const lost = () =>
      eventually('the session is lost', async () => !(await isSubscribed(world.cluster)), 30_000)
    // One cut is mended before anybody sees it, and what is late is not lost.
    await (fault === 'cut' || fault === 'delay' ? endures(world, fault) : endures(world, fault, lost))
  })
}

scheduler.run()

const executor = suite<World>('between executor and agent')

executor.before(async world => {
  world.mesos = await startLocalMesos({ workDir: tempDir('mesos'), resources, logger: silent })
  const agent = new URL(world.mesos.agents[0]?.url ?? '').host
  world.proxy = await FaultProxy.open(agent)
  // The executor is told where its agent is by its environment.
  const file = join(tempDir('executor'), 'kubernetes-executor.mjs')
  const diverted = `process.env.MESOS_AGENT_ENDPOINT = '${world.proxy.address}'\n`
  writeFileSync(file, readFileSync('dist/kubernetes-executor.mjs', 'utf8').replace('\n', `\n${diverted}`))
  world.cluster = await new Cluster([`-mesos_master=${world.mesos.master}`, `-executor_path=${file}`]).start()
  await world.cluster.client.create(ReplicationController, controller(world.cluster))
})

executor.after(async ({ mesos, proxy, cluster }) => {
  await cluster.client.delete(ReplicationController, { namespace: 'default', name: 'steady' })
  await cluster.stop()
  await proxy.close()
  await mesos.close()
})

for (const fault of faults) {
  executor(fault, world => endures(world, fault))
}

executor.run()
