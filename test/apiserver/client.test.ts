import { test } from 'uvu'
import { openEtcdStore } from '../../store/etcd/etcd-store.ts'
import { silent } from '../../util/logger.ts'
import { Etcd } from '../support/etcd.ts'
import { clientContract } from './client-contract.ts'
import { startServer } from './running-server.ts'

const embedded = await startServer()
clientContract('in process', () => ({ client: embedded.server.client, other: embedded.http }))
clientContract('HTTP', () => ({ client: embedded.http, other: embedded.server.client }))

// Two API servers on one etcd: each sees at once what the other has written.
const etcd = await Etcd.start()
const openStore = () => openEtcdStore({ endpoints: [etcd.endpoint], prefix: '/kubernetes', logger: silent })
const stores = [await openStore(), await openStore()] as const
const one = await startServer({ store: stores[0] })
const two = await startServer({ store: stores[1] })
clientContract('two servers on etcd', () => ({
  client: one.http,
  other: two.server.client,
}))

test.after(async () => {
  await embedded.stop()
  await one.stop()
  await two.stop()
  for (const store of stores) await store.close()
  await etcd.stop()
})

test.run()
