import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isStatus } from '../../../api/errors.ts'
import { Namespace, ServiceAccount } from '../../../api/kinds/index.ts'
import { createManager } from '../../../controllers/runtime/index.ts'
import { serviceAccounts } from '../../../controllers/service-accounts/index.ts'
import { silent } from '../../../util/logger.ts'
import { startServer } from '../../apiserver/running-server.ts'
import { eventually } from '../../support/eventually.ts'

const { http: client, stop } = await startServer()
const manager = createManager({ client, logger: silent })
manager.add(serviceAccounts())
await manager.start()
test.after(async () => {
  await manager.stop()
  await stop()
})

const account = (namespace: string) => ({ namespace, name: 'default' })

const found = (namespace: string) =>
  client.get(ServiceAccount, account(namespace)).catch(error => {
    if (isStatus(error, 'NotFound')) return undefined
    throw error
  })

const accountIn = async (namespace: string): Promise<ServiceAccount> => {
  await eventually(`${namespace} has a service account`, async () => (await found(namespace)) !== undefined)
  return client.get(ServiceAccount, account(namespace))
}

test('every namespace has a service account, and gets another when it is deleted', async () => {
  await accountIn('kube-system')
  await client.create(Namespace, { metadata: { name: 'team' } })
  const { metadata } = await accountIn('team')
  assert.is(metadata.ownerReferences, undefined)
  await client.delete(ServiceAccount, account('team'))
  const next = await accountIn('team')
  assert.is.not(next.metadata.uid, metadata.uid)
})

test('a namespace on its way out gets none', async () => {
  await client.create(Namespace, { metadata: { name: 'leaving' } })
  await accountIn('leaving')
  await client.delete(Namespace, { namespace: '', name: 'leaving' })
  await client.delete(ServiceAccount, account('leaving'))
  // The controller works through its events in their order: what comes later is there, so it has seen the deletion.
  await client.create(Namespace, { metadata: { name: 'later' } })
  await accountIn('later')
  assert.is(await found('leaving'), undefined)
})

test.run()
