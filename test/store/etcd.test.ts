import { test } from 'uvu'
import { openEtcdStore } from '../../store/etcd/etcd-store.ts'
import { silent } from '../../util/logger.ts'
import { Etcd } from '../support/etcd.ts'
import { storeContract } from './contract.ts'

const etcd = await Etcd.start()
test.after(() => etcd.stop())

let opened = 0
const open = () =>
  openEtcdStore({ endpoints: [etcd.endpoint], prefix: `/registry/${opened++}`, logger: silent })
storeContract('etcd', open, 20)

test.run()
