import { defer, Subject } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { conflict, isStatus } from '../../../api/errors.ts'
import { Node, Pod, Service } from '../../../api/kinds/index.ts'
import { type Draft, type Ref, refOf } from '../../../api/resource.ts'
import {
  after,
  type Controller,
  changed,
  controller,
  createManager,
  done,
  keyed,
  type Outcome,
  ownedBy,
} from '../../../controllers/runtime/index.ts'
import type { Logger } from '../../../util/logger.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { type MemoryClientOptions, memoryClient } from '../../support/memory-client.ts'
import { Cache } from './kinds.ts'

const cacheDraft = (name: string, replicas = 1): Draft<Cache> => ({
  metadata: { name, namespace: 'default' },
  spec: { replicas },
})
const podDraft = (name: string, labels: Record<string, string> = {}): Draft<Pod> => ({
  metadata: { name, labels },
  spec: { containers: [{ name: 'main', image: 'busybox' }] },
})
const ref = (name: string): Ref => ({ namespace: 'default', name })

/** A manager on an API in memory, and what its controllers did. */
const world = (options: MemoryClientOptions = {}, logger: Logger = silent) => {
  const clock = new ManualClock()
  const client = memoryClient({ clock, ...options })
  const manager = createManager({ client, logger, clock })
  const outcomes: Outcome[] = []
  manager.outcomes$.subscribe(outcome => outcomes.push(outcome))
  return {
    clock,
    client,
    manager,
    outcomes,
    async run(...controllers: Controller[]) {
      for (const each of controllers) manager.add(each)
      await manager.start()
    },
    /** The keys of the runs so far, once there are `count`. */
    keys: async (count: number) => {
      await eventually(`${count} runs`, () => outcomes.length >= count)
      return outcomes.map(({ key }) => key)
    },
    /** Waits until nothing happens any more. */
    async quiet() {
      for (let i = 0; i < 10; i++) await new Promise(setImmediate)
    },
  }
}

test('every object is reconciled at the start, and again when it changes', async () => {
  const { client, manager, run, keys, quiet } = world()
  const a = await client.create(Cache, cacheDraft('a'))
  const seen: number[] = []
  await run(
    controller(Cache).reconcile(async cache => {
      seen.push(cache.spec.replicas)
      return done
    }),
  )
  assert.equal(await keys(1), ['default/a'])
  await client.update(Cache, { ...a, spec: { replicas: 2 } })
  await client.create(Cache, cacheDraft('b', 7))
  assert.equal(await keys(3), ['default/a', 'default/a', 'default/b'])
  assert.equal(seen, [1, 2, 7])
  await manager.stop()
  await client.create(Cache, cacheDraft('c'))
  await quiet()
  assert.is(seen.length, 3)
})

test('owned objects bear their owner, are seen at once, and bring it up when they change', async () => {
  const { client, manager, run, keys, outcomes } = world()
  const found: number[] = []
  await run(
    controller(Cache)
      .owns(Pod)
      .reconcile(async (cache, cx) => {
        client.pause()
        const missing = cache.spec.replicas - cx.list(Pod, ownedBy(cache)).length
        for (let i = 0; i < missing; i++) {
          await cx.create(Pod, { ...podDraft(''), metadata: { generateName: `${cache.metadata.name}-` } })
        }
        found.push(cx.list(Pod, ownedBy(cache)).length)
        client.resume()
        return done
      }),
  )
  const cache = await client.create(Cache, cacheDraft('a', 2))
  await keys(1)
  assert.is(found[0], 2)
  const pods = (await client.list(Pod)).items
  assert.equal(
    pods.map(({ metadata }) => [metadata.namespace, metadata.ownerReferences?.[0]?.uid]),
    Array(2).fill(['default', cache.metadata.uid]),
  )
  const before = outcomes.length
  await client.delete(Pod, ref(pods[0]?.metadata.name ?? ''))
  await keys(before + 1)
  await eventually('a new pod', async () => (await client.list(Pod)).items.length === 2)
  await manager.stop()
})

test('a watched kind brings up what it maps to, in its old and in its new state', async () => {
  const { client, manager, run, keys } = world()
  for (const name of ['a', 'b']) await client.create(Cache, cacheDraft(name))
  await run(
    controller(Cache)
      .watches(Pod, (pod, read) =>
        read
          .list(Cache, { namespace: 'default' })
          .map(({ metadata }) => ref(metadata.name))
          .filter(({ name }) => name === pod.metadata.labels?.cache),
      )
      .reconcile(async () => done),
  )
  assert.equal(await keys(2), ['default/a', 'default/b'])
  const pod = await client.create(Pod, podDraft('p', { cache: 'a' }))
  assert.equal((await keys(3)).slice(2), ['default/a'])
  await client.update(Pod, { ...pod, metadata: { ...pod.metadata, labels: { cache: 'b' } } })
  assert.equal((await keys(5)).slice(3), ['default/a', 'default/b'])
  await manager.stop()
})

test('predicates leave out modifications of a watched kind', async () => {
  const { client, manager, run, keys } = world()
  await run(
    keyed('nodes')
      .watches(Pod, pod => ref(pod.metadata.name), changed.labels)
      .reconcile(async () => done),
  )
  const pod = await client.create(Pod, podDraft('p', { cache: 'a' }))
  const noted = await client.update(Pod, {
    ...pod,
    metadata: { ...pod.metadata, annotations: { some: 'thing' } },
  })
  await client.update(Pod, { ...noted, metadata: { ...noted.metadata, labels: { cache: 'b' } } })
  await client.create(Pod, podDraft('q'))
  assert.equal(await keys(3), ['default/p', 'default/p', 'default/q'])
  await manager.stop()
})

test('a stream of refs is one more source; when it fails it is subscribed to again, and hurts no other', async () => {
  const { clock, client, manager, run, keys } = world()
  let refs$ = new Subject<Ref>()
  const source$ = new Subject<Ref>()
  let subscriptions = 0
  await run(
    controller(Cache)
      .on(
        defer(() => {
          subscriptions++
          refs$ = new Subject()
          return refs$
        }),
      )
      .on(source$)
      .deleted(async () => done)
      .reconcile(async () => done),
  )
  refs$.next(ref('x'))
  assert.equal(await keys(1), ['default/x'])
  refs$.error(new Error('the feed broke'))
  source$.next(ref('y'))
  await keys(2)
  assert.is(subscriptions, 1)
  clock.advance(1_000)
  assert.is(subscriptions, 2)
  refs$.next(ref('z'))
  assert.equal(await keys(3), ['default/x', 'default/y', 'default/z'])
  await client.create(Cache, cacheDraft('a'))
  await keys(4)
  await manager.stop()
  assert.not(refs$.observed)
})

test('predicates leave out modifications that do not matter; appearing and going always do', async () => {
  const { client, manager, run, keys, quiet, outcomes } = world()
  const gone: string[] = []
  await run(
    controller(Cache)
      .when(changed.generation, changed.labels)
      .deleted(async ({ name }) => {
        gone.push(name)
        return done
      })
      .reconcile(async () => done),
  )
  const a = await client.create(Cache, cacheDraft('a'))
  await keys(1)
  const b = await client.updateStatus(Cache, { ...a, status: { ready: 1 } })
  await quiet()
  assert.is(outcomes.length, 1)
  await client.update(Cache, { ...b, metadata: { ...b.metadata, labels: { x: 'y' } } })
  await keys(2)
  await client.delete(Cache, ref('a'))
  await keys(3)
  assert.equal(gone, ['a'])
  await manager.stop()
})

test('a failure is retried with back-off and told once; a conflict is retried quietly', async () => {
  const lines: string[] = []
  const logger: Logger = {
    ...silent,
    warn: message => lines.push(message),
    info: message => lines.push(message),
    child: () => logger,
  }
  const { clock, client, manager, run, keys } = world({}, logger)
  const failures = [conflict(Cache, 'a'), new Error('no'), new Error('no'), new Error('other')]
  await run(
    controller(Cache).reconcile(async () => {
      const failure = failures.shift()
      if (failure) throw failure
      return done
    }),
  )
  await client.create(Cache, cacheDraft('a'))
  for (let runs = 1; runs < 5; runs++) {
    await keys(runs)
    await eventually('the back-off', () => manager.depths().caches?.delayed === 1)
    clock.advance(60_000)
  }
  await keys(5)
  assert.equal(lines, [
    'reconcile failed; trying again with back-off',
    'reconcile failed; trying again with back-off',
    'reconciled after failures',
  ])
  await manager.stop()
})

test('after() brings an object up again in time', async () => {
  const { clock, client, manager, run, keys } = world()
  await run(controller(Cache).reconcile(async () => after('10s')))
  await client.create(Cache, cacheDraft('a'))
  await keys(1)
  await eventually('the delay', () => manager.depths().caches?.delayed === 1)
  clock.advance(10_000)
  await keys(2)
  await manager.stop()
  assert.is(clock.next, undefined)
})

test('finalizers are put on first, run when the object is to go, and taken off when they are done', async () => {
  const { clock, client, manager, run, keys, quiet } = world()
  let cleaned = 0
  let reconciled = 0
  await run(
    controller(Cache)
      .finalize('cache.example/cleanup', async () => (++cleaned < 2 ? after('5s') : undefined))
      .reconcile(async cache => {
        assert.equal(cache.metadata.finalizers, ['cache.example/cleanup'])
        reconciled++
        return done
      }),
  )
  await client.create(Cache, cacheDraft('a'))
  await keys(1)
  await quiet()
  const before = reconciled
  await client.delete(Cache, ref('a'))
  await eventually('the first try', () => cleaned === 1 && manager.depths().caches?.delayed === 1)
  assert.ok(await client.get(Cache, ref('a')))
  clock.advance(5_000)
  await eventually('the end', async () =>
    client.get(Cache, ref('a')).then(
      () => false,
      error => isStatus(error, 'NotFound'),
    ),
  )
  assert.is(cleaned, 2)
  assert.is(reconciled, before)
  await manager.stop()
})

test('a run that takes too long is aborted, and never joined by a second', async () => {
  const { clock, client, manager, run, keys, outcomes } = world({
    before: call => (call.verb === 'get' ? new Promise(() => {}) : undefined),
  })
  let running = 0
  let attempts = 0
  await run(
    controller(Cache, { timeout: '2s' })
      .uses(Node)
      .reconcile(async (_, cx) => {
        assert.is(++running, 1)
        attempts++
        try {
          // Never answered: the write is given up, not waited for.
          if (attempts === 1) await Promise.race([cx.client.get(Node, ref('n')), aborted(cx.signal)])
        } finally {
          running--
        }
        return done
      }),
  )
  await client.create(Cache, cacheDraft('a'))
  await eventually('the run', () => running === 1)
  clock.advance(2_000)
  await keys(1)
  assert.match(String(outcomes[0]?.error), /not done within 2 s/)
  clock.advance(1_000)
  await keys(2)
  assert.is(outcomes[1]?.error, undefined)
  await manager.stop()
})

test('a write that is not answered ends with the run', async () => {
  const { clock, client, manager, run, keys, outcomes } = world({
    before: call => (call.verb === 'create' && call.kind.kind === 'Pod' ? new Promise(() => {}) : undefined),
  })
  await run(
    controller(Cache, { timeout: '2s' })
      .owns(Pod)
      .reconcile(async (_, cx) => {
        await cx.create(Pod, podDraft('p'))
        return done
      }),
  )
  await client.create(Cache, cacheDraft('a'))
  await eventually('the call', () => client.calls.some(({ kind }) => kind.kind === 'Pod'))
  await eventually('the write', () => client.calls.filter(({ verb }) => verb === 'create').length === 2)
  clock.advance(2_000)
  await keys(1)
  assert.match(String(outcomes[0]?.error), /not done within 2 s/)
  await manager.stop()
})

test('stop waits for what runs, and lets go of the informers', async () => {
  const { client, manager, run } = world()
  let began = false
  let ended = false
  await run(
    controller(Cache).reconcile(async (_, cx) => {
      began = true
      await aborted(cx.signal).catch(() => undefined)
      ended = true
      return done
    }),
  )
  await client.create(Cache, cacheDraft('a'))
  await eventually('the run', () => began)
  await manager.stop()
  assert.ok(ended)
  assert.is(manager.informer(Cache).cache.size, 0)
})

test('a manager that is stopped before its caches are complete starts no work', async () => {
  const { client, manager, outcomes } = world({
    before: call => (call.verb === 'list' ? new Promise(() => {}) : undefined),
  })
  await client.create(Cache, cacheDraft('a'))
  manager.add(controller(Cache).reconcile(async () => done))
  const started = manager.start()
  await manager.stop()
  await started
  assert.equal(outcomes, [])
})

test('controllers share one informer per kind, and each its own indexes', async () => {
  const { client, manager, run } = world()
  const service = { spec: { ports: [{ port: 80 }] } }
  await client.create(Service, { ...service, metadata: { name: 's', labels: { tier: 'web', app: 'x' } } })
  const found: string[] = []
  const named = (name: string, label: string, value: string) =>
    controller(Cache, { name })
      .index(Service, 'label', ({ metadata }) => [metadata.labels?.[label] ?? ''])
      .reconcile(async (_, cx) => {
        const services = cx.list(Service, { index: { name: 'label', value } })
        found.push(`${name} ${services.map(({ metadata }) => metadata.name)}`)
        return done
      })
  await run(named('one', 'tier', 'web'), named('two', 'app', 'x'))
  await client.create(Cache, cacheDraft('a'))
  await eventually('both', () => found.length === 2)
  assert.equal(found, ['one s', 'two s'])
  assert.is(client.calls.filter(({ verb, kind }) => verb === 'list' && kind.kind === 'Service').length, 1)
  await manager.stop()
})

test('a controller of keys works on refs that are no objects, and may show the caches what it wrote', async () => {
  const { client, manager, run, keys } = world()
  const queue: Ref = { namespace: '', name: 'pending pods' }
  const found: (string | undefined)[][] = []
  const hosts = (pods: readonly Pod[]) => pods.map(({ spec }) => spec.nodeName)
  await run(
    keyed('binder')
      .watches(Pod, pod => (pod.spec.nodeName ? undefined : queue))
      .reconcile(async (ref, cx) => {
        assert.equal(ref, queue)
        client.pause()
        const [pod] = cx.list(Pod)
        if (!pod || pod.spec.nodeName) return done
        await cx.client.bind({ metadata: refOf(pod), target: { name: 'host' } })
        const stale = hosts(cx.list(Pod))
        cx.see(Pod, await cx.client.get(Pod, refOf(pod)))
        found.push(stale, hosts(cx.list(Pod)))
        client.resume()
        return done
      }),
  )
  await client.create(Pod, podDraft('p'))
  await keys(1)
  assert.equal(found, [[undefined], ['host']])
  await manager.stop()
})

test('what is said wrongly is refused with the remedy', async () => {
  const { client, manager, run, keys, outcomes } = world()
  await run(
    controller(Cache).reconcile(async (_, cx) => {
      cx.list(Pod)
      return done
    }),
  )
  assert.throws(() => manager.add(controller(Pod).reconcile(async () => done)), /after the start/)
  await client.create(Cache, cacheDraft('a'))
  await keys(1)
  assert.match(String(outcomes[0]?.error), /caches reads pods without saying so: add \.uses\(Pod\)/)
  await manager.stop()
  const other = createManager({ client, logger: silent })
  other.add(controller(Cache).reconcile(async () => done))
  assert.throws(
    () => other.add(controller(Cache).reconcile(async () => done)),
    /there is a controller caches/,
  )
  assert.throws(() => controller(Cache, { timeout: 'soon' as never }), /no duration/)
})

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))

test.run()
