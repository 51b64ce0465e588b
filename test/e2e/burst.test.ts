import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Cluster, isAlive } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'

const cluster = new Cluster(['-local_agents=3'])
const count = 200

test.before(async () => {
  await cluster.start()
})

test.after(() => cluster.stop())

test(`${count} pods posted at once all run, each exactly once`, async () => {
  const names = Array.from({ length: count }, (_, at) => `burst-${at}`)
  await Promise.all(names.map(name => cluster.create(cluster.sleeper(name))))
  const pods = await eventually(
    'all run',
    async () => {
      const found = await cluster.pods()
      return found.length === count && found.every(pod => pod.status?.phase === 'Running') && found
    },
    120_000,
  )
  assert.is(new Set(pods.map(pod => pod.spec.nodeName)).size, 3, 'all agents are used')
  await eventually('all have signed', () => cluster.starts.length >= count)
  assert.equal(cluster.starts.map(({ pod }) => pod).sort(), names.sort())
  assert.is(cluster.starts.filter(({ pid }) => isAlive(pid)).length, count)
})

test.run()
