import { NEVER } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Client } from '../../../api/client.ts'
import {
  ConfigMap,
  CustomResourceDefinition,
  Deployment,
  Event,
  Namespace,
  Node,
  Pod,
  ReplicaSet,
  ReplicationController,
} from '../../../api/kinds/index.ts'
import { foregroundDeletion } from '../../../api/propagation.ts'
import { type Draft, refOf } from '../../../api/resource.ts'
import { controllerOf, controllerReference } from '../../../controllers/runtime/index.ts'
import { eventually } from '../../support/eventually.ts'
import {
  createController,
  defineCaches,
  gone,
  inWorlds,
  isGone,
  labels,
  openWorld,
  ownerRef,
  podSpec,
  pods,
} from '../cluster-of-controllers.ts'

const rc = { namespace: 'default', name: 'web' }

const podNamed = (
  name: string,
  ownerReferences: Draft<Pod>['metadata']['ownerReferences'] = [],
): Draft<Pod> => ({
  metadata: { name, namespace: 'default', ownerReferences },
  spec: podSpec,
})

const mapNamed = (
  name: string,
  ownerReferences: Draft<Pod>['metadata']['ownerReferences'] = [],
  namespace = 'default',
): Draft<ConfigMap> => ({ metadata: { name, namespace, ownerReferences } })

/** As the agent's last word on a pod's task would. */
const end = (client: Client, pod: Pod) => client.delete(Pod, refOf(pod), { gracePeriodSeconds: 0 })

inWorlds('deletes the pods of a controller that is not to orphan them', async ({ client }) => {
  await createController(client, 3)
  await pods(client, 3)
  const left = await client.delete(ReplicationController, rc, { propagationPolicy: 'Background' })
  assert.is(left.metadata.finalizers, undefined)
  assert.ok(await isGone(client, ReplicationController, rc), 'the controller goes at once')
  await pods(client, 0)
})

for (const propagationPolicy of ['Orphan', undefined] as const) {
  inWorlds(
    `orphans the pods of a controller (${propagationPolicy}), and the next one takes them`,
    async world => {
      const { client } = world
      await createController(client)
      const before = await pods(client, 2)
      await client.delete(ReplicationController, rc, { ...(propagationPolicy && { propagationPolicy }) })
      await gone(client, ReplicationController, rc.name)
      const freed = await pods(client, 2)
      assert.equal(
        freed.map(({ metadata }) => [metadata.uid, metadata.ownerReferences]),
        before.map(({ metadata }) => [metadata.uid, undefined]),
      )
      const heir = await createController(client, 2, 'heir')
      await eventually('adopted', async () =>
        (await pods(client, 2)).every(pod => controllerOf(pod)?.uid === heir.metadata.uid),
      )
      assert.equal((await pods(client, 2)).map(refOf), before.map(refOf))
    },
  )
}

inWorlds('keeps a controller until all its pods are gone if it is to', async ({ client }) => {
  await createController(client, 3)
  const [placed] = await pods(client, 3)
  assert.ok(placed)
  await client.bind({ metadata: refOf(placed), target: { name: 'host' } })
  const left = await client.delete(ReplicationController, rc, { propagationPolicy: 'Foreground' })
  assert.equal(left.metadata.finalizers, [foregroundDeletion])
  const [dying] = await pods(client, 1)
  assert.ok(dying?.metadata.deletionTimestamp)
  assert.equal((await client.get(ReplicationController, rc)).metadata.finalizers, [foregroundDeletion])
  await end(client, placed)
  await gone(client, ReplicationController, rc.name)
  assert.equal(await pods(client, 0), [])
})

inWorlds('a foreground deletion waits only for those who block it', async ({ client }) => {
  const owner = await client.create(ConfigMap, mapNamed('owner'))
  const finalizers = ['example.com/held']
  const held = mapNamed('held', [ownerRef(owner, false)])
  await client.create(ConfigMap, { ...held, metadata: { ...held.metadata, finalizers } })
  await client.delete(ConfigMap, refOf(owner), { propagationPolicy: 'Foreground' })
  await gone(client, ConfigMap, 'owner')
  const dying = await eventually('it is deleted all the same', async () => {
    const found = await client.get(ConfigMap, { namespace: 'default', name: 'held' })
    return found.metadata.deletionTimestamp !== undefined && found
  })
  await client.update(ConfigMap, { ...dying, metadata: { ...dying.metadata, finalizers: [] } })
  await gone(client, ConfigMap, 'held')
})

inWorlds(
  'an orphaning deletion after a foreground one lets those live that are not deleted yet',
  async world => {
    const { client } = world
    const owner = await client.create(ConfigMap, mapNamed('owner'))
    await world.stop()
    await client.create(ConfigMap, mapNamed('dependent', [ownerRef(owner)]))
    await client.delete(ConfigMap, refOf(owner), { propagationPolicy: 'Foreground' })
    const left = await client.delete(ConfigMap, refOf(owner))
    assert.equal(
      left.metadata.finalizers,
      [foregroundDeletion],
      'asked again without a word, nothing changes',
    )
    await client.delete(ConfigMap, refOf(owner), { propagationPolicy: 'Orphan' })
    await world.start()
    await gone(client, ConfigMap, 'owner')
    const dependent = await client.get(ConfigMap, { namespace: 'default', name: 'dependent' })
    assert.equal(
      [dependent.metadata.ownerReferences, dependent.metadata.deletionTimestamp],
      [undefined, undefined],
    )
  },
)

inWorlds(
  'keeps dependents that have a valid owner besides one that waits for them to go',
  async ({ client }) => {
    const [leaves, stays] = [
      await client.create(ConfigMap, mapNamed('leaves')),
      await client.create(ConfigMap, mapNamed('stays')),
    ]
    for (const name of ['a', 'b']) {
      await client.create(Pod, podNamed(name, [ownerRef(leaves), ...(name === 'a' ? [ownerRef(stays)] : [])]))
    }
    await client.delete(ConfigMap, refOf(leaves), { propagationPolicy: 'Foreground' })
    await gone(client, ConfigMap, 'leaves')
    const [kept, ...others] = await pods(client, 1)
    assert.equal(others, [])
    assert.is(kept?.metadata.name, 'a')
    assert.equal(
      kept?.metadata.ownerReferences?.map(({ name }) => name),
      ['stays'],
    )
  },
)

for (const propagationPolicy of ['Foreground', 'Background'] as const) {
  inWorlds(`a circle of dependents blocks nobody (${propagationPolicy})`, async ({ client }) => {
    const names = ['one', 'two', 'three']
    const made = await Promise.all(names.map(name => client.create(Pod, podNamed(name))))
    await Promise.all(
      made.map((pod, i) => {
        const owner = made[(i + 2) % 3]
        assert.ok(owner)
        return client.patch(Pod, refOf(pod), { metadata: { ownerReferences: [ownerRef(owner)] } })
      }),
    )
    const [first] = made
    assert.ok(first)
    await client.delete(Pod, refOf(first), { propagationPolicy })
    await pods(client, 0)
  })
}

/** What the controllers of Kubernetes make of a deployment. */
const deploy = async (client: Client) => {
  const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } }
  const metadata = { name: 'web', namespace: 'default' }
  const deployment = await client.create(Deployment, { metadata, spec })
  const owned = { ...metadata, ownerReferences: [controllerReference(deployment)] }
  const set = await client.create(ReplicaSet, { metadata: owned, spec })
  for (const name of ['a', 'b']) await client.create(Pod, podNamed(name, [controllerReference(set)]))
  return deployment
}

for (const propagationPolicy of ['Background', 'Foreground', undefined] as const) {
  inWorlds(
    `deletes the replica set and the pods of a deployment (${propagationPolicy})`,
    async ({ client }) => {
      const deployment = await deploy(client)
      await client.delete(Deployment, refOf(deployment), { ...(propagationPolicy && { propagationPolicy }) })
      await gone(client, Deployment, 'web')
      await gone(client, ReplicaSet, 'web')
      await pods(client, 0)
    },
  )
}

inWorlds('orphans the replica set of a deployment, and its pods stay its own', async ({ client }) => {
  const deployment = await deploy(client)
  await client.delete(Deployment, refOf(deployment), { propagationPolicy: 'Orphan' })
  await gone(client, Deployment, 'web')
  const set = await client.get(ReplicaSet, rc)
  assert.is(set.metadata.ownerReferences, undefined)
  assert.ok((await pods(client, 2)).every(pod => controllerOf(pod)?.uid === set.metadata.uid))
})

inWorlds('custom resources own and are owned, whenever their kind comes and goes', async ({ client }) => {
  const Cache = await defineCaches(client)
  const create = (name: string, ownerReferences: Draft<Pod>['metadata']['ownerReferences'] = []) =>
    client.create(Cache, { metadata: { name, namespace: 'default', ownerReferences }, spec: { size: 1 } })
  const owner = await create('owner')
  await create('dependent', [ownerRef(owner)])
  await client.create(ConfigMap, mapNamed('map', [ownerRef(owner)]))
  await client.delete(Cache, refOf(owner), { propagationPolicy: 'Foreground' })
  await gone(client, Cache, 'owner')
  assert.ok(await isGone(client, Cache, { namespace: 'default', name: 'dependent' }))
  assert.ok(await isGone(client, ConfigMap, { namespace: 'default', name: 'map' }))

  const orphaning = await create('orphaning')
  await create('freed', [ownerRef(orphaning)])
  await client.delete(Cache, refOf(orphaning), { propagationPolicy: 'Orphan' })
  await gone(client, Cache, 'orphaning')
  const freed = await client.get(Cache, { namespace: 'default', name: 'freed' })
  assert.is(freed.metadata.ownerReferences, undefined)

  await client.create(ConfigMap, mapNamed('last', [ownerRef(freed)]))
  await client.delete(CustomResourceDefinition, { namespace: '', name: 'caches.example.com' })
  await gone(client, CustomResourceDefinition, 'caches.example.com', '')
  await gone(client, ConfigMap, 'last')
})

inWorlds('an owner of another uid, name or namespace is none', async ({ client }) => {
  await client.create(Namespace, { metadata: { name: 'elsewhere' } })
  const owner = await client.create(ConfigMap, mapNamed('owner'))
  const stranger = { ...ownerRef(owner), uid: crypto.randomUUID() }
  await client.create(ConfigMap, mapNamed('other-uid', [stranger]))
  await client.create(ConfigMap, mapNamed('other-name', [{ ...ownerRef(owner), name: 'another' }]))
  await client.create(ConfigMap, mapNamed('other-namespace', [ownerRef(owner)], 'elsewhere'))
  await client.create(ConfigMap, mapNamed('owned', [stranger, ownerRef(owner)]))
  await gone(client, ConfigMap, 'other-uid')
  await gone(client, ConfigMap, 'other-name')
  await gone(client, ConfigMap, 'other-namespace', 'elsewhere')
  const owned = await eventually('only the stranger is taken off', async () => {
    const found = await client.get(ConfigMap, { namespace: 'default', name: 'owned' })
    return found.metadata.ownerReferences?.length === 1 && found
  })
  assert.is(owned.metadata.ownerReferences?.[0]?.uid, owner.metadata.uid)
})

inWorlds(
  'an object of the cluster with an owner in a namespace is left alone, and told of',
  async ({ client }) => {
    const owner = await client.create(ConfigMap, mapNamed('owner'))
    await client.create(Node, { metadata: { name: 'n', ownerReferences: [ownerRef(owner)] } })
    await client.delete(ConfigMap, refOf(owner))
    const event = await eventually('a warning', async () =>
      (await client.list(Event)).items.find(({ reason }) => reason === 'OwnerRefInvalidNamespace'),
    )
    assert.is(event.involvedObject.name, 'n')
    const { uid } = owner.metadata
    assert.is(
      event.message,
      `ownerRef [v1/ConfigMap, namespace: , name: owner, uid: ${uid}] does not exist in namespace ""`,
    )
    assert.is((await client.get(Node, { namespace: '', name: 'n' })).metadata.deletionTimestamp, undefined)
  },
)

for (const propagationPolicy of ['Foreground', 'Background', 'Orphan'] as const) {
  inWorlds(`what was asked for while nobody looked is done later (${propagationPolicy})`, async world => {
    const { client } = world
    const { metadata } = await createController(client)
    const before = await pods(client, 2)
    await world.stop()
    await client.delete(ReplicationController, rc, { propagationPolicy })
    await world.start()
    await gone(client, ReplicationController, rc.name)
    if (propagationPolicy !== 'Orphan') return void (await pods(client, 0))
    const after = await pods(client, 2)
    assert.equal(after.map(refOf), before.map(refOf))
    assert.not(after.some(pod => controllerOf(pod)?.uid === metadata.uid))
  })
}

test('a controller that is deleted as in 2014 is gone with the answer, and its pods run on', async () => {
  const world = await openWorld(({ http }) => http)
  await world.start()
  await createController(world.client)
  await pods(world.client, 2)
  const url = `${world.server.url}/api/v1beta1/replicationControllers/web`
  assert.is((await fetch(url, { method: 'DELETE' })).status, 200)
  assert.is((await fetch(url)).status, 404)
  assert.ok((await pods(world.client, 2)).every(pod => !controllerOf(pod)))
  await world.close()
})

/** The client of somebody whom nothing is told of a kind after the first list. */
const deafTo = (kind: unknown, client: Client): Client => {
  const deaf: Client = Object.create(client)
  deaf.watch = (watched, options) => (watched === kind ? NEVER : client.watch(watched, options))
  for (const verb of [
    'get',
    'list',
    'create',
    'update',
    'updateStatus',
    'patch',
    'finalize',
    'delete',
  ] as const) {
    deaf[verb] = client[verb].bind(client) as never
  }
  return deaf
}

/** `looked` resolves when the collector has looked at the object of a uid, and has found nothing to complain of. */
const withDeafControllers =
  (kind: unknown, run: (client: Client, looked: (uid: string) => Promise<unknown>) => Promise<void>) =>
  async () => {
    const world = await openWorld(
      ({ server }) => server.client,
      ({ server }) => deafTo(kind, server.client),
    )
    await world.start()
    const done = new Set<string>()
    world.manager.outcomes$.subscribe(({ key, error }) => error === undefined && done.add(key))
    const looked = (uid: string) => eventually(`a look at ${uid}`, () => done.has(uid))
    await run(world.client, looked).finally(world.close)
  }

test(
  'a dependent whose owner the collector does not know yet is not deleted',
  withDeafControllers(ConfigMap, async (client, looked) => {
    const owner = await client.create(ConfigMap, mapNamed('owner'))
    const { metadata } = await client.create(Pod, podNamed('owned', [ownerRef(owner)]))
    await looked(metadata.uid)
    assert.is((await pods(client, 1))[0]?.metadata.deletionTimestamp, undefined)
  }),
)

test(
  'dependents that the collector does not know yet are orphaned all the same',
  withDeafControllers(Pod, async client => {
    const owner = await client.create(ConfigMap, mapNamed('owner'))
    await client.create(Pod, podNamed('unknown', [ownerRef(owner)]))
    await client.delete(ConfigMap, refOf(owner), { propagationPolicy: 'Orphan' })
    await gone(client, ConfigMap, 'owner')
    assert.is((await pods(client, 1))[0]?.metadata.ownerReferences, undefined)
  }),
)

test.run()
