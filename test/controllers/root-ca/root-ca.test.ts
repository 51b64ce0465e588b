import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isStatus } from '../../../api/errors.ts'
import { ConfigMap, Namespace } from '../../../api/kinds/index.ts'
import { rootCa } from '../../../controllers/root-ca/index.ts'
import { createManager, type Manager } from '../../../controllers/runtime/index.ts'
import { silent } from '../../../util/logger.ts'
import { startServer } from '../../apiserver/running-server.ts'
import { eventually } from '../../support/eventually.ts'

const { http: client, stop } = await startServer()
test.after(stop)

const ref = (namespace: string) => ({ namespace, name: 'kube-root-ca.crt' })

const publishedIn = async (namespace: string): Promise<string | undefined> => {
  try {
    return (await client.get(ConfigMap, ref(namespace))).data?.['ca.crt']
  } catch (error) {
    if (isStatus(error, 'NotFound')) return undefined
    throw error
  }
}

const withController = async (certificate: string | undefined, run: (manager: Manager) => Promise<void>) => {
  const manager = createManager({ client, logger: silent })
  manager.add(rootCa(certificate))
  await manager.start()
  try {
    await run(manager)
  } finally {
    await manager.stop()
  }
}

const publishes = (namespace: string, text: string) =>
  eventually(`${namespace} has "${text}"`, async () => (await publishedIn(namespace)) === text)

test('every namespace has the certificate, again when it is deleted or changed', () =>
  withController('PEM', async () => {
    await publishes('default', 'PEM')
    await client.create(Namespace, { metadata: { name: 'team' } })
    await publishes('team', 'PEM')
    await client.delete(ConfigMap, ref('team'))
    await publishes('team', 'PEM')
    await client.update(ConfigMap, { ...(await client.get(ConfigMap, ref('team'))), data: { 'ca.crt': 'x' } })
    await publishes('team', 'PEM')
  }))

test('without a certificate an empty one is there, and what another process has published stays', () =>
  withController(undefined, async () => {
    await client.create(Namespace, { metadata: { name: 'next' } })
    await publishes('next', '')
    assert.is(await publishedIn('team'), 'PEM')
  }))

test.run()
