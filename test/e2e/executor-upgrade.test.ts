import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { annotation } from '../../api/annotations.ts'
import { Pod } from '../../api/kinds/index.ts'
import { Cluster, isAlive } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'

/** The executors that the embedded Mesos runs. */
const executorsOf = async (cluster: Cluster): Promise<string[]> => {
  const master = await cluster.program.printed(/Mesos: +(\S+?),/)
  const response = await fetch(`http://${master}/api/v1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'GET_EXECUTORS' }),
  })
  const { get_executors } = (await response.json()) as {
    get_executors: { executors?: { executor_info: { executor_id: { value: string } } }[] }
  }
  return (get_executors.executors ?? []).map(({ executor_info }) => executor_info.executor_id.value)
}

test('a changed executor starts beside the old one, which ends with its last pod', async () => {
  const cluster = await new Cluster().start()
  await cluster.create(cluster.sleeper('old'))
  const old = await cluster.running('old')
  await cluster.program.stop()

  await cluster.start(['-executor_logv=1'])
  await cluster.create(cluster.sleeper('new'))
  const fresh = await cluster.running('new')
  const ids = [old, fresh].map(pod => pod.metadata.annotations?.[annotation.executorId] ?? '')
  assert.is.not(ids[0], ids[1])
  assert.equal((await executorsOf(cluster)).sort(), [...ids].sort())
  assert.ok(
    cluster.starts.every(({ pid }) => isAlive(pid)),
    'the old pod goes on',
  )

  await cluster.client.delete(Pod, { namespace: 'default', name: 'old' })
  await eventually('the old executor ends', async () => (await executorsOf(cluster)).length === 1)
  assert.equal(await executorsOf(cluster), [ids[1]])
  assert.is((await cluster.pod('new')).status?.phase, 'Running')
  await cluster.stop()
})

test.run()
