import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Event } from '../../api/kinds/index.ts'
import { condition } from '../../api/pod-phase.ts'
import { Cluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'

test('an agent that cannot start the executor is told of by the pod, and is not hammered', async () => {
  const cluster = await new Cluster(['-mesos_user=no-such-user']).start()
  try {
    await cluster.create(cluster.sleeper('a'))
    const { status, spec } = await eventually('the reason is told', async () => {
      const pod = await cluster.pod('a')
      return pod.status?.reason !== undefined && pod
    })
    assert.equal([status?.phase, status?.reason], ['Pending', 'ContainerLaunchFailed'])
    assert.match(status?.message ?? '', 'no-such-user')
    assert.match(status?.message ?? '', 'know the user -mesos_user')
    assert.ok(spec.nodeName === undefined || spec.nodeName === 'agent1.local')
    const waiting = await eventually('the agent is spared', async () => {
      const { message } = condition((await cluster.pod('a')).status, 'PodScheduled') ?? {}
      return message?.includes('the executor did not start') && message
    })
    assert.match(waiting, 'no agent of 1 fits')
    const { items } = await cluster.client.list(Event)
    assert.ok(
      items.some(({ reason, message }) => reason === 'ContainerLaunchFailed' && message?.includes('user')),
    )
  } finally {
    await cluster.stop()
  }
})

test.run()
