import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Node, Pod, Service } from '../../../api/kinds/index.ts'
import type { Draft } from '../../../api/resource.ts'
import { controller, createManager, done, type ObjectContext } from '../../../controllers/runtime/index.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { memoryClient } from '../../support/memory-client.ts'
import { Cache } from './kinds.ts'

const serviceDraft = (name: string, port = 80, labels?: Record<string, string>): Draft<Service> => ({
  metadata: { name, labels },
  spec: { ports: [{ port }] },
})
const ref = (name: string) => ({ namespace: 'default', name })

/** Runs `body` as the reconciler of one object, with the events of its own writes held back. */
const reconcile = async (
  body: (cache: Cache, cx: ObjectContext<Cache>, client: ReturnType<typeof memoryClient>) => Promise<void>,
  prepare: (client: ReturnType<typeof memoryClient>) => Promise<unknown> = async () => {},
) => {
  const clock = new ManualClock()
  const client = memoryClient({ clock })
  await client.create(Cache, { metadata: { name: 'a', namespace: 'default' }, spec: { replicas: 1 } })
  await prepare(client)
  const manager = createManager({ client, logger: silent, clock })
  let failure: unknown
  let ran = false
  manager.add(
    controller(Cache)
      .owns(Service)
      .uses(Pod)
      .reconcile(async (cache, cx) => {
        if (ran) return done
        ran = true
        client.pause()
        await body(cache, cx, client).catch(error => {
          failure = error
        })
        return done
      }),
  )
  await manager.start()
  const ended = eventually('the run', () => ran && manager.depths().caches?.running === 0)
  await ended
  await manager.stop()
  if (failure) throw failure
  return client
}

test('apply creates what is missing, changes what differs and writes nothing else', async () => {
  const client = await reconcile(async (cache, cx, client) => {
    const writes = () => client.calls.filter(({ verb }) => verb === 'create' || verb === 'update').length
    const [one] = await cx.apply(Service, serviceDraft('one', 80, { tier: 'web' }), serviceDraft('two'))
    assert.is(one?.metadata.ownerReferences?.[0]?.uid, cache.metadata.uid)
    const before = writes()
    await cx.apply(Service, serviceDraft('one', 80), serviceDraft('two'))
    assert.is(writes(), before)
    const [changed] = await cx.apply(Service, serviceDraft('one', 81))
    assert.is(writes(), before + 1)
    assert.is(changed?.spec.ports?.[0]?.port, 81)
    assert.equal(changed?.metadata.labels, { tier: 'web' })
    assert.equal(cx.get(Service, ref('one')), changed)
  })
  assert.is((await client.list(Service)).items.length, 2)
})

test('apply takes over what the cache has not seen, but nothing that another controls', async () => {
  await reconcile(async (_, cx, client) => {
    await client.create(Service, { ...serviceDraft('late'), metadata: { ...ref('late') } })
    const [late] = await cx.apply(Service, serviceDraft('late', 82))
    assert.is(late?.spec.ports?.[0]?.port, 82)
    assert.is(late?.metadata.ownerReferences?.length, 1)

    const other = { apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u', controller: true }
    await client.create(Service, {
      ...serviceDraft('x'),
      metadata: { ...ref('x'), ownerReferences: [other] },
    })
    const error = await cx.apply(Service, serviceDraft('x')).catch(error => error)
    assert.match(error.message, /services x is controlled by Node n already/)
  })
})

test('deletions are seen at once, by name, by object or by query', async () => {
  const client = await reconcile(
    async (_, cx, client) => {
      const names = () => cx.list(Service).map(({ metadata }) => metadata.name)
      await cx.delete(Service, ref('a'))
      await cx.delete(Service, ref('a'))
      assert.equal(names(), ['b', 'c', 'd'])
      const b = cx.get(Service, ref('b'))
      assert.ok(b)
      await client.delete(Service, ref('b'))
      await client.create(Service, { ...serviceDraft('b'), metadata: ref('b') })
      const error = await cx.delete(Service, b).catch(error => error)
      assert.is(error.reason, 'Conflict')
      await cx.delete(Service, { namespace: 'default', labels: { go: 'yes' } })
      assert.equal(names(), ['b'])
      const refused = await cx.delete(Service, { owner: undefined }).catch(error => error)
      assert.match(refused.message, /the query is empty/)
    },
    client =>
      Promise.all(
        ['a', 'b', 'c', 'd'].map(name => {
          const labels: Record<string, string> = name > 'b' ? { go: 'yes' } : {}
          return client.create(Service, { ...serviceDraft(name), metadata: { ...ref(name), labels } })
        }),
      ),
  )
  assert.is((await client.list(Service)).items.length, 1)
})

test('a pod that is given time to end stays in sight until it is gone', async () => {
  await reconcile(
    async (_, cx) => {
      await cx.delete(Pod, ref('p'))
      assert.ok(cx.get(Pod, ref('p'))?.metadata.deletionTimestamp)
      await cx.delete(Pod, ref('p'), { gracePeriodSeconds: 0 })
      assert.is(cx.get(Pod, ref('p')), undefined)
    },
    async client => {
      await client.create(Pod, {
        metadata: ref('p'),
        spec: { containers: [{ name: 'main', image: 'busybox' }] },
      })
      await client.bind({ metadata: ref('p'), target: { name: 'host' } })
    },
  )
})

test('status and conditions are written only when they change, and see one another', async () => {
  const client = await reconcile(async (_, cx, client) => {
    const writes = () => client.calls.filter(({ verb }) => verb === 'updateStatus').length
    await cx.status({ ready: 1 })
    await cx.status({ ready: 1, conditions: undefined })
    assert.is(writes(), 1)
    await cx.condition('Ready', false, 'Starting')
    await cx.condition('Ready', false, 'Starting')
    await cx.condition('Degraded', 'Unknown', 'NotAsked', 'nobody looked')
    assert.is(writes(), 3)
    await cx.condition('Ready', true, 'Converged')
  })
  const { status } = await client.get(Cache, ref('a'))
  assert.is(status?.ready, 1)
  assert.equal(
    status?.conditions?.map(({ type, status, reason }) => `${type} ${status} ${reason}`),
    ['Ready True Converged', 'Degraded Unknown NotAsked'],
  )
})

test('kinds that are not read may be written, but not queried', async () => {
  const client = await reconcile(async (_, cx) => {
    await cx.apply(Node, { metadata: { name: 'n' } })
    await cx.apply(Node, { metadata: { name: 'n', labels: { a: 'b' } } })
    assert.throws(() => cx.list(Node), /add \.uses\(Node\)/)
  })
  assert.equal((await client.get(Node, { namespace: '', name: 'n' })).metadata.labels, { a: 'b' })
})

test.run()
