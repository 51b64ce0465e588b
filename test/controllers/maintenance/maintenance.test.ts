import { Subject } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { annotation } from '../../../api/annotations.ts'
import { StatusError } from '../../../api/errors.ts'
import { Event, Node, Pod } from '../../../api/kinds/index.ts'
import { keyOf, type Ref } from '../../../api/resource.ts'
import { maintenance } from '../../../controllers/maintenance/index.ts'
import { createManager } from '../../../controllers/runtime/index.ts'
import type { InverseOffer } from '../../../mesos/protocol/messages.gen.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { memoryClient } from '../../support/memory-client.ts'

const minute = 60_000
const blanket = [{ operator: 'Exists' }]

const setUp = async () => {
  const clock = new ManualClock()
  const client = memoryClient({ clock })
  const inverseOffers$ = new Subject<InverseOffer>()
  const answers: (readonly [id: string, answer: string, refuseSeconds: number])[] = []
  const manager = createManager({ client, logger: silent, clock })
  manager.add(
    maintenance({
      inverseOffers$,
      answerInverse: async (...answer) => {
        answers.push(answer)
      },
    }),
  )
  await client.create(Node, { metadata: { name: 'host' } })
  await manager.start()

  const pod = async (
    name: string,
    spec: { controlled?: boolean; tolerations?: object[]; agent?: string },
  ) => {
    const controller = {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      name: 'rc',
      uid: 'u',
      controller: true,
    }
    await client.create(Pod, {
      metadata: {
        name,
        namespace: 'default',
        ...(spec.controlled && { ownerReferences: [controller] }),
      },
      spec: {
        containers: [{ name: 'c', image: 'i' }],
        ...(spec.tolerations && { tolerations: spec.tolerations }),
      },
    })
    await client.bind({
      metadata: { name, namespace: 'default', annotations: { [annotation.agentId]: spec.agent ?? 'S1' } },
      target: { kind: 'Node', name: 'host' },
    })
    const ref = { namespace: 'default', name }
    await eventually(
      'the cache has seen it',
      () => manager.informer(Pod).cache.get(keyOf(ref))?.spec.nodeName,
    )
  }
  let number = 0
  /** Asks to leave S1 in so many minutes, for an hour, and waits for the answer. */
  const ask = async (minutes: number) => {
    const id = `I${++number}`
    inverseOffers$.next({
      id: { value: id },
      framework_id: { value: 'F1' },
      agent_id: { value: 'S1' },
      url: { scheme: 'http', address: { hostname: 'host', port: 5051 } },
      unavailability: {
        start: { nanoseconds: (clock.now() + minutes * minute) * 1e6 },
        duration: { nanoseconds: 3_600e9 },
      },
    })
    const answer = await eventually('an answer', () => answers.find(([asked]) => asked === id))
    return answer.slice(1)
  }
  const leaving = async () =>
    (await client.list(Pod)).items
      .filter(({ metadata }) => metadata.deletionTimestamp)
      .map(({ metadata }) => metadata.name)
  const eventsOf = async (kind: string) =>
    (await client.list(Event)).items.filter(({ involvedObject }) => involvedObject.kind === kind)
  return { clock, client, manager, pod, ask, leaving, eventsOf }
}

test('an agent without pods may go; that is asked about again in time', async () => {
  const { manager, pod, ask } = await setUp()
  await pod('elsewhere', { agent: 'S2' })
  assert.equal(await ask(600), ['accept', 600])
  assert.equal(await ask(15), ['accept', 300])
  assert.equal(await ask(5), ['accept', 30])
  await manager.stop()
})

test('pods of controllers leave ten minutes before, not earlier, and only those of the agent', async () => {
  const { manager, pod, ask, leaving, eventsOf } = await setUp()
  await pod('here', { controlled: true })
  await pod('elsewhere', { controlled: true, agent: 'S2' })
  await pod('unmoved', { controlled: true, tolerations: blanket })
  assert.equal((await ask(11))[0], 'accept')
  const [told] = await eventually('an event of the node', async () => {
    const events = await eventsOf('Node')
    return events.length > 0 && events
  })
  assert.is(
    told?.message,
    'the machine is to be unavailable from 2014-10-17T02:57:00Z: pods with a controller (1) are evicted from 2014-10-17T02:47:00Z on',
  )
  assert.equal(await leaving(), [])
  assert.equal((await ask(10))[0], 'accept')
  await eventually('evicted', async () => (await leaving()).length > 0)
  assert.equal(await leaving(), ['here'])
  await manager.stop()
})

test('a pod without a controller stays, is told, and holds the answer up', async () => {
  const { client, manager, pod, ask, leaving, eventsOf } = await setUp()
  await pod('single', {})
  await pod('one-of-many', { controlled: true })
  assert.equal((await ask(5))[0], 'decline')
  await eventually('the other one leaves', async () => (await leaving()).length > 0)
  assert.equal(await leaving(), ['one-of-many'])
  const events = await eventually('told', async () => {
    const all = (await eventsOf('Pod')).filter(({ involvedObject }) => involvedObject.name === 'single')
    return all.length > 0 && all
  })
  assert.equal([events[0]?.type, events[0]?.reason], ['Warning', 'MaintenanceScheduled'])
  assert.match(events[0]?.message ?? '', /without a controller this pod stays until then/)
  await client.delete(Pod, { namespace: 'default', name: 'single' })
  await eventually('the cache has seen it', () => {
    const seen = manager.informer(Pod).cache.get('default/single')
    return !seen || seen.metadata.deletionTimestamp
  })
  assert.equal((await ask(5))[0], 'accept')
  await manager.stop()
})

test('nobody leaves once the window is over', async () => {
  const { manager, pod, ask, leaving } = await setUp()
  await pod('here', { controlled: true })
  assert.equal((await ask(-61))[0], 'accept')
  assert.equal((await ask(-61))[0], 'accept')
  assert.equal(await leaving(), [])
  await manager.stop()
})

test('a pod that a disruption budget holds is tried again with the next question', async () => {
  const { client, manager, pod, ask, leaving, eventsOf } = await setUp()
  await pod('here', { controlled: true })
  const evict = client.evict.bind(client)
  const tried: Ref[] = []
  client.evict = async (ref, options) => {
    tried.push(ref)
    if (tried.length > 1) return evict(ref, options)
    throw new StatusError({ reason: 'TooManyRequests', code: 429, message: 'the budget says no' })
  }
  await ask(5)
  await eventually('told', async () =>
    (await eventsOf('Pod')).some(({ message }) => message === 'the budget says no'),
  )
  assert.equal(await leaving(), [])
  await ask(5)
  await eventually('evicted', async () => (await leaving()).length > 0)
  await manager.stop()
})

test.run()
