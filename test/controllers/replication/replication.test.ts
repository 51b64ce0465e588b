import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { forbidden } from '../../../api/errors.ts'
import { Event, Pod, ReplicationController } from '../../../api/kinds/index.ts'
import { isTerminal } from '../../../api/pod-phase.ts'
import { type Draft, refOf } from '../../../api/resource.ts'
import { replication } from '../../../controllers/replication/index.ts'
import { controllerOf, createManager } from '../../../controllers/runtime/index.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { type MemoryClientOptions, memoryClient } from '../../support/memory-client.ts'

const labels = { app: 'nginx' }
const rcDraft = (replicas: number, name = 'nginxController'): Draft<ReplicationController> => ({
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: labels,
    template: { metadata: { labels }, spec: { containers: [{ name: 'nginx', image: 'nginx' }] } },
  },
})
const podDraft = (name: string): Draft<Pod> => ({
  metadata: { name, namespace: 'default', labels },
  spec: { containers: [{ name: 'nginx', image: 'nginx' }] },
})

const setUp = async (options: MemoryClientOptions = {}) => {
  const clock = new ManualClock()
  const client = memoryClient({ clock, ...options })
  const manager = createManager({ client, logger: silent, clock })
  manager.add(replication())
  await manager.start()
  const pods = async () => (await client.list(Pod)).items
  const events = async () =>
    (await client.list(Event)).items.map(({ reason, message }) => `${reason} ${message}`)
  /** Waits until the queue is empty and stays so. */
  const idle = async () => {
    let quiet = 0
    await eventually('nothing to do', () => {
      const depth = manager.depths().replicationcontrollers
      quiet = depth && depth.waiting + depth.running === 0 ? quiet + 1 : 0
      return quiet > 3
    })
  }
  return {
    clock,
    client,
    manager,
    pods,
    events,
    rc: async () => client.get(ReplicationController, { namespace: 'default', name: 'nginxController' }),
    idle,
    async have(count: number) {
      await eventually(`${count} pods`, async () => (await pods()).length === count)
      await idle()
      return pods()
    },
    async setStatus(pod: Pod, status: Pod['status']) {
      await client.updateStatus(Pod, { ...(await client.get(Pod, refOf(pod))), status })
    },
  }
}

const ready = (at: string): Pod['status'] => ({
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at }],
})

test('it makes as many pods as wanted, no more, and says so', async () => {
  const { client, manager, have, rc, events } = await setUp()
  const { metadata } = await client.create(ReplicationController, rcDraft(5))
  const pods = await have(5)
  for (const pod of pods) {
    assert.match(pod.metadata.name, /^nginxcontroller-[a-z0-9]+$/)
    assert.equal(pod.metadata.labels, labels)
    assert.is(controllerOf(pod)?.uid, metadata.uid)
    assert.is(pod.spec.containers[0]?.image, 'nginx')
  }
  const { status } = await rc()
  // None ready and none available: such a count is left out.
  assert.equal(status, { replicas: 5, fullyLabeledReplicas: 5, observedGeneration: 1 })
  await manager.stop()
  assert.is((await events()).filter(event => event.startsWith('SuccessfulCreate Created pod: ')).length, 5)
  assert.is(client.calls.filter(({ verb, kind }) => verb === 'create' && kind.kind === 'Pod').length, 5)
})

test('it removes what is too much, and those first that are missed least', async () => {
  const { client, manager, have, rc, setStatus, idle } = await setUp()
  await client.create(ReplicationController, rcDraft(3))
  const [first, second] = await have(3)
  assert.ok(first && second)
  for (const pod of [first, second]) {
    await client.bind({ metadata: refOf(pod), target: { name: 'host' } })
  }
  await setStatus(first, ready('2014-10-17T02:46:00Z'))
  await idle()
  assert.is((await rc()).status?.readyReplicas, 1)
  await client.update(ReplicationController, { ...(await rc()), spec: { ...(await rc()).spec, replicas: 1 } })
  const left = await have(2)
  assert.equal(
    left.map(({ metadata }) => [metadata.name, metadata.deletionTimestamp !== undefined]),
    [
      [first.metadata.name, false],
      [second.metadata.name, true],
    ],
  )
  assert.is((await rc()).status?.replicas, 1)
  await manager.stop()
})

test('a pod that is deleted or fails is replaced, and a failed one leaves an event only', async () => {
  const { client, manager, have, pods, setStatus, events } = await setUp()
  await client.create(ReplicationController, rcDraft(2))
  const [first, second] = await have(2)
  assert.ok(first && second)
  await client.delete(Pod, refOf(first))
  await eventually('a new one', async () => (await pods()).length === 2)
  await setStatus(second, { phase: 'Failed', reason: 'NodeLost', message: 'the agent is gone' })
  await eventually('another', async () => (await pods()).every(pod => !isTerminal(pod)))
  const names = (await have(2)).map(({ metadata }) => metadata.name)
  assert.not(names.includes(first.metadata.name) || names.includes(second.metadata.name))
  await manager.stop()
  const told = `ReplacedPod Replacing pod ${second.metadata.name}, which has failed: NodeLost: the agent is gone`
  assert.ok((await events()).includes(told))
})

test('pods that fail again and again are replaced more and more slowly', async () => {
  const { client, clock, manager, have, idle, pods, setStatus } = await setUp()
  await client.create(ReplicationController, rcDraft(1))
  await have(1)
  const waits: number[] = []
  for (let failure = 0; failure < 5; failure++) {
    const [pod] = await pods()
    assert.ok(pod)
    const failedAt = clock.now()
    await setStatus(pod, { phase: 'Failed', reason: 'ContainerEngineRequired' })
    await idle()
    while ((await pods()).some(isTerminal)) {
      assert.is((await pods()).length, 1, 'the failed one keeps its place')
      clock.advance(500)
      await idle()
    }
    waits.push(clock.now() - failedAt)
  }
  assert.equal(waits, [0, 1_000, 2_000, 4_000, 8_000])
  clock.advance(11 * 60_000)
  const [last] = await pods()
  assert.ok(last)
  for (const reason of ['NodeLost', 'ExecutorTerminated', 'AgentRemovedByOperator']) {
    const [pod] = await pods()
    assert.ok(pod)
    await setStatus(pod, { phase: 'Failed', reason })
    await eventually('a lost one is replaced at once', async () => !(await pods()).some(isTerminal))
    await idle()
  }
  const [next] = await pods()
  assert.ok(next)
  await setStatus(next, { phase: 'Failed' })
  await idle()
  assert.ok(!(await pods()).some(isTerminal), 'after a long time without failures it is replaced at once')
  await manager.stop()
})

test('orphans that are selected are adopted, and pods that no longer are let go', async () => {
  const { client, manager, have, pods, idle } = await setUp()
  const orphan = await client.create(Pod, podDraft('orphan'))
  const foreign = { apiVersion: 'v1', kind: 'Other', name: 'x', uid: 'x', controller: true }
  const other = podDraft('foreign')
  await client.create(Pod, { ...other, metadata: { ...other.metadata, ownerReferences: [foreign] } })
  await client.create(Pod, { ...podDraft('unlike'), metadata: { name: 'unlike', namespace: 'default' } })
  const rc = await client.create(ReplicationController, rcDraft(2))
  await have(4)
  const adopted = await client.get(Pod, refOf(orphan))
  assert.is(controllerOf(adopted)?.uid, rc.metadata.uid)
  await client.update(Pod, { ...adopted, metadata: { ...adopted.metadata, labels: { debug: 'yes' } } })
  await have(5)
  assert.equal((await client.get(Pod, refOf(orphan))).metadata.ownerReferences, [])

  // A new orphan is one too many: it is taken, and the newest that does not run goes.
  await client.create(Pod, podDraft('another'))
  await eventually('the surplus gone', async () => (await pods()).length === 5)
  await idle()
  const owners = (await pods()).map(pod => controllerOf(pod)?.uid)
  assert.is(owners.filter(uid => uid === rc.metadata.uid).length, 2)
  await manager.stop()
})

test('what cannot be created is tried a few times only, told in the status, and done later', async () => {
  let refuse = true
  const { clock, client, manager, have, rc, events } = await setUp({
    before: ({ verb, kind }) => {
      if (refuse && verb === 'create' && kind.kind === 'Pod')
        throw forbidden(Pod, 'nginxcontroller-', 'exceeded quota')
    },
  })
  await client.create(ReplicationController, rcDraft(20))
  await eventually('the condition', async () => (await rc()).status?.conditions?.[0]?.status === 'True')
  await eventually('the back-off', () => manager.depths().replicationcontrollers?.delayed === 1)
  const tries = client.calls.filter(({ verb, kind }) => verb === 'create' && kind.kind === 'Pod').length
  assert.ok(tries <= 2, `${tries} tries`)
  assert.equal(
    (await rc()).status?.conditions?.map(({ reason, message }) => [reason, message]),
    [['FailedCreate', 'pods "nginxcontroller-" is forbidden: exceeded quota']],
  )
  refuse = false
  clock.advance(60_000)
  await have(20)
  assert.is((await rc()).status?.conditions, undefined)
  await manager.stop()
  assert.ok((await events()).some(event => /^FailedCreate Error creating: .*exceeded quota$/.test(event)))
})

test('a ready pod becomes available with time', async () => {
  const { clock, client, manager, have, rc, setStatus, idle } = await setUp()
  const draft = rcDraft(1)
  await client.create(ReplicationController, { ...draft, spec: { ...draft.spec, minReadySeconds: 30 } })
  const [pod] = await have(1)
  assert.ok(pod)
  await setStatus(pod, ready('2014-10-17T02:46:00Z'))
  await eventually('ready', async () => (await rc()).status?.readyReplicas === 1)
  await idle()
  assert.is((await rc()).status?.availableReplicas, undefined)
  await eventually('the look later', () => manager.depths().replicationcontrollers?.delayed === 1)
  clock.advance(30_000)
  await eventually('available', async () => (await rc()).status?.availableReplicas === 1)
  await manager.stop()
})

test('a controller that is on its way out makes and removes nothing', async () => {
  const { client, manager, have, pods, rc, idle } = await setUp()
  const draft = rcDraft(2)
  const metadata = { ...draft.metadata, finalizers: ['tests/hold'] }
  await client.create(ReplicationController, { ...draft, metadata })
  const [first] = await have(2)
  assert.ok(first)
  await client.delete(ReplicationController, refOf(await rc()))
  await client.delete(Pod, refOf(first))
  await eventually('the status', async () => (await rc()).status?.replicas === 1)
  await idle()
  assert.is((await pods()).length, 1)
  await manager.stop()
})

test('conditions of others stay, whatever it tells itself', async () => {
  let refuse = false
  const { clock, client, manager, have, rc, idle } = await setUp({
    before: ({ verb, kind }) => {
      if (refuse && verb === 'create' && kind.kind === 'Pod')
        throw forbidden(Pod, 'nginxcontroller-', 'exceeded quota')
    },
  })
  const told = async () => (await rc()).status?.conditions?.map(({ type }) => type)
  const resize = async (replicas: number) =>
    client.update(ReplicationController, { ...(await rc()), spec: { ...(await rc()).spec, replicas } })
  await client.create(ReplicationController, rcDraft(1))
  await have(1)
  const other = { type: 'RolledOut', status: 'True' }
  await client.updateStatus(ReplicationController, {
    ...(await rc()),
    status: { replicas: 1, ...(await rc()).status, conditions: [other] },
  })
  refuse = true
  await resize(2)
  await eventually('the failure', async () => (await told())?.length === 2)
  assert.equal(await told(), ['RolledOut', 'ReplicaFailure'])
  refuse = false
  await idle()
  clock.advance(60_000)
  await have(2)
  assert.equal((await rc()).status?.conditions, [other])
  await manager.stop()
})

test('writes are seen before their events: late events make no pod too many', async () => {
  const { client, manager, have } = await setUp()
  client.pause()
  await client.create(ReplicationController, rcDraft(3))
  client.resume()
  await have(3)
  client.pause()
  const rc = await client.get(ReplicationController, { namespace: 'default', name: 'nginxController' })
  await client.update(ReplicationController, { ...rc, spec: { ...rc.spec, replicas: 6 } })
  client.resume()
  await have(6)
  client.disconnect()
  client.compact()
  await have(6)
  assert.is(client.calls.filter(({ verb, kind }) => verb === 'create' && kind.kind === 'Pod').length, 6)
  await manager.stop()
})

test.run()
