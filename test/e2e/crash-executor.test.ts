import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ReplicationController } from '../../api/kinds/index.ts'
import { Cluster, isAlive } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'

const cluster = new Cluster()

/** The executors that work in the cluster's folder. */
const executors = (): number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        return environment.includes(`MESOS_SANDBOX=${cluster.dir}`) && command.includes('kubernetes-executor')
      } catch {
        return false
      }
    })

test.before(async () => {
  await cluster.start()
})

test.after(() => cluster.stop())

test('kill -9 of an executor: its pods end, and are replaced or started again', async () => {
  await cluster.create(cluster.sleeper('bare'))
  await cluster.create({
    ...cluster.sleeper('once'),
    spec: { containers: [cluster.sleeping()], restartPolicy: 'Never' },
  })
  await cluster.client.create(ReplicationController, {
    metadata: { name: 'replicated', namespace: 'default' },
    spec: {
      replicas: 2,
      selector: { name: 'replicated' },
      template: { metadata: { labels: { name: 'replicated' } }, spec: { containers: [cluster.sleeping()] } },
    },
  })
  const before = await eventually('all four run', async () => {
    const pods = await cluster.pods()
    return pods.length === 4 && pods.every(pod => pod.status?.phase === 'Running') && pods
  })
  await eventually('all have signed', () => cluster.starts.length === 4)
  const first = cluster.starts

  const [executor] = executors()
  assert.ok(executor, 'the executor is found')
  process.kill(executor, 'SIGKILL')

  await eventually('nothing of the old ones is left running', () => first.every(({ pid }) => !isAlive(pid)))
  const once = await eventually('the pod that runs once has failed', async () => {
    const pod = await cluster.pod('once')
    return pod.status?.phase === 'Failed' && pod
  })
  assert.is(once.status?.reason, 'ExecutorTerminated')
  await eventually('the others run again', async () => {
    const pods = await cluster.pods()
    const living = pods.filter(pod => pod.metadata.name !== 'once' && pod.status?.phase === 'Running')
    return living.length === 3 && cluster.starts.length === 7
  })
  const after = await cluster.pods('name=replicated')
  assert.not.ok(
    after.some(pod => before.some(old => old.metadata.uid === pod.metadata.uid)),
    "the controller's pods were replaced",
  )
  const bare = before.find(pod => pod.metadata.name === 'bare')
  assert.is((await cluster.pod('bare')).metadata.uid, bare?.metadata.uid, 'the bare pod was started again')
  assert.is(cluster.starts.filter(({ pid }) => isAlive(pid)).length, 3)
  await cluster.client.delete(ReplicationController, { namespace: 'default', name: 'replicated' })
})

test.run()
