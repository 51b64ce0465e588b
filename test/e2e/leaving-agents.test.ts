import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ReplicationController } from '../../api/kinds/index.ts'
import { type LocalMesos, startLocalMesos } from '../../mesos/local/index.ts'
import { silent } from '../../util/logger.ts'
import { operate } from '../mesos/local/operator-calls.ts'
import { Cluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { tempDir } from '../support/temp.ts'

/** A pod of a controller on one of two agents, and what happens to that. */
const withReplica = async (step: (mesos: LocalMesos, cluster: Cluster, node: string) => Promise<void>) => {
  const mesos = await startLocalMesos({
    workDir: tempDir('mesos'),
    agents: 2,
    resources: 'cpus:4;mem:4096;ports:[31000-31999]',
    logger: silent,
  })
  const cluster = await new Cluster([`-mesos_master=${mesos.master}`]).start()
  const labels = { app: 'moved' }
  await cluster.client.create(ReplicationController, {
    metadata: { name: 'moved', namespace: 'default' },
    spec: {
      replicas: 1,
      selector: labels,
      template: { metadata: { labels }, spec: { containers: [cluster.sleeping()] } },
    },
  })
  await step(mesos, cluster, await runs(cluster))
  const rc = { namespace: 'default', name: 'moved' }
  await cluster.client.delete(ReplicationController, rc, { propagationPolicy: 'Background' })
  await cluster.stop()
  await mesos.close()
}

/** Where the replica runs, once it does. */
const runs = (cluster: Cluster, elsewhereThan = ''): Promise<string> =>
  eventually(
    'the replica runs',
    async () => {
      const pods = await cluster.pods('app=moved')
      const running = pods.find(
        ({ status, spec }) => status?.phase === 'Running' && spec.nodeName !== elsewhereThan,
      )
      return running?.spec.nodeName
    },
    60_000,
  )

test('before maintenance pods of controllers move to another agent, and new ones keep away', () =>
  withReplica(async (mesos, cluster, node) => {
    const machine = { hostname: node, ip: '127.0.0.1' }
    const unavailability = { start: { nanoseconds: (Date.now() + 5 * 60_000) * 1e6 } }
    await operate(mesos.masterUrl, {
      type: 'UPDATE_MAINTENANCE_SCHEDULE',
      update_maintenance_schedule: { schedule: { windows: [{ machine_ids: [machine], unavailability }] } },
    })
    assert.is.not(await runs(cluster, node), node)
    const { get_maintenance_status } = await operate(mesos.masterUrl, { type: 'GET_MAINTENANCE_STATUS' })
    const [draining] = get_maintenance_status?.status.draining_machines ?? []
    assert.equal(
      draining?.statuses?.map(({ status }) => status),
      ['ACCEPT'],
    )
  }))

test('on a drained agent nothing runs on; reactivated, it is used as before', () =>
  withReplica(async (mesos, cluster, node) => {
    const agent = mesos.agents.find(({ hostname }) => hostname === node)
    const agent_id = { value: agent?.id ?? '' }
    await operate(mesos.masterUrl, { type: 'DRAIN_AGENT', drain_agent: { agent_id } })
    const next = await runs(cluster, node)
    assert.is.not(next, node)
    const known = async () => {
      const { get_agents } = await operate(mesos.masterUrl, { type: 'GET_AGENTS' })
      return get_agents?.agents?.find(({ agent_info }) => agent_info.id?.value === agent_id.value)
    }
    await eventually('drained', async () => (await known())?.drain_info?.state === 'DRAINED')
    await eventually('without an executor', async () => !(await known())?.allocated_resources)
    await operate(mesos.masterUrl, { type: 'REACTIVATE_AGENT', reactivate_agent: { agent_id } })
    const other = mesos.agents.find(({ hostname }) => hostname !== node)
    const drain_agent = { agent_id: { value: other?.id ?? '' } }
    await operate(mesos.masterUrl, { type: 'DRAIN_AGENT', drain_agent })
    assert.is(await runs(cluster, next), node)
    const pods = await cluster.pods('app=moved')
    assert.ok(
      pods.every(({ metadata }) => !metadata.annotations?.['k8s.mesosphere.io/attempt']),
      'no launch was dropped',
    )
  }))

test.run()
