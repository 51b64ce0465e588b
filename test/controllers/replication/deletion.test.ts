import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { foregroundDeletion } from '../../../api/cascade.ts'
import type { Client, DeleteOptions } from '../../../api/client.ts'
import { isStatus } from '../../../api/errors.ts'
import { Pod, ReplicationController } from '../../../api/kinds/index.ts'
import { isTerminal } from '../../../api/pod-phase.ts'
import { refOf } from '../../../api/resource.ts'
import { createApiServer } from '../../../apiserver/index.ts'
import { replication } from '../../../controllers/replication/index.ts'
import { controllerOf, controllerReference, createManager } from '../../../controllers/runtime/index.ts'
import { openEmbeddedStore } from '../../../store/embedded/embedded-store.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { memoryClient } from '../../support/memory-client.ts'
import { tempDir } from '../../support/temp.ts'

const ref = { namespace: 'default', name: 'web' }
const labels = { app: 'web' }

interface Api {
  readonly client: Client
  close(): Promise<void>
}

const apis: Readonly<Record<string, (clock: ManualClock) => Promise<Api>>> = {
  memory: async clock => ({ client: memoryClient({ clock }), close: async () => {} }),
  async registry(clock) {
    const store = await openEmbeddedStore({ path: join(tempDir('replication'), 'store'), logger: silent })
    const api = await createApiServer({ store, logger: silent, clock })
    const close = async () => {
      await api.close()
      await store.close()
    }
    return { client: api.client, close }
  },
}

/** The replication controller at work on an API. */
const open = async (openApi: (clock: ManualClock) => Promise<Api>) => {
  const clock = new ManualClock()
  const { client, close } = await openApi(clock)
  let manager = createManager({ client, logger: silent, clock })

  const self = {
    client,
    async start() {
      manager = createManager({ client, logger: silent, clock })
      manager.add(replication())
      await manager.start()
    },
    stop: () => manager.stop(),
    async end() {
      await manager.stop()
      await close()
    },
    create: (name = ref.name, replicas = 2) =>
      client.create(ReplicationController, {
        metadata: { ...ref, name },
        spec: {
          replicas,
          selector: labels,
          template: {
            metadata: { labels },
            spec: { containers: [{ name: 'web', image: 'web', command: ['web'] }] },
          },
        },
      }),
    remove: (propagationPolicy?: DeleteOptions['propagationPolicy']) =>
      client.delete(ReplicationController, ref, { propagationPolicy }),
    rc: () => client.get(ReplicationController, ref),
    pods: async () => (await client.list(Pod)).items,
    names: async () => (await self.pods()).map(({ metadata }) => metadata.name),
    /** Waits until there are so many pods, all under the control of `uid`. */
    async owned(count: number, uid: string | undefined) {
      await eventually(`${count} pods of ${uid}`, async () => {
        const owners = (await self.pods()).map(pod => controllerOf(pod)?.uid)
        return owners.length === count && owners.every(owner => owner === uid)
      })
    },
    gone: () =>
      eventually('the controller gone', () =>
        self.rc().then(
          () => false,
          error => isStatus(error, 'NotFound'),
        ),
      ),
    async fail(pod: Pod) {
      const status = { phase: 'Failed', reason: 'ContainerEngineRequired' }
      await client.updateStatus(Pod, { ...(await client.get(Pod, refOf(pod))), status })
    },
  }
  return self
}

type World = Awaited<ReturnType<typeof open>>

const it = (what: string, run: (world: World) => Promise<void>): void => {
  for (const [name, openApi] of Object.entries(apis)) {
    test(`${name}: ${what}`, async () => {
      const world = await open(openApi)
      await world.start()
      await run(world).finally(world.end)
    })
  }
}

for (const policy of [undefined, 'Orphan'] as const) {
  it(`a deletion (${policy}) sets the pods free, and a controller that selects them takes them`, async world => {
    const { create, remove, owned, names, gone } = world
    await owned(2, (await create()).metadata.uid)
    const before = await names()
    await remove(policy)
    await gone()
    await owned(2, undefined)
    const heir = await create('heir')
    await owned(2, heir.metadata.uid)
    assert.equal(await names(), before)
  })
}

it('a new controller of the same name takes the pods of the old one, and makes none beside them', async world => {
  const { create, remove, owned, names, stop, start } = world
  await owned(2, (await create()).metadata.uid)
  const before = await names()
  // While nobody looks: the controller that is found is another one, and no deletion is ever told.
  await stop()
  await remove()
  const next = await create()
  await start()
  await owned(2, next.metadata.uid)
  assert.equal(await names(), before)
})

it('pods whose controller went while nobody looked are set free, ended ones are deleted', async world => {
  const { create, remove, owned, pods, fail, stop, start } = world
  await owned(2, (await create()).metadata.uid)
  const [first, second] = await pods()
  assert.ok(first && second)
  await stop()
  await fail(first)
  await remove()
  await start()
  await owned(1, undefined)
  assert.is((await pods())[0]?.metadata.name, second.metadata.name)
})

it('failed pods that the back-off holds go with their controller', async world => {
  const { create, remove, owned, pods, fail, gone } = world
  const { metadata } = await create('web', 1)
  await owned(1, metadata.uid)
  const [first] = await pods()
  assert.ok(first)
  await fail(first)
  await eventually('the first is replaced at once', async () =>
    (await pods()).every(pod => pod.metadata.name !== first.metadata.name),
  )
  await owned(1, metadata.uid)
  const [second] = await pods()
  assert.ok(second)
  await fail(second)
  await eventually('the second is held', async () => (await pods()).some(isTerminal))
  await remove()
  await gone()
  await eventually('none left', async () => (await pods()).length === 0)
})

for (const policy of ['Background', 'Foreground'] as const) {
  it(`a deletion (${policy}) takes the pods along; the controller goes after the last of them`, async world => {
    const { client, create, remove, owned, pods, rc, gone } = world
    await owned(3, (await create('web', 3)).metadata.uid)
    const [placed, failed] = await pods()
    assert.ok(placed && failed)
    await client.bind({ metadata: refOf(placed), target: { name: 'host' } })
    const left = await remove(policy)
    assert.equal(left.metadata.finalizers, [foregroundDeletion])
    assert.ok(left.metadata.deletionTimestamp)
    await eventually('one pod, on its way out', async () => {
      const [pod, ...others] = await pods()
      return others.length === 0 && pod?.metadata.deletionTimestamp !== undefined
    })
    assert.equal((await rc()).metadata.finalizers, [foregroundDeletion])
    // As the agent's last word on its task would.
    await client.delete(Pod, refOf(placed), { gracePeriodSeconds: 0 })
    await gone()
    assert.equal(await pods(), [])
  })
}

it('a cascade that was begun goes on after a restart, until an orphaning deletion ends it', async world => {
  const { client, create, remove, owned, pods, rc, gone, stop, start } = world
  await owned(2, (await create()).metadata.uid)
  const [placed, other] = await pods()
  assert.ok(placed && other)
  await stop()
  await client.bind({ metadata: refOf(placed), target: { name: 'host' } })
  await remove('Background')
  await start()
  await eventually('the other gone', async () => (await pods()).length === 1)
  // Asked again without a word about the pods: nothing changes.
  await remove()
  assert.equal((await rc()).metadata.finalizers, [foregroundDeletion])
  await remove('Orphan')
  await gone()
  const [last] = await pods()
  assert.is(last?.metadata.name, placed.metadata.name)
})

test('pods are not set free because the cache does not know their controller yet', async () => {
  let calls = memoryClient().calls
  const world = await open(async clock => {
    // The cache of controllers gets no further than its first list.
    const client = memoryClient({
      clock,
      before: ({ verb, kind }) =>
        verb === 'watch' && kind.kind === 'ReplicationController' ? new Promise(() => {}) : undefined,
    })
    calls = client.calls
    return { client, close: async () => {} }
  })
  await world.start()
  const owner = await world.create()
  await world.client.create(Pod, {
    metadata: { name: 'a', namespace: 'default', labels, ownerReferences: [controllerReference(owner)] },
    spec: { containers: [{ name: 'web', image: 'web' }] },
  })
  await eventually('a look at the API', () =>
    calls.some(({ verb, kind }) => verb === 'get' && kind.kind === 'ReplicationController'),
  )
  await world.stop()
  await world.owned(1, owner.metadata.uid)
})

test('pods are not deleted because the cache does not know yet that they are to stay', async () => {
  let asked = 0
  const world = await open(async clock => {
    const client = memoryClient({
      clock,
      async before({ verb, kind }) {
        if (verb !== 'get' || kind.kind !== 'ReplicationController' || asked++ > 0) return
        await client.delete(ReplicationController, ref, { propagationPolicy: 'Orphan' })
      },
    })
    return { client, close: async () => {} }
  })
  await world.start()
  const { metadata } = await world.create()
  await world.owned(2, metadata.uid)
  const before = await world.names()
  await world.remove('Background')
  await world.owned(2, undefined)
  assert.equal(await world.names(), before)
  await world.end()
})

test.run()
