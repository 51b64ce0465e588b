import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ReplicationController } from '../../api/kinds/index.ts'
import { Cluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { Program } from '../support/program.ts'

const rc = { namespace: 'default', name: 'replicated' }

const create = async (cluster: Cluster, replicas: number) => {
  const labels = { name: 'replicated' }
  const template = { metadata: { labels }, spec: { containers: [cluster.sleeping()] } }
  await cluster.client.create(ReplicationController, {
    metadata: rc,
    spec: { replicas, selector: labels, template },
  })
}

const have = (cluster: Cluster, replicas: number) =>
  eventually(
    `${replicas} replicas run`,
    async () => {
      const pods = await cluster.pods('name=replicated')
      return pods.length === replicas && pods.every(pod => pod.status?.phase === 'Running')
    },
    40_000,
  )

/** As kubecfg does it; the controller may write its status at the same moment. */
const resize = (cluster: Cluster, replicas: number) =>
  eventually(`resized to ${replicas}`, async () => {
    const current = await cluster.client.get(ReplicationController, rc)
    return cluster.client.update(ReplicationController, { ...current, spec: { ...current.spec, replicas } })
  })

test('of two controller-managers one works; when it is killed, the other one does', async () => {
  const cluster = await new Cluster(['-controllers=none']).start()
  const start = () => new Program('controller-manager', [`-master=${cluster.url.slice('http://'.length)}`])
  const first = start()
  await first.printed(/controllers work for/)
  const second = start()
  await second.printed(/standing by for/)
  await create(cluster, 3)
  await have(cluster, 3)
  assert.not.match(second.output, 'controllers work')

  await first.crash()
  await resize(cluster, 5)
  await have(cluster, 5)
  assert.match(second.output, 'controllers work')

  await resize(cluster, 0)
  await have(cluster, 0)
  assert.is(cluster.starts.length, 5, 'no pod was made in vain')
  assert.is(await second.stop(), 0)
  await cluster.stop()
})

test("started beside a kubernetes-mesos that runs them itself, as the original's README has it, it stands by", async () => {
  const cluster = await new Cluster().start()
  const manager = new Program('controller-manager', ['-master', cluster.url])
  await manager.printed(/standing by for/)
  await create(cluster, 2)
  await have(cluster, 2)
  await cluster.program.crash()
  await cluster.start()
  await resize(cluster, 3)
  await have(cluster, 3)
  assert.is(cluster.starts.length, 3)
  assert.not.match(manager.output, 'controllers work', 'started again at its address, the first one goes on')
  await resize(cluster, 0)
  await have(cluster, 0)
  await manager.stop()
  await cluster.stop()
})

test.run()
