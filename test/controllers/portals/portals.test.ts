import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Client } from '../../../api/client.ts'
import { Event, IPAddress, Lease, Service } from '../../../api/kinds/index.ts'
import { claimant, claimsOf, refOfClaim } from '../../../api/kinds/service/claims.ts'
import { type Draft, keyOf, refOf } from '../../../api/resource.ts'
import { createApiServer } from '../../../apiserver/index.ts'
import { portals } from '../../../controllers/portals/index.ts'
import { createManager } from '../../../controllers/runtime/index.ts'
import { openEmbeddedStore } from '../../../store/embedded/embedded-store.ts'
import { type Store, StoreUnavailable } from '../../../store/store.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { memoryClient } from '../../support/memory-client.ts'
import { tempDir } from '../../support/temp.ts'

const ref = { namespace: 'default', name: 'web' }

const draft = (spec: Partial<Service['spec']> = {}): Draft<Service> => ({
  metadata: { ...ref },
  spec: { type: 'NodePort', ports: [{ port: 80 }], ...spec },
})

/** A store that answers only so many writes: of the next one its user never hears whether it was done. */
const mortal = (store: Store, writes: number, done: boolean) => {
  let left = writes
  const gone = () => new StoreUnavailable('the process has died')
  const dying = async (write: () => Promise<number>): Promise<number> => {
    if (left < 0) throw gone()
    if (left-- > 0) return write()
    if (done) await write()
    throw gone()
  }
  const answering: Store = {
    ...store,
    create: (key, value) => dying(() => store.create(key, value)),
    update: (key, value, expected) => dying(() => store.update(key, value, expected)),
    delete: (key, expected) => dying(() => store.delete(key, expected)),
    revision: async () => {
      if (left < 0) throw gone()
      return store.revision()
    },
  }
  return { store: answering, died: () => left < 0 }
}

/** What a user does with a service, until the server dies. */
const life = async (client: Client): Promise<void> => {
  const made = await client.create(Service, draft())
  const external = { type: 'ExternalName', externalName: 'a.example' }
  const away = await client.update(Service, { ...made, spec: { ...made.spec, ...external } })
  await client.update(Service, { ...away, spec: { ...away.spec, type: 'NodePort' } })
  await client.delete(Service, ref)
}

/** Names of what is claimed and by whom, and of what services have: the same, when all is well. */
const books = async (client: Client) => {
  const services = (await client.list(Service)).items
  const had = services.flatMap(service =>
    claimsOf(service).map(claim => `${keyOf(refOfClaim(claim))} ${keyOf(refOf(service))}`),
  )
  const claims = [...(await client.list(IPAddress)).items, ...(await client.list(Lease)).items]
  const claimed = claims.flatMap(claim => {
    const service = claimant(claim)
    return service ? [`${keyOf(refOf(claim))} ${keyOf(service)}`] : []
  })
  return { had: had.sort(), claimed: claimed.sort(), services }
}

const open = async () => {
  const store = await openEmbeddedStore({ path: join(tempDir('portals'), 'store'), logger: silent })
  const clock = new ManualClock()
  return { store, clock }
}

test('a crash at any write leaves nothing that is not put right', async () => {
  const { store, clock } = await open()
  let deaths = 0
  // Namespaces are there by now.
  await (await createApiServer({ store, logger: silent, clock })).close()
  for (const done of [false, true]) {
    for (let writes = 0; ; writes++) {
      const { store: short, died } = mortal(store, writes, done)
      const dying = await createApiServer({ store: short, logger: silent, clock })
      await life(dying.client).catch(error => assert.ok(died(), String(error)))
      await dying.close()
      const api = await createApiServer({ store, logger: silent, clock })
      const manager = createManager({ client: api.client, logger: silent, clock })
      for (const controller of portals()) manager.add(controller)
      await manager.start()
      await eventually(`all is right after ${writes} writes`, async () => {
        clock.advance(10_000)
        const { had, claimed } = await books(api.client)
        return JSON.stringify(had) === JSON.stringify(claimed)
      })
      const { services } = await books(api.client)
      for (const { spec } of services) assert.is(Boolean(spec.clusterIP), spec.type !== 'ExternalName')
      for (const service of services) await api.client.delete(Service, refOf(service))
      assert.equal((await books(api.client)).claimed, [])
      await manager.stop()
      await api.close()
      if (!died()) break
      deaths++
    }
  }
  assert.ok(deaths > 20, `it died at ${deaths} places`)
  await store.close()
})

test('services from before there were addresses get one, and keep one that they have', async () => {
  const { store, clock } = await open()
  // As a server wrote them that knew of no addresses.
  const old = (name: string, spec: object) => {
    const metadata = { name, namespace: 'default', uid: name, creationTimestamp: '2014-10-17T02:46:00Z' }
    return Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata, spec }))
  }
  const ports = [{ port: 80, protocol: 'TCP', targetPort: 80 }]
  await store.create('/registry/services/default/bare', old('bare', { type: 'ClusterIP', ports }))
  const clusterIP = '10.10.10.42'
  await store.create('/registry/services/default/had', old('had', { type: 'ClusterIP', clusterIP, ports }))
  const api = await createApiServer({ store, logger: silent, clock })
  const manager = createManager({ client: api.client, logger: silent, clock })
  for (const controller of portals()) manager.add(controller)
  await manager.start()
  const { had } = await eventually('both have claims', async () => {
    const found = await books(api.client)
    return found.claimed.length === 2 && JSON.stringify(found.had) === JSON.stringify(found.claimed) && found
  })
  assert.ok(had.includes('10.10.10.42 default/had'))
  await manager.stop()
  await api.close()
  await store.close()
})

test('two services with one address are told of', async () => {
  const clock = new ManualClock()
  const client = memoryClient({ clock })
  const spec = { clusterIP: '10.10.10.42', ports: [{ port: 80 }] }
  for (const name of ['a', 'b']) {
    await client.create(Service, { metadata: { name, namespace: 'default' }, spec: { ...spec } })
  }
  const manager = createManager({ client, logger: silent, clock })
  for (const controller of portals()) manager.add(controller)
  await manager.start()
  const [event] = await eventually('an event', async () => {
    const { items } = await client.list(Event)
    return items.length > 0 && items
  })
  assert.is(event?.reason, 'PortalAlreadyAllocated')
  assert.match(event?.message ?? '', /^IPAddress 10.10.10.42 belongs to service default\/[ab], too/)
  await manager.stop()
})

test('leases and addresses of others are left alone, however old', async () => {
  const { store, clock } = await open()
  const api = await createApiServer({ store, logger: silent, clock })
  const parentRef = { group: '', resource: 'services', namespace: 'default', name: 'gone' }
  await api.client.create(IPAddress, { metadata: { name: '10.10.10.9' }, spec: { parentRef } })
  await api.client.create(Lease, {
    metadata: { namespace: 'kube-system', name: 'manager' },
    spec: { holderIdentity: 'services/default/gone' },
  })
  const labels = {
    'ipaddress.kubernetes.io/ip-family': 'IPv4',
    'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
  }
  await api.client.create(IPAddress, { metadata: { name: '10.10.10.8', labels }, spec: { parentRef } })
  const manager = createManager({ client: api.client, logger: silent, clock })
  for (const controller of portals()) manager.add(controller)
  await manager.start()
  const names = async () => (await api.client.list(IPAddress)).items.map(({ metadata }) => metadata.name)
  await eventually('ours is freed', async () => {
    clock.advance(10_000)
    return !(await names()).includes('10.10.10.8')
  })
  assert.equal(await names(), ['10.10.10.9'])
  assert.is((await api.client.list(Lease, { namespace: 'kube-system' })).items.length, 1)
  await manager.stop()
  await api.close()
  await store.close()
})

test.run()
