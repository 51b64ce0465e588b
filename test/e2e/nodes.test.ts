import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Node, ReplicationController } from '../../api/kinds/index.ts'
import { condition } from '../../api/pod-phase.ts'
import { startLocalMesos } from '../../mesos/local/index.ts'
import { silent } from '../../util/logger.ts'
import { Cluster, isAlive } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { Kubectl } from '../support/kubectl.ts'
import { tempDir } from '../support/temp.ts'

const mesos = await startLocalMesos({
  workDir: tempDir('mesos'),
  agents: 2,
  resources: 'cpus:4;mem:2048;ports:[31000-31099]',
  // An agent that does not answer is removed after two seconds.
  timing: { agentPing: 500, agentReregistration: 2_000 },
  logger: silent,
})
const cluster = new Cluster([`-mesos_master=${mesos.master}`])

const isReady = (name: string, reason: string) =>
  eventually(`${name} is ${reason}`, async () => {
    const { status } = await cluster.client.get(Node, { namespace: '', name })
    return condition(status, 'Ready')?.reason === reason
  })

test.before(async () => {
  await cluster.start()
})

test.after(async () => {
  await cluster.stop()
  await mesos.close()
})

test('a lost agent is NotReady, and Ready when it is back; its pod has not noticed', async () => {
  await cluster.create({
    ...cluster.sleeper('patient'),
    spec: { nodeName: 'agent2.local', containers: [cluster.sleeping()] },
  })
  const before = await cluster.running('patient')
  await isReady('agent2.local', 'AgentRegistered')
  await mesos.agents[1]?.kill()
  await isReady('agent2.local', 'AgentLost')
  await eventually('nobody knows of the pod', async () => {
    const { status } = await cluster.pod('patient')
    return status?.phase === 'Unknown' && status.reason === 'NodeLost'
  })
  await isReady('agent1.local', 'AgentRegistered')
  await mesos.agents[1]?.restart()
  await isReady('agent2.local', 'AgentRegistered')
  const after = await cluster.running('patient')
  assert.is(after.metadata.uid, before.metadata.uid)
  assert.is(cluster.starts.length, 1)
  assert.ok(cluster.starts.every(({ pid }) => isAlive(pid)))
})

test('kubectl drain empties a node, and what is replaced goes elsewhere until it is uncordoned', async () => {
  const kubectl = new Kubectl(cluster.url, cluster.dir)
  await cluster.client.create(ReplicationController, {
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas: 4,
      selector: { name: 'web' },
      template: { metadata: { labels: { name: 'web' } }, spec: { containers: [cluster.sleeping()] } },
    },
  })
  const running = (nodes: readonly string[]) =>
    eventually(`four run on ${nodes}`, async () => {
      const pods = (await cluster.pods('name=web')).filter(({ metadata }) => !metadata.deletionTimestamp)
      const places = new Set(pods.map(({ spec }) => spec.nodeName))
      return (
        pods.length === 4 &&
        pods.every(({ status }) => status?.phase === 'Running') &&
        nodes.length === places.size &&
        nodes.every(node => places.has(node))
      )
    })
  await running(['agent1.local', 'agent2.local'])
  const drain = async (node: string) => {
    // It tells on its way what it evicts, which is no complaint.
    const { code, stderr } = await kubectl.run('drain', node, '--force', '--timeout=60s')
    assert.is(code, 0, stderr)
  }
  await drain('agent1.local')
  await running(['agent2.local'])
  assert.match(await kubectl.ok('get', 'nodes'), /^agent1\.local +Ready,SchedulingDisabled /m)
  await kubectl.ok('uncordon', 'agent1.local')
  await drain('agent2.local')
  await running(['agent1.local'])
  await kubectl.ok('uncordon', 'agent2.local')
  await cluster.client.delete(ReplicationController, { namespace: 'default', name: 'web' })
})

test.run()
