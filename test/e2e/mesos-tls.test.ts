import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Node } from '../../api/kinds/index.ts'
import { condition } from '../../api/pod-phase.ts'
import { startLocalMesos } from '../../mesos/local/index.ts'
import { silent } from '../../util/logger.ts'
import { Cluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { testKeyPair } from '../support/key-pair.ts'
import { tempDir } from '../support/temp.ts'
import { TlsProxy } from '../support/tls-proxy.ts'

/** Two masters that speak TLS; the second one sends everybody to the first. Where they are, and their CA. */
const secureMesos = async () => {
  const mesos = await startLocalMesos({ workDir: tempDir('mesos'), masters: 2, logger: silent })
  const pair = await testKeyPair()
  const ca = join(tempDir('ca'), 'ca.pem')
  writeFileSync(ca, pair.cert)
  const [leader, other] = mesos.masters.map(({ url }) => new URL(url).host)
  const leading = await TlsProxy.open(leader ?? '', pair)
  const standby = await TlsProxy.open(other ?? '', pair, text =>
    text.replaceAll(leader ?? '', leading.address),
  )
  const close = async () => {
    await leading.close()
    await standby.close()
    await mesos.close()
  }
  return { leading, standby, ca, close }
}

test('masters that speak TLS are subscribed with, followed to their leader, and asked as operators do', async () => {
  const { leading, standby, ca, close } = await secureMesos()
  const flags = [`-mesos_master=${standby.address}`, '-mesos_tls']
  const cluster = await new Cluster(flags, { NODE_EXTRA_CA_CERTS: ca }).start()
  await cluster.create(cluster.sleeper('one'))
  await cluster.running('one')
  assert.ok(leading.connections >= 1, 'the subscription')
  // Nodes are what the master answers who asks for its agents.
  await eventually('a node', async () => (await cluster.client.list(Node)).items.length === 1)
  await cluster.stop()
  await close()
})

test('a master whose certificate nobody vouches for is not believed, and pods say so', async () => {
  const { leading, close } = await secureMesos()
  const cluster = await new Cluster([`-mesos_master=https://${leading.address}`]).start()
  await cluster.create(cluster.sleeper('one'))
  const told = await eventually('the reason', async () =>
    condition((await cluster.pod('one')).status, 'PodScheduled'),
  )
  assert.match(told.message ?? '', /^no Mesos master: .*self-signed certificate/)
  await cluster.stop()
  await close()
})

test.run()
