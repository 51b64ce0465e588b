import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isStatus } from '../../../api/errors.ts'
import { IPAddress, Lease, Service } from '../../../api/kinds/index.ts'
import type { Draft } from '../../../api/resource.ts'
import { parseIPv4Net } from '../../../apiserver/allocation/ipv4-net.ts'
import { openEtcdStore } from '../../../store/etcd/etcd-store.ts'
import { silent } from '../../../util/logger.ts'
import { Etcd } from '../../support/etcd.ts'
import { startServer } from '../running-server.ts'

type Spec = Partial<Service['spec']>

const draft = (name: string, spec: Spec = {}): Draft<Service> => ({
  metadata: { name, namespace: 'default' },
  spec: { ports: [{ port: 80 }], ...spec },
})

const { http, stop, url } = await startServer()
test.after(stop)

const ref = (name: string) => ({ namespace: 'default', name })
const create = (name: string, spec?: Spec) => http.create(Service, draft(name, spec))
const change = async (name: string, spec: Spec): Promise<Service> => {
  const old = await http.get(Service, ref(name))
  return http.update(Service, { ...old, spec: { ...old.spec, ...spec } })
}
const refused = async (write: Promise<unknown>): Promise<string> => {
  try {
    await write
  } catch (error) {
    assert.ok(isStatus(error, 'Invalid'), String(error))
    return error.message.replace(/^Service "[^"]*" is invalid: /, '')
  }
  return assert.unreachable('was taken') as never
}

/** Address -> service. */
const addresses = async (): Promise<Record<string, string | undefined>> =>
  Object.fromEntries(
    (await http.list(IPAddress)).items.map(({ metadata, spec }) => [metadata.name, spec.parentRef?.name]),
  )
const ports = async (name: string): Promise<number[]> =>
  (await http.list(Lease, { namespace: 'kube-system' })).items
    .filter(({ spec }) => spec?.holderIdentity === `services/default/${name}`)
    .map(({ metadata }) => Number(metadata.name.replace('node-port-', '')))
    .sort()

test('a service gets an address of the net, with all that is said about it, and gives it back', async () => {
  const { spec } = await create('any')
  const { clusterIP = '' } = spec
  assert.ok(parseIPv4Net('10.10.10.0/24')?.contains(clusterIP))
  assert.equal(
    [spec.clusterIPs, spec.ipFamilies, spec.ipFamilyPolicy, spec.internalTrafficPolicy],
    [[clusterIP], ['IPv4'], 'SingleStack', 'Cluster'],
  )
  assert.is((await addresses())[clusterIP], 'any')
  await http.delete(Service, ref('any'))
  assert.is((await addresses())[clusterIP], undefined)
})

test('an address that is asked for is given to one only', async () => {
  assert.is((await create('asks', { clusterIP: '10.10.10.77' })).spec.clusterIP, '10.10.10.77')
  assert.is(
    await refused(create('late', { clusterIP: '10.10.10.77' })),
    'spec.clusterIPs: Invalid value: []string{"10.10.10.77"}: failed to allocated ip:10.10.10.77 with error:provided IP is already allocated',
  )
  assert.is(
    await refused(create('far', { clusterIP: '1.2.3.4' })),
    'spec.clusterIPs: Invalid value: []string{"1.2.3.4"}: failed to allocated ip:1.2.3.4 with error:provided IP is not in the valid range. The range of valid IPs is 10.10.10.0/24',
  )
  assert.equal(Object.keys(await addresses()), ['10.10.10.77'])
})

test('an address stays over updates, and is not changed', async () => {
  const { spec } = await create('stays')
  const relabelled = await http.update(Service, {
    ...(await http.get(Service, ref('stays'))),
    spec: { ports: [{ port: 81 }], selector: { a: 'b' } },
  })
  assert.is(relabelled.spec.clusterIP, spec.clusterIP)
  assert.is(
    await refused(change('stays', { clusterIP: '10.10.10.9' })),
    'spec.clusterIPs[0]: Invalid value: []string{"10.10.10.9"}: may not change once set',
  )
  assert.is((await addresses())[spec.clusterIP ?? ''], 'stays')
})

test('a write that fails for another reason gives back what it has claimed', async () => {
  const before = await addresses()
  const twice = create('stays').catch(error => error)
  assert.ok(isStatus(await twice, 'AlreadyExists'))
  await refused(create('bad', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }))
  assert.equal(await addresses(), before)
})

test('without an address: None, and names of elsewhere, from and to which a service may change', async () => {
  const before = await addresses()
  const none = await create('none', { clusterIP: 'None', selector: { a: 'b' } })
  assert.equal([none.spec.clusterIPs, none.spec.ipFamilies], [['None'], ['IPv4']])
  const name = await create('name', { type: 'ExternalName', externalName: 'a.example' })
  assert.is(name.spec.clusterIP, undefined)
  assert.equal(await addresses(), before)
  const { clusterIP } = (await change('name', { type: 'ClusterIP' })).spec
  assert.is((await addresses())[clusterIP ?? ''], 'name')
  const { spec } = await change('name', { type: 'ExternalName' })
  assert.equal([spec.clusterIP, spec.clusterIPs, spec.ipFamilies], [undefined, undefined, undefined])
  assert.equal(await addresses(), before)
})

test('node ports come and go with the type, and are given to one only', async () => {
  const two = [
    { name: 'a', port: 80, nodePort: 30080 },
    { name: 'b', port: 81 },
  ]
  const { spec } = await create('nodes', { type: 'NodePort', ports: two })
  const given = (spec.ports ?? []).map(({ nodePort = 0 }) => nodePort)
  assert.is(given[0], 30080)
  assert.ok((given[1] ?? 0) >= 30_000 && (given[1] ?? 0) <= 32_767)
  assert.equal(await ports('nodes'), [...given].sort())
  assert.is(
    await refused(create('other', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })),
    'spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
  )
  assert.is(
    await refused(create('other', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] })),
    'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
  )
  const both = [
    { name: 'dns', port: 53, protocol: 'UDP', nodePort: 30053 },
    { name: 'dns-tcp', port: 53, protocol: 'TCP', nodePort: 30053 },
  ]
  await create('dns', { type: 'LoadBalancer', ports: both })
  assert.equal(await ports('dns'), [30053])
  const inside = await change('nodes', { type: 'ClusterIP' })
  assert.ok(inside.spec.ports?.every(({ nodePort }) => nodePort === undefined))
  assert.equal([inside.spec.externalTrafficPolicy, await ports('nodes')], [undefined, []])
})

test('a dry run tells an address, and takes none', async () => {
  const before = await addresses()
  const path = `${url}/api/v1/namespaces/default/services?dryRun=All`
  const post = async (spec: object) => {
    const body = JSON.stringify({ metadata: { name: 'dry' }, spec: { ports: [{ port: 80 }], ...spec } })
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    return { status: answer.status, body: (await answer.json()) as Service }
  }
  const { status, body } = await post({ type: 'NodePort' })
  assert.is(status, 201, JSON.stringify(body))
  assert.ok(body.spec.clusterIP && body.spec.ports?.[0]?.nodePort)
  assert.is((await post({ clusterIP: '10.10.10.77' })).status, 422)
  assert.equal([await addresses(), await ports('dry')], [before, []])
})

test('what cannot be with one family of addresses', async () => {
  assert.is(
    await refused(create('two', { ipFamilyPolicy: 'RequireDualStack' })),
    'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
  )
  assert.is(
    await refused(create('six', { ipFamilies: ['IPv6'] })),
    'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
  )
  assert.match(await refused(create('odd', { clusterIPs: ['10.10.10.5'] })), /must be empty when/)
  assert.match(
    await refused(create('odd', { clusterIP: '10.10.10.5', clusterIPs: ['10.10.10.6'] })),
    /first value must match/,
  )
})

test('servers on one store never give an address twice; a full net says so, and what to do', async () => {
  const etcd = await Etcd.start()
  const net = parseIPv4Net('10.9.0.0/26')
  assert.ok(net)
  const servers = await Promise.all(
    [1, 2, 3].map(async () => {
      const store = await openEtcdStore({ endpoints: [etcd.endpoint], prefix: '/k', logger: silent })
      return startServer({ store, portalNet: net })
    }),
  )
  try {
    const all = Array.from({ length: net.size + 6 }, (_, i) => i)
    const made = await Promise.allSettled(
      all.map(i => servers[i % servers.length]?.http.create(Service, draft(`s${i}`))),
    )
    const given = made.flatMap(each => (each.status === 'fulfilled' ? [each.value?.spec.clusterIP] : []))
    const errors = made.flatMap(each => (each.status === 'rejected' ? [String(each.reason.message)] : []))
    assert.is(new Set(given).size, net.size)
    assert.is(errors.length, 6)
    for (const error of errors)
      assert.match(error, /range is full: all 62 addresses of 10.9.0.0\/26 .* -portal_net/)
    // One is freed on one server, and given away by another.
    const first = made.findIndex(each => each.status === 'fulfilled')
    await servers[0]?.http.delete(Service, ref(`s${first}`))
    await servers[1]?.http.create(Service, draft('again'))
  } finally {
    for (const { store, stop } of servers) {
      await stop()
      await store.close()
    }
    await etcd.stop()
  }
})

test.run()
