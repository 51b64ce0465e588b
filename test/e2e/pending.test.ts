import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Event, Pod } from '../../api/kinds/index.ts'
import { Cluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'

const cluster = new Cluster(['-local_agents=2', '-local_resources=cpus:2;mem:2048;ports:[31000-31009]'])

test.before(async () => {
  await cluster.start()
})

test.after(() => cluster.stop())

test('a pod that fits nowhere says why, and starts when there is room', async () => {
  for (const name of ['big-1', 'big-2']) {
    await cluster.create(cluster.sleeper(name, { requests: { cpu: '1500m', memory: '64Mi' } }))
    await cluster.running(name)
  }
  await cluster.create(cluster.sleeper('waiting', { requests: { cpu: '1', memory: '64Mi' } }))
  const condition = await eventually('the reasons are told', async () => {
    const { status } = await cluster.pod('waiting')
    return status?.conditions?.find(
      ({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable',
    )
  })
  assert.is(condition.status, 'False')
  assert.match(condition.message ?? '', /^no agent of 2 fits: 2 agents: cpu short by 0\.6$/)
  const event = await eventually('an event tells them too', async () => {
    const about = { namespace: 'default', fieldSelector: 'involvedObject.name=waiting' }
    const { items } = await cluster.client.list(Event, about)
    return items.find(({ reason }) => reason === 'FailedScheduling')
  })
  assert.is(event.message, condition.message)
  assert.is((await cluster.pod('waiting')).status?.phase, 'Pending')

  await cluster.client.delete(Pod, { namespace: 'default', name: 'big-1' }, { gracePeriodSeconds: 1 })
  const pod = await cluster.running('waiting', 30_000)
  assert.is(pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.status, 'True')
})

test.run()
