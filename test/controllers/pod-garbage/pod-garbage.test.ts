import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { annotation } from '../../../api/annotations.ts'
import { Event, Node, Pod } from '../../../api/kinds/index.ts'
import { podGarbage } from '../../../controllers/pod-garbage/index.ts'
import { createManager } from '../../../controllers/runtime/index.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { memoryClient } from '../../support/memory-client.ts'

type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'

const setUp = async () => {
  const clock = new ManualClock()
  const client = memoryClient({ clock })
  const manager = createManager({ client, logger: silent, clock })
  manager.add(podGarbage())
  await manager.start()
  const outcomes: string[] = []
  manager.outcomes$.subscribe(({ key }) => outcomes.push(key))
  const post = async (name: string, nodeName: string, phase: Phase, started = true) => {
    const annotations: Record<string, string> = started ? { [annotation.taskId]: `${name}.0` } : {}
    const pod = await client.create(Pod, {
      metadata: { name, namespace: 'default', annotations },
      spec: { nodeName, containers: [{ name: 'c', image: 'i' }] },
    })
    await client.updateStatus(Pod, { ...pod, status: { ...pod.status, phase } })
  }
  const names = async () => (await client.list(Pod)).items.map(({ metadata }) => metadata.name).sort()
  const seen = (name: string) => eventually(`${name} was seen`, () => outcomes.includes(`default/${name}`))
  return { clock, client, manager, outcomes, post, names, seen }
}

test('on a node that does not exist pods go that are over or were never started, after a while', async () => {
  const { clock, client, manager, post, names, seen } = await setUp()
  await client.create(Node, { metadata: { name: 'there' } })
  for (const phase of ['Succeeded', 'Failed', 'Running', 'Unknown', 'Pending'] as const) {
    await post(`${phase.toLowerCase()}-gone`, 'gone', phase)
    await post(`${phase.toLowerCase()}-there`, 'there', phase)
  }
  await post('given-gone', 'gone', 'Pending', false)
  await post('given-there', 'there', 'Pending', false)
  const all = await names()
  for (const name of ['succeeded-gone', 'failed-gone', 'given-gone', 'given-there']) await seen(name)
  clock.advance(39_000)
  await post('last', 'there', 'Pending', false)
  await seen('last')
  assert.equal(await names(), [...all, 'last'].sort())
  clock.advance(1_000)
  const left = await eventually('they go', async () => {
    const now = await names()
    return now.length === all.length - 2 && now
  })
  const gone = ['succeeded-gone', 'failed-gone', 'given-gone']
  assert.equal(left, [...all, 'last'].filter(name => !gone.includes(name)).sort())
  const told = await eventually('that is told', async () => {
    const { items } = await client.list(Event)
    return items.length === 3 && items
  })
  assert.is(told[0]?.message, 'removed: node gone does not exist')
  await manager.stop()
})

test('a node that comes back in time keeps its pods; when it goes, all begins anew', async () => {
  const { clock, client, manager, outcomes, post, names, seen } = await setUp()
  await post('p', 'a', 'Failed')
  await seen('p')
  clock.advance(30_000)
  const looks = outcomes.length
  await client.create(Node, { metadata: { name: 'a' } })
  await eventually('it is seen with its node', () => outcomes.length > looks)
  clock.advance(30_000)
  const again = outcomes.length
  await client.delete(Node, { namespace: '', name: 'a' })
  await eventually('it is seen without its node', () => outcomes.length > again)
  clock.advance(39_000)
  assert.equal(await names(), ['p'])
  clock.advance(1_000)
  await eventually('it goes', async () => (await names()).length === 0)
  await manager.stop()
})

test('a pod that is to go before it was started goes at once; one that was started does not', async () => {
  const { client, manager, post, names } = await setUp()
  await client.create(Node, { metadata: { name: 'a' } })
  await post('given', 'a', 'Pending', false)
  await post('started', 'a', 'Running')
  for (const name of ['given', 'started']) await client.delete(Pod, { namespace: 'default', name })
  await eventually('it goes', async () => (await names()).length === 1)
  assert.equal(await names(), ['started'])
  await manager.stop()
})

test.run()
