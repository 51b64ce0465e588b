import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Cluster, isAlive } from '../support/cluster.ts'
import { Etcd } from '../support/etcd.ts'
import { eventually } from '../support/eventually.ts'
import { Program } from '../support/program.ts'
import { tempDir } from '../support/temp.ts'

const names = ['one', 'two', 'three', 'four', 'five']

/** Starts five pods, lets `crash` happen, and checks that the same five processes go on. */
const survives = async (cluster: Cluster, crash: () => Promise<void>): Promise<void> => {
  for (const name of names) await cluster.create(cluster.sleeper(name))
  for (const name of names) await cluster.running(name)
  const before = await eventually(
    'all have signed',
    () => cluster.starts.length === names.length && cluster.starts,
  )
  const ids = (await cluster.pods()).map(pod => pod.metadata.uid).sort()

  await crash()

  await eventually('the API lists all as Running', async () => {
    const pods = await cluster.pods()
    return pods.length === names.length && pods.every(pod => pod.status?.phase === 'Running')
  })
  // A sixth pod needs the executor of its agent: when it runs, the session of every part is whole again.
  await cluster.create(cluster.sleeper('sixth'))
  await cluster.running('sixth', 60_000)
  await eventually('the sixth has signed', () => cluster.starts.some(({ pod }) => pod === 'sixth'))
  assert.equal(cluster.starts.slice(0, names.length), before)
  assert.is(cluster.starts.length, names.length + 1, 'none was started twice')
  assert.ok(
    before.every(({ pid }) => isAlive(pid)),
    'the same processes go on',
  )
  const after = (await cluster.pods()).filter(pod => pod.metadata.name !== 'sixth')
  assert.equal(after.map(pod => pod.metadata.uid).sort(), ids)
  assert.ok(
    after.every(pod => pod.status?.containerStatuses?.every(({ restartCount }) => restartCount === 0)),
  )
}

test('kill -9 of kubernetes-mesos with Mesos and store inside', async () => {
  const cluster = await new Cluster(['-local_agents=2']).start()
  await survives(cluster, async () => {
    await cluster.program.crash()
    await cluster.start()
  })
  await cluster.stop()
})

test('kill -9 of kubernetes-mesos beside etcd and mesos-local, then of these', async () => {
  const etcd = await Etcd.start()
  const workDir = tempDir('mesos')
  const startMesos = async (port: string) => {
    const program = new Program('mesos-local', [`-port=${port}`, '-agents=2', `-work_dir=${workDir}`])
    return { program, master: await program.printed(/http:\/\/(\S+)/) }
  }
  let mesos = await startMesos('0')
  const cluster = await new Cluster([
    `-etcd_servers=${etcd.endpoint}`,
    `-mesos_master=${mesos.master}`,
  ]).start()
  await survives(cluster, async () => {
    await cluster.program.crash()
    await cluster.start()
    await etcd.kill()
    await mesos.program.crash()
    await etcd.start()
    mesos = await startMesos(mesos.master.split(':')[1] ?? '')
  })
  await cluster.stop()
  await mesos.program.stop()
  await etcd.stop()
})

test('a second process on the same data is refused', async () => {
  const cluster = await new Cluster().start()
  const second = new Program('kubernetes-mesos', ['-port=0', `-data_dir=${join(cluster.dir, 'data')}`])
  await eventually('the second one ends', () => !second.alive)
  assert.match(second.output, /is in use by process \d+: stop that, or choose another folder with -data_dir/)
  assert.is(await second.stop(), 1)
  await cluster.stop()
})

test.run()
