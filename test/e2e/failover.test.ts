import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Lease } from '../../api/kinds/index.ts'
import { Cluster, isAlive } from '../support/cluster.ts'
import { Etcd } from '../support/etcd.ts'
import { eventually } from '../support/eventually.ts'
import { Election } from '../support/mesos-election.ts'
import { Program } from '../support/program.ts'
import { tempDir } from '../support/temp.ts'
import { ZooKeeper } from '../support/zookeeper.ts'

test('two kubernetes-mesos on one etcd: one schedules; when it is killed, the other goes on', async () => {
  const etcd = await Etcd.start()
  const zk = await ZooKeeper.start()
  const mesos = new Program('mesos-local', ['-port=0', '-agents=2', `-work_dir=${tempDir('mesos')}`])
  const [ip, port] = (await mesos.printed(/http:\/\/(\S+)/)).split(':')
  const election = await Election.join(zk.server)
  await election.enter('/mesos', Buffer.from(JSON.stringify({ address: { ip, port: Number(port) } })))

  const flags = [`-etcd_servers=${etcd.endpoint}`, `-mesos_master=zk://${zk.server}/mesos`]
  const first = await new Cluster(flags).start()
  await first.create(first.sleeper('one'))
  await first.running('one')
  const second = await new Cluster(flags).start()
  const before = await first.pod('one')
  assert.equal(await second.pod('one'), before)
  const holder = async () =>
    (await second.client.get(Lease, { namespace: 'kube-system', name: 'scheduler' })).spec?.holderIdentity ??
    ''
  assert.match(await holder(), first.url)

  await first.program.crash()
  // It is the second one's when the lease of the first has run out.
  await second.create(second.sleeper('two'))
  await second.running('two', 60_000)
  assert.match(await holder(), second.url)
  const { metadata, status } = await second.pod('one')
  assert.equal([metadata.uid, status?.phase], [before.metadata.uid, 'Running'])
  assert.is(first.starts.length, 1, 'it was not started again')
  assert.ok(first.starts.every(({ pid }) => isAlive(pid)))

  // The first one stands by now.
  await first.start()
  await eventually('it serves', async () => (await first.pod('two')).status?.phase === 'Running')
  assert.match(await holder(), second.url)
  await second.program.stop()
  await first.create(first.sleeper('three'))
  await first.running('three', 60_000)
  await first.stop()
  election.leave()
  await mesos.stop()
  await zk.stop()
  await etcd.stop()
})

test.run()
