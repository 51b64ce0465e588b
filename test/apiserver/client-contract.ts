import { firstValueFrom, take, toArray } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { annotation, portAnnotation } from '../../api/annotations.ts'
import type { Client, DeleteOptions } from '../../api/client.ts'
import { hasCause, isStatus, type Reason, StatusError } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import { ConfigMap, Namespace, Node, Pod, ReplicationController } from '../../api/kinds/index.ts'
import type { Draft, Ref, Resource, WatchEvent } from '../../api/resource.ts'
import { podNamed } from './running-server.ts'

export const refused = async (promise: Promise<unknown>, reason: Reason): Promise<StatusError> => {
  const error = await promise.then(
    () => new Error('it was accepted'),
    error => error,
  )
  if (!isStatus(error, reason)) throw new Error(`${error} is no ${reason}`, { cause: error })
  return error
}

/** uvu takes `details` of an error for text, and fails at a StatusError's. */
const rethrow = (error: unknown): never => {
  throw error instanceof StatusError ? new Error(error.message, { cause: error }) : error
}

const types = (events: readonly WatchEvent<Pod>[]) =>
  events.map(({ type, object }) => `${type} ${object.metadata.name}`)

let count = 0

/**
 * What every Client does, whatever is between it and the store. `other` is another client of the same store: what one
 * has written, the other sees.
 */
export const clientContract = (name: string, open: () => { client: Client; other: Client }): void => {
  const it = (what: string, run: (client: Client, namespace: string, other: Client) => Promise<void>) =>
    test(`${name}: ${what}`, async () => {
      const { client, other } = open()
      const namespace = `ns-${count++}`
      await client.create(Namespace, { metadata: { name: namespace } })
      await run(client, namespace, other).catch(rethrow)
    })
  const pod = (namespace: string, name: string, labels?: Record<string, string>): Draft<Pod> => {
    const draft = podNamed(name, labels)
    return { ...draft, metadata: { ...draft.metadata, namespace } }
  }

  it('a created object has its defaults, and is what everybody reads', async (client, namespace, other) => {
    const draft = pod(namespace, 'a', { app: 'x' })
    const created = await client.create(Pod, draft)
    assert.match(created.metadata.uid, /^[0-9a-f-]{36}$/)
    assert.match(created.metadata.creationTimestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.is(created.spec.restartPolicy, 'Always')
    assert.is(created.status?.phase, 'Pending')
    assert.is(draft.spec.restartPolicy, undefined, 'the draft is the caller’s')
    assert.ok(Object.isFrozen(created.spec.containers[0]))
    const ref = { namespace, name: 'a' }
    assert.equal(await client.get(Pod, ref), created)
    assert.equal(await other.get(Pod, ref), created)
    const list = await other.list(Pod, { namespace })
    assert.equal(list.items, [created])
    assert.ok(Number(list.metadata.resourceVersion) >= Number(created.metadata.resourceVersion))
  })

  it('a name is taken once, and generated ones differ', async (client, namespace) => {
    await client.create(Pod, pod(namespace, 'a'))
    await refused(client.create(Pod, pod(namespace, 'a')), 'AlreadyExists')
    const { name: _, ...metadata } = { ...pod(namespace, '').metadata, generateName: 'web-' }
    const drafts = Array.from({ length: 5 }, () => client.create(Pod, { ...pod(namespace, ''), metadata }))
    const names = new Set((await Promise.all(drafts)).map(each => each.metadata.name))
    assert.is(names.size, 5)
    for (const each of names) assert.match(each, /^web-[a-z0-9]{5}$/)
  })

  it('what is wrong is told, and not stored', async (client, namespace) => {
    const bad = { ...pod(namespace, 'bad'), spec: { containers: [] } }
    const error = await refused(client.create(Pod, bad), 'Invalid')
    assert.is(error.status.details?.causes?.[0]?.field, 'spec.containers')
    await refused(client.get(Pod, { namespace, name: 'bad' }), 'NotFound')
    await refused(client.create(Pod, pod('absent', 'a')), 'NotFound')
    await refused(
      client.update(Pod, await client.create(Pod, pod(namespace, 'x')).then(gone(client))),
      'NotFound',
    )
  })

  it('an update from an old state is a Conflict, one without change writes nothing', async (client, namespace) => {
    const first = await client.create(Pod, pod(namespace, 'a'))
    const second = await client.update(Pod, labelled(first, { app: 'y' }))
    assert.is(second.metadata.labels?.app, 'y')
    assert.is(second.metadata.uid, first.metadata.uid)
    await refused(client.update(Pod, labelled(first, { app: 'z' })), 'Conflict')
    const third = await client.update(Pod, second)
    assert.is(third.metadata.resourceVersion, second.metadata.resourceVersion)
    const stranger = { ...second, metadata: { ...second.metadata, uid: 'other', resourceVersion: '' } }
    await refused(client.update(Pod, stranger), 'Conflict')
  })

  it('updates that name no state all come through', async (client, namespace, other) => {
    const first = await client.create(Pod, pod(namespace, 'a'))
    const writes = Array.from({ length: 20 }, (_, n) =>
      (n % 2 ? client : other).update(Pod, {
        ...first,
        metadata: { ...first.metadata, resourceVersion: '', labels: { n: String(n) } },
      }),
    )
    const revisions = (await Promise.all(writes)).map(({ metadata }) => metadata.resourceVersion)
    assert.is(new Set(revisions).size, 20)
  })

  it('status and spec are written apart', async (client, namespace) => {
    const first = await client.create(Pod, pod(namespace, 'a'))
    const running = await client.updateStatus(Pod, {
      ...labelled(first, { app: 'x' }),
      spec: { ...first.spec, activeDeadlineSeconds: 9 },
      status: { phase: 'Running' },
    })
    assert.is(running.status?.phase, 'Running')
    assert.is(running.metadata.labels?.app, 'x')
    assert.is(running.spec.activeDeadlineSeconds, undefined)
    const updated = await client.update(Pod, {
      ...labelled(running, { app: 'y' }),
      status: { phase: 'Failed' },
    })
    assert.is(updated.status?.phase, 'Running')
    assert.is(updated.metadata.labels?.app, 'y')
  })

  it('a changed spec is a new generation', async (client, namespace) => {
    const rc = await client.create(ReplicationController, {
      metadata: { name: 'rc', namespace },
      spec: {
        replicas: 1,
        selector: { app: 'x' },
        template: { metadata: { labels: { app: 'x' } }, spec: podNamed('').spec },
      },
    })
    assert.is(rc.metadata.generation, 1)
    const scaled = await client.update(ReplicationController, { ...rc, spec: { ...rc.spec, replicas: 2 } })
    assert.is(scaled.metadata.generation, 2)
    const counted = await client.updateStatus(ReplicationController, { ...scaled, status: { replicas: 2 } })
    assert.is(counted.metadata.generation, 2)
  })

  it("a pod's generation counts changes of its spec and its end, but not its assignment; what was seen of it stays seen", async (client, namespace) => {
    const ref: Ref = { namespace, name: 'g' }
    const { metadata } = await client.create(Pod, pod(namespace, 'g'))
    assert.is(metadata.generation, 1)
    const assigned = await client.bind({ metadata: ref, target: { name: 'host' } })
    assert.is(assigned.metadata.generation, 1)
    const seen = await client.updateStatus(Pod, { ...assigned, status: { observedGeneration: 1 } })
    const unaware = await client.updateStatus(Pod, { ...seen, status: { phase: 'Running' } })
    assert.equal([unaware.metadata.generation, unaware.status?.observedGeneration], [1, 1])
    const [container] = unaware.spec.containers
    const changed = await client.update(Pod, {
      ...unaware,
      spec: { ...unaware.spec, containers: [{ ...container, name: container?.name ?? '', image: 'other' }] },
    })
    assert.is(changed.metadata.generation, 2)
    const dying = await client.delete(Pod, ref, { gracePeriodSeconds: 20 })
    assert.is(dying.metadata.generation, 3)
  })

  it('an assigned pod ends with grace, which can only shorten; any other goes at once', async (client, namespace) => {
    const ref: Ref = { namespace, name: 'a' }
    await client.create(Pod, pod(namespace, 'a'))
    await client.bind({ metadata: ref, target: { name: 'host' } })
    const dying = await client.delete(Pod, ref, { gracePeriodSeconds: 20 })
    assert.is(dying.metadata.deletionGracePeriodSeconds, 20)
    const longer = await client.delete(Pod, ref, { gracePeriodSeconds: 60 })
    assert.is(longer.metadata.resourceVersion, dying.metadata.resourceVersion)
    const shorter = await client.delete(Pod, ref, { gracePeriodSeconds: 5 })
    assert.is(shorter.metadata.deletionGracePeriodSeconds, 5)
    assert.is(
      Date.parse(dying.metadata.deletionTimestamp ?? '') -
        Date.parse(shorter.metadata.deletionTimestamp ?? ''),
      15_000,
    )
    await client.delete(Pod, ref, { gracePeriodSeconds: 0 })
    await refused(client.get(Pod, ref), 'NotFound')
    await client.create(Pod, pod(namespace, 'b'))
    await client.delete(Pod, { namespace, name: 'b' })
    await refused(client.get(Pod, { namespace, name: 'b' }), 'NotFound')
    await refused(client.delete(Pod, { namespace, name: 'b' }), 'NotFound')
  })

  it('a deletion meant for another object is a Conflict', async (client, namespace) => {
    const { metadata } = await client.create(Pod, pod(namespace, 'a'))
    const ref: Ref = { namespace, name: 'a' }
    await refused(client.delete(Pod, ref, { preconditions: { uid: 'other' } }), 'Conflict')
    await refused(client.delete(Pod, ref, { preconditions: { resourceVersion: '1' } }), 'Conflict')
    await client.delete(Pod, ref, { preconditions: { uid: metadata.uid } })
    await refused(client.get(Pod, ref), 'NotFound')
  })

  it('a deletion says by finalizers what becomes of dependents, of every kind', async (client, namespace) => {
    const ref: Ref = { namespace, name: 'a' }
    const { spec, metadata } = pod(namespace, 'a', { app: 'x' })
    const rc = { metadata: ref, spec: { template: { metadata: { labels: metadata.labels }, spec } } }
    const finalizers = async <T extends Resource>(
      kind: Kind<T>,
      propagationPolicy?: DeleteOptions['propagationPolicy'],
    ) => {
      const { metadata } = await client.delete(kind, ref, { ...(propagationPolicy && { propagationPolicy }) })
      return metadata.deletionTimestamp && metadata.finalizers
    }
    await client.create(Pod, pod(namespace, 'a'))
    assert.equal(await finalizers(Pod, 'Foreground'), ['foregroundDeletion'])
    await client.patch(Pod, ref, { metadata: { finalizers: null } })
    await refused(client.get(Pod, ref), 'NotFound')

    const held = { ...ref, finalizers: ['x/y'] }
    await client.create(ConfigMap, { metadata: held })
    assert.equal(await finalizers(ConfigMap), ['x/y'])
    assert.equal(await finalizers(ConfigMap, 'Orphan'), ['x/y', 'orphan'])
    assert.equal(
      await finalizers(ConfigMap),
      ['x/y', 'orphan'],
      'asked again without a word, nothing changes',
    )
    assert.equal(await finalizers(ConfigMap, 'Foreground'), ['x/y', 'foregroundDeletion'])
    assert.equal(await finalizers(ConfigMap, 'Background'), ['x/y'])
    const wrong = ['orphan', 'foregroundDeletion']
    await refused(client.patch(ConfigMap, ref, { metadata: { finalizers: wrong } }), 'Invalid')

    await client.create(ReplicationController, rc)
    assert.equal(await finalizers(ReplicationController), ['orphan'], 'the default of controllers and jobs')
    await client.delete(ReplicationController, ref, { propagationPolicy: 'Background' })
    await refused(client.get(ReplicationController, ref), 'NotFound')
  })

  it('a merge patch changes what it names', async (client, namespace) => {
    const first = await client.create(Pod, pod(namespace, 'a', { app: 'x', tier: 'front' }))
    const ref: Ref = { namespace, name: 'a' }
    const labels = { tier: null, more: '1' }
    const patched = await client.patch(Pod, ref, { metadata: { labels } })
    assert.equal(patched.metadata.labels, { app: 'x', more: '1' })
    const { resourceVersion } = first.metadata
    await refused(client.patch(Pod, ref, { metadata: { resourceVersion, labels } }), 'Conflict')
    await refused(client.patch(Pod, ref, { metadata: { uid: 'other', labels } }), 'Conflict')
    await refused(client.patch(Pod, { ...ref, name: 'no' }, {}), 'NotFound')
  })

  it('lists and watches may be of metadata alone', async (client, namespace) => {
    const { metadata } = await client.create(Pod, pod(namespace, 'a', { app: 'x' }))
    const list = await client.list(Pod, { namespace, metadataOnly: true })
    assert.equal(
      list.items.map(each => each.metadata),
      [metadata],
    )
    const { resourceVersion } = list.metadata
    const watch = client.watch(Pod, { namespace, resourceVersion, metadataOnly: true })
    const seen = firstValueFrom(watch.pipe(take(1), toArray()))
    const second = await client.create(Pod, pod(namespace, 'b'))
    assert.equal(
      (await seen).map(({ type, object }) => [type, object.metadata]),
      [['ADDED', second.metadata]],
    )
  })

  it('an object goes with the last of its finalizers, and takes no new ones', async (client, namespace) => {
    const draft = pod(namespace, 'a')
    const ref: Ref = { namespace, name: 'a' }
    await client.create(Pod, { ...draft, metadata: { ...draft.metadata, finalizers: ['x/y'] } })
    const dying = await client.delete(Pod, ref)
    assert.ok(dying.metadata.deletionTimestamp)
    const held = { ...dying, metadata: { ...dying.metadata, finalizers: ['x/y', 'x/z'] } }
    await refused(client.update(Pod, held), 'Invalid')
    await client.update(Pod, { ...dying, metadata: { ...dying.metadata, finalizers: [] } })
    await refused(client.get(Pod, ref), 'NotFound')
  })

  it('binding and unbinding', async (client, namespace) => {
    const ref: Ref = { namespace, name: 'a' }
    const ports = [
      { containerPort: 80 },
      { containerPort: 81, hostPort: 31081 },
      { containerPort: 53, protocol: 'UDP' as const },
    ]
    const { metadata } = await client.create(Pod, {
      ...pod(namespace, 'a'),
      spec: { containers: [{ name: 'c', image: 'x', ports }] },
    })
    const annotations = {
      [annotation.taskId]: 't.0',
      [portAnnotation('TCP', 80)]: '31000',
      [portAnnotation('TCP', 81)]: '31999',
      [portAnnotation('UDP', 53)]: '31053',
    }
    const binding = { metadata: { ...ref, annotations }, target: { kind: 'Node', name: 'host' } }
    const bound = await client.bind(binding)
    assert.equal(bound, await client.get(Pod, ref))
    assert.is(bound.spec.nodeName, 'host')
    assert.equal(
      bound.spec.containers[0]?.ports?.map(({ hostPort }) => hostPort),
      [31000, 31081, 31053],
    )
    assert.is(bound.metadata.annotations?.[annotation.taskId], 't.0')
    assert.is(bound.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.status, 'True')
    const again = await refused(client.bind({ metadata: ref, target: { name: 'other' } }), 'Conflict')
    assert.is(
      again.message,
      'Operation cannot be fulfilled on pods/binding "a": pod a is already assigned to node "host"',
    )
    const statuses = [
      { name: 'c', image: 'x', imageID: '', ready: true, restartCount: 3, state: { running: {} } },
    ]
    await client.updateStatus(Pod, { ...bound, status: { phase: 'Running', containerStatuses: statuses } })
    await refused(client.unbind(ref, { uid: 'other' }), 'Conflict')
    await client.unbind(ref, { uid: metadata.uid })
    const free = await client.get(Pod, ref)
    assert.is(free.spec.nodeName, undefined)
    assert.equal(free.metadata.annotations, { [annotation.attempt]: '1' })
    assert.equal(
      free.spec.containers[0]?.ports?.map(({ hostPort }) => hostPort),
      [undefined, 31081, undefined],
    )
    assert.is(free.status?.phase, 'Pending')
    assert.equal(
      free.status?.containerStatuses?.map(({ restartCount, state }) => [restartCount, state]),
      [[3, undefined]],
    )
    await client.bind({ metadata: ref, target: { name: 'other' } })
    await client.unbind(ref, { uid: metadata.uid })
    assert.is((await client.get(Pod, ref)).metadata.annotations?.[annotation.attempt], '2')
    await refused(client.unbind(ref, { uid: metadata.uid }), 'Conflict')
    await refused(client.bind({ metadata: { namespace, name: 'no' }, target: { name: 'x' } }), 'NotFound')
  })

  it('an eviction ends a pod as a deletion does', async (client, namespace) => {
    const ref = { namespace, name: 'a' }
    const { metadata } = await client.create(Pod, pod(namespace, 'a'))
    await client.bind({ metadata: ref, target: { name: 'host' } })
    await refused(client.evict(ref, { preconditions: { uid: 'other' } }), 'Conflict')
    await client.evict(ref, { preconditions: { uid: metadata.uid } })
    assert.ok((await client.get(Pod, ref)).metadata.deletionTimestamp)
    await client.evict(ref, { gracePeriodSeconds: 0 })
    await refused(client.get(Pod, ref), 'NotFound')
    await refused(client.evict(ref), 'NotFound')
  })

  it('lists select, and come in pages of one state', async (client, namespace) => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await client.create(Pod, pod(namespace, name, { vowel: String('ae'.includes(name)) }))
    }
    const names = async (options: Parameters<Client['list']>[1]) =>
      (await client.list(Pod, { namespace, ...options })).items.map(each => each.metadata.name).join()
    assert.is(await names({ labelSelector: 'vowel=true' }), 'a,e')
    assert.is(await names({ labelSelector: 'vowel in (false),!x' }), 'b,c,d')
    assert.is(await names({ fieldSelector: 'metadata.name=c' }), 'c')
    assert.is(await names({ fieldSelector: 'spec.nodeName=' }), 'a,b,c,d,e')
    await refused(client.list(Pod, { fieldSelector: 'spec.foo=x' }), 'BadRequest')
    await refused(client.list(Pod, { labelSelector: 'a===' }), 'BadRequest')
    const first = await client.list(Pod, { namespace, limit: 2 })
    assert.is(first.metadata.remainingItemCount, 3)
    await client.delete(Pod, { namespace, name: 'd' })
    await client.create(Pod, pod(namespace, 'cc'))
    const second = await client.list(Pod, { namespace, limit: 2, continue: first.metadata.continue ?? '' })
    const third = await client.list(Pod, { namespace, limit: 2, continue: second.metadata.continue ?? '' })
    assert.is(third.metadata.continue, undefined)
    assert.is(
      [first, second, third].flatMap(page => page.items.map(each => each.metadata.name)).join(),
      'a,b,c,d,e',
    )
    assert.is(third.metadata.resourceVersion, first.metadata.resourceVersion)
    await refused(client.list(Pod, { continue: 'garbage' }), 'BadRequest')
  })

  it('a watch goes on where a list ended', async (client, namespace, other) => {
    const first = await client.create(Pod, pod(namespace, 'a'))
    const { metadata } = await client.list(Pod, { namespace })
    const watch = client.watch(Pod, { namespace, resourceVersion: metadata.resourceVersion })
    const seen = firstValueFrom(watch.pipe(take(4), toArray()))
    const second = await other.update(Pod, labelled(first, { app: 'y' }))
    await other.create(Pod, pod(namespace, 'b'))
    const last = await other.delete(Pod, { namespace, name: 'a' })
    await other.create(Pod, pod(namespace, 'c'))
    const events = await seen
    assert.equal(types(events), ['MODIFIED a', 'ADDED b', 'DELETED a', 'ADDED c'])
    assert.equal(events[0]?.object, second)
    assert.is(events[2]?.object.metadata.resourceVersion, last.metadata.resourceVersion)
    assert.ok(Object.isFrozen(events[1]?.object.metadata))
  })

  it('a watch without a revision begins with what is there', async (client, namespace) => {
    await client.create(Pod, pod(namespace, 'a'))
    await client.create(Pod, pod(namespace, 'b'))
    const events = firstValueFrom(client.watch(Pod, { namespace }).pipe(take(3), toArray()))
    await client.create(Pod, pod(namespace, 'c'))
    assert.equal(types(await events), ['ADDED a', 'ADDED b', 'ADDED c'])
  })

  it('a watch with a selector sees objects enter and leave', async (client, namespace) => {
    const a = await client.create(Pod, pod(namespace, 'a', { app: 'x' }))
    const { resourceVersion } = a.metadata
    const watch = client.watch(Pod, { namespace, labelSelector: 'app=x', resourceVersion })
    const events = firstValueFrom(watch.pipe(take(4), toArray()))
    await client.create(Pod, pod(namespace, 'other', { app: 'z' }))
    const left = await client.update(Pod, labelled(a, { app: 'y' }))
    const back = await client.update(Pod, labelled(left, { app: 'x' }))
    await client.update(Pod, labelled(back, { app: 'x', more: '1' }))
    await client.delete(Pod, { namespace, name: 'a' })
    assert.equal(types(await events), ['DELETED a', 'ADDED a', 'MODIFIED a', 'DELETED a'])
    assert.is((await events)[0]?.object.metadata.resourceVersion, left.metadata.resourceVersion)
  })

  it('a watch from a revision still to come is refused', async (client, namespace) => {
    await refused(firstValueFrom(client.watch(Pod, { namespace, resourceVersion: '999999999' })), 'Timeout')
    await refused(firstValueFrom(client.watch(Pod, { namespace, resourceVersion: 'x' })), 'BadRequest')
  })

  it('objects of the cluster have no namespace', async (client, namespace) => {
    const name = `node-${namespace}`
    const node = await client.create(Node, { metadata: { name } })
    assert.is(node.metadata.namespace, undefined)
    assert.equal(await client.get(Node, { namespace: '', name }), node)
    const ready = { conditions: [{ type: 'Ready', status: 'True' }] }
    const updated = await client.updateStatus(Node, { ...node, status: ready })
    assert.equal(updated.status, ready)
    await client.delete(Node, { namespace: '', name })
    await refused(client.get(Node, { namespace: '', name }), 'NotFound')
  })

  it('a namespace goes when the last finalizer of its spec does', async (client, namespace) => {
    const ref: Ref = { namespace: '', name: namespace }
    await refused(client.delete(Namespace, { namespace: '', name: 'default' }), 'Forbidden')
    const ending = await client.delete(Namespace, ref)
    assert.is(ending.status?.phase, 'Terminating')
    const error = await refused(client.create(Pod, pod(namespace, 'b')), 'Forbidden')
    assert.ok(hasCause(error, 'NamespaceTerminating'))
    const still = await client.delete(Namespace, ref)
    assert.is(still.metadata.resourceVersion, ending.metadata.resourceVersion)
    await client.finalize({ ...ending, spec: { finalizers: [] } })
    await refused(client.get(Namespace, ref), 'NotFound')
  })
}

const labelled = (pod: Pod, labels: Record<string, string>): Pod => ({
  ...pod,
  metadata: { ...pod.metadata, labels },
})

/** Deletes the pod, and answers what it was. */
const gone =
  (client: Client) =>
  async (pod: Pod): Promise<Pod> => {
    await client.delete(Pod, { namespace: pod.metadata.namespace ?? '', name: pod.metadata.name })
    return pod
  }
