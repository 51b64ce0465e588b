import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isStatus } from '../../../api/errors.ts'
import { Node, Pod, Service } from '../../../api/kinds/index.ts'
import type { Draft } from '../../../api/resource.ts'
import {
  controller,
  createManager,
  done,
  type ObjectContext,
  type Outcome,
} from '../../../controllers/runtime/index.ts'
import { type Logger, silent } from '../../../util/logger.ts'
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

test("a run's own writes are no reason for a conflict, whichever way they are made", async () => {
  const client = await reconcile(async (cache, cx) => {
    await cx.update(Cache, { ...cache, metadata: { ...cache.metadata, labels: { a: 'b' } } })
    await cx.condition('Ready', true, 'Converged')
    await cx.apply(Cache, { metadata: ref('a'), spec: { replicas: 2 } })
    const { status } = cx.get(Cache, ref('a')) ?? {}
    await cx.status({ ...status, ready: 1 })
  })
  const { metadata, spec, status } = await client.get(Cache, ref('a'))
  assert.equal([metadata.labels, spec.replicas, status?.ready], [{ a: 'b' }, 2, 1])
  assert.is(status?.conditions?.[0]?.type, 'Ready')
})

test('a condition is set in the newest status; a whole status made without it is refused', async () => {
  const client = await reconcile(async (cache, cx, client) => {
    await client.updateStatus(Cache, { ...cache, status: { ready: 7 } })
    await cx.condition('Ready', true, 'Converged')
    assert.is(cx.get(Cache, ref('a'))?.status?.ready, 7)
    const error = await cx.status({ ready: 1 }).catch(error => error)
    assert.ok(isStatus(error, 'Conflict'), String(error))
  })
  const { status } = await client.get(Cache, ref('a'))
  assert.is(status?.ready, 7)
  assert.is(status?.conditions?.length, 1)
})

test('a condition is not set on another object of the same name', async () => {
  const client = await reconcile(async (cache, cx, client) => {
    await client.delete(Cache, ref('a'))
    await client.create(Cache, { metadata: { ...ref('a') }, spec: cache.spec })
    const error = await cx.condition('Ready', true, 'Converged').catch(error => error)
    assert.ok(isStatus(error, 'Conflict'), String(error))
  })
  assert.is((await client.get(Cache, ref('a'))).status, undefined)
})

test('two controllers share a status: neither undoes what the other has written meanwhile', async () => {
  const lines: string[] = []
  const logger: Logger = { ...silent, warn: message => lines.push(message), child: () => logger }
  const client = memoryClient()
  const manager = createManager({ client, logger, clock: new ManualClock() })
  const outcomes: Outcome[] = []
  manager.outcomes$.subscribe(outcome => outcomes.push(outcome))
  let conditionWritten = (): void => {}
  const meanwhile = new Promise<void>(resolve => {
    conditionWritten = resolve
  })
  manager.add(
    controller(Cache, { name: 'counter' }).reconcile(async (cache, cx) => {
      await meanwhile
      await cx.status({ ...cache.status, ready: cache.spec.replicas })
      return done
    }),
  )
  manager.add(
    controller(Cache, { name: 'judge' }).reconcile(async (_, cx) => {
      await cx.condition('Ready', true, 'Converged')
      conditionWritten()
      return done
    }),
  )
  await client.create(Cache, { metadata: ref('a'), spec: { replicas: 3 } })
  await manager.start()
  await eventually('both', async () => {
    const { status } = await client.get(Cache, ref('a'))
    return status?.ready === 3 && status.conditions?.[0]?.type === 'Ready'
  })
  await manager.stop()
  const failed = outcomes.filter(({ error }) => error !== undefined)
  assert.equal(
    failed.map(({ controller, error }) => [controller, isStatus(error, 'Conflict')]),
    [['counter', true]],
  )
  assert.equal(lines, [])
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
