import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Client } from '../../../api/client.ts'
import { EndpointSlice, Endpoints, IPAddress, Lease, Service } from '../../../api/kinds/index.ts'
import { ServiceCIDR } from '../../../api/kinds/networking/service-cidr.ts'
import type { Resource } from '../../../api/resource.ts'
import { defaultPortalNet, parseIPv4Net } from '../../../apiserver/allocation/ipv4-net.ts'
import { createApiServer } from '../../../apiserver/index.ts'
import { type Master, masters } from '../../../controllers/masters/index.ts'
import { createManager } from '../../../controllers/runtime/index.ts'
import { openEmbeddedStore } from '../../../store/embedded/embedded-store.ts'
import { type Logger, silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { tempDir } from '../../support/temp.ts'

const ref = { namespace: 'default', name: 'kubernetes' }
const cidrRef = { namespace: '', name: 'kubernetes' }

/** API servers that share a store. */
const cluster = async (before: (client: Client) => Promise<unknown> = async () => undefined) => {
  const store = await openEmbeddedStore({ path: join(tempDir('masters'), 'store'), logger: silent })
  const clock = new ManualClock()
  const ends: (() => Promise<unknown>)[] = []

  const begin = async (self: Master, { net = defaultPortalNet, logger = silent } = {}) => {
    const api = await createApiServer({ store, logger: silent, clock, portalNet: net })
    await before(api.client)
    const manager = createManager({ client: api.client, logger, clock })
    const identity = `host@${self.address}:${self.port}`
    for (const each of masters({ identity, self, net })) manager.add(each)
    await manager.start()
    const die = async () => {
      ends.splice(ends.indexOf(die), 1)
      await manager.stop()
      await api.close()
    }
    ends.push(die)
    return { client: api.client, die }
  }

  return {
    clock,
    begin,
    async close() {
      for (const end of [...ends]) await end()
      await store.close()
    },
  }
}

const at = (address: string, port = 6443, scheme: Master['scheme'] = 'https'): Master => ({
  scheme,
  address,
  port,
})

/** `address:port name` of the Endpoints, when the slices say the same. */
const told = async (client: Client): Promise<string | undefined> => {
  const { items } = await client.list(Endpoints, { namespace: 'default' })
  const direct = items.flatMap(({ subsets = [] }) =>
    subsets.flatMap(({ addresses = [], ports = [] }) =>
      ports.flatMap(({ port, name }) => addresses.map(({ ip }) => `${ip}:${port} ${name}`)),
    ),
  )
  const labelSelector = 'kubernetes.io/service-name=kubernetes'
  const slices = (await client.list(EndpointSlice, { namespace: 'default', labelSelector })).items
  const sliced = slices.flatMap(({ endpoints, ports = [] }) =>
    ports.flatMap(({ port, name }) => endpoints.map(({ addresses }) => `${addresses[0]}:${port} ${name}`)),
  )
  const text = direct.sort().join(', ')
  return text === sliced.sort().join(', ') ? text : undefined
}

const says = (client: Client, wanted: string) =>
  eventually(`the endpoints are ${wanted}`, async () => (await told(client)) === wanted)

test('a server is found by a service, its endpoints and the net of the services', async () => {
  const { begin, close } = await cluster()
  const { client } = await begin(at('127.0.0.1', 8888, 'http'))
  await says(client, '127.0.0.1:8888 http')
  const { spec, metadata } = await client.get(Service, ref)
  assert.is(spec.clusterIP, '10.10.10.1')
  assert.equal(spec.ports, [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8888 }])
  assert.equal(metadata.labels, { component: 'apiserver', provider: 'kubernetes' })
  assert.is(
    (await client.get(IPAddress, { namespace: '', name: '10.10.10.1' })).spec.parentRef?.name,
    'kubernetes',
  )
  const { endpoints, addressType } = await client.get(EndpointSlice, ref)
  assert.equal(
    [addressType, endpoints],
    ['IPv4', [{ addresses: ['127.0.0.1'], conditions: { ready: true } }]],
  )
  const cidr = await eventually('the net is ready', async () => {
    const { items } = await client.list(ServiceCIDR)
    return items[0]?.status?.conditions?.[0]?.status === 'True' && items[0]
  })
  assert.equal([cidr.metadata.name, cidr.spec.cidrs], ['kubernetes', ['10.10.10.0/24']])
  await close()
})

test('what is deleted or changed comes back', async () => {
  const { begin, close } = await cluster()
  const { client } = await begin(at('10.0.0.1'))
  await says(client, '10.0.0.1:6443 https')
  const back = (
    kind: typeof Service | typeof Endpoints | typeof EndpointSlice | typeof ServiceCIDR,
    uid: string,
  ) =>
    eventually(`${kind.kind} is back`, async () => {
      const { items } = await client.list<Resource>(kind as never)
      return items.some(({ metadata }) => metadata.name === 'kubernetes' && metadata.uid !== uid)
    })
  for (const kind of [Service, Endpoints, EndpointSlice]) {
    const { metadata } = await client.delete<Resource>(kind as never, ref)
    await back(kind, metadata.uid)
  }
  const { metadata } = await client.delete(ServiceCIDR, cidrRef)
  await back(ServiceCIDR, metadata.uid)
  const slice = await client.get(EndpointSlice, ref)
  await client.update(EndpointSlice, { ...slice, endpoints: [{ addresses: ['10.9.9.9'] }] })
  await says(client, '10.0.0.1:6443 https')
  await close()
})

test('all servers that live are told, and one that dies no more, until it is back', async () => {
  const { begin, clock, close } = await cluster()
  const first = await begin(at('10.0.0.1'))
  const second = await begin(at('10.0.0.2'))
  const third = await begin(at('::1', 7443))
  const all = '10.0.0.1:6443 https, 10.0.0.2:6443 https, ::1:7443 https'
  await says(first.client, all)
  assert.is((await first.client.list(EndpointSlice)).items.length, 2)
  const leases = async () => (await first.client.list(Lease, { namespace: 'kube-system' })).items.length
  assert.is(await leases(), 3)
  await third.die()
  const began = clock.now()
  await eventually('it is gone', async () => {
    // So slowly that those who live renew their leases in between.
    clock.advance(1_000)
    await Promise.all([first, second].map(({ client }) => client.list(Lease)))
    return (await leases()) === 2 && (await told(first.client)) === '10.0.0.1:6443 https, 10.0.0.2:6443 https'
  })
  assert.ok(clock.now() - began >= 20_000, 'a server has time to renew its lease')
  assert.is((await first.client.list(EndpointSlice)).items.length, 1)
  await begin(at('::1', 7443))
  await says(first.client, all)
  await close()
})

test('where one server has HTTPS, those without are not told', async () => {
  const { begin, close } = await cluster()
  const { client } = await begin(at('10.0.0.1', 8888, 'http'))
  await says(client, '10.0.0.1:8888 http')
  await begin(at('10.0.0.2'))
  await says(client, '10.0.0.2:6443 https')
  const { spec } = await client.get(Service, ref)
  assert.equal(
    [spec.ports, spec.clusterIP],
    [[{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }], '10.10.10.1'],
  )
  await close()
})

test('a service that has the first address keeps it', async () => {
  const web = {
    metadata: { namespace: 'default', name: 'web' },
    spec: { clusterIP: '10.10.10.1', ports: [{ port: 80 }] },
  }
  const { begin, close } = await cluster(client => client.create(Service, web))
  const { client } = await begin(at('10.0.0.1'))
  await says(client, '10.0.0.1:6443 https')
  assert.match((await client.get(Service, ref)).spec.clusterIP ?? '', /^10\.10\.10\.(?!1$)/)
  await close()
})

test('another net than that of the first server is told of', async () => {
  const { begin, close } = await cluster()
  const { client } = await begin(at('10.0.0.1'))
  await eventually('the net is told', async () => (await client.list(ServiceCIDR)).items.length === 1)
  const warnings: object[] = []
  const logger: Logger = {
    ...silent,
    child: () => logger,
    warn: (_, fields = {}) => void warnings.push(fields),
  }
  const net = parseIPv4Net('10.20.0.0/16')
  assert.ok(net)
  await begin(at('10.0.0.2'), { net, logger })
  await eventually('a warning', async () => warnings.length > 0)
  assert.equal(warnings, [{ portal_net: '10.20.0.0/16', service_cidr: '10.10.10.0/24' }])
  assert.equal((await client.get(ServiceCIDR, cidrRef)).spec.cidrs, ['10.10.10.0/24'])
  await close()
})

test.run()
