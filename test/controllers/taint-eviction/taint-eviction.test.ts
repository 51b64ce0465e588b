import type { Taint, Toleration } from 'kubernetes-types/core/v1'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Event, Node, Pod } from '../../../api/kinds/index.ts'
import { timeOf } from '../../../api/pod-phase.ts'
import { createManager } from '../../../controllers/runtime/index.ts'
import { taintEviction } from '../../../controllers/taint-eviction/index.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { memoryClient } from '../../support/memory-client.ts'

const setUp = async () => {
  const clock = new ManualClock()
  const client = memoryClient({ clock })
  const manager = createManager({ client, logger: silent, clock })
  manager.add(taintEviction())
  await manager.start()
  let looks = 0
  manager.outcomes$.subscribe(() => {
    looks++
  })
  await client.create(Node, { metadata: { name: 'n' } })
  const taint = async (...taints: Taint[]) => {
    const node = await client.get(Node, { namespace: '', name: 'n' })
    const before = looks
    await client.update(Node, { ...node, spec: { taints } })
    await eventually('that is seen', () => looks > before)
  }
  const post = (name: string, ...tolerations: Toleration[]) =>
    client.create(Pod, {
      metadata: { name, namespace: 'default' },
      spec: { nodeName: 'n', tolerations, containers: [{ name: 'c', image: 'i' }] },
    })
  const staying = async () =>
    (await client.list(Pod)).items
      .filter(({ metadata }) => !metadata.deletionTimestamp)
      .map(({ metadata }) => metadata.name)
      .sort()
  const stay = (...names: string[]) =>
    eventually(`only ${names} stay`, async () => (await staying()).join() === names.join())
  return { clock, client, manager, taint, post, staying, stay }
}

const all: Toleration = { operator: 'Exists' }

test('NoExecute ends the pods that do not tolerate it, and tells them; other effects end none', async () => {
  const { client, manager, taint, post, staying, stay } = await setUp()
  await post('bears', { key: 'k', value: 'v', effect: 'NoExecute' })
  await post('bears-all', all)
  await post('goes', { key: 'k', value: 'v', effect: 'NoSchedule' })
  await taint({ key: 'k', value: 'v', effect: 'NoSchedule' })
  assert.equal(await staying(), ['bears', 'bears-all', 'goes'])
  await taint({ key: 'k', value: 'v', effect: 'NoExecute' })
  await stay('bears', 'bears-all')
  const events = await eventually('an event', async () => {
    const { items } = await client.list(Event)
    return items.length > 0 && items
  })
  assert.equal(
    events.map(({ reason, involvedObject }) => [reason, involvedObject.name]),
    [['TaintManagerEviction', 'goes']],
  )
  await post('late')
  await stay('bears', 'bears-all')
  await taint({ key: 'k', value: 'v', effect: 'NoExecute' }, { key: 'l', effect: 'NoExecute' })
  await stay('bears-all')
  await manager.stop()
})

test('tolerationSeconds are the time that is left, from when the taint was added', async () => {
  const { clock, manager, taint, post, staying, stay } = await setUp()
  const forSeconds = (tolerationSeconds: number): Toleration => ({
    ...all,
    effect: 'NoExecute',
    tolerationSeconds,
  })
  await post('a', forSeconds(60))
  await post('b', all, forSeconds(30))
  await post('c', all)
  const timeAdded = timeOf(clock.now() - 10_000)
  await taint({ key: 'k', effect: 'NoExecute', timeAdded })
  clock.advance(19_000)
  assert.equal(await staying(), ['a', 'b', 'c'])
  clock.advance(1_000)
  await stay('a', 'c')
  clock.advance(30_000)
  await stay('c')
  await manager.stop()
})

test('a taint that is taken off in time ends nothing; put on again, its time begins anew', async () => {
  const { clock, manager, taint, post, staying, stay } = await setUp()
  await post('a', { ...all, effect: 'NoExecute', tolerationSeconds: 60 })
  await taint({ key: 'k', effect: 'NoExecute' })
  clock.advance(50_000)
  await taint()
  clock.advance(50_000)
  await taint({ key: 'k', effect: 'NoExecute' })
  clock.advance(59_000)
  assert.equal(await staying(), ['a'])
  clock.advance(1_000)
  await stay()
  await manager.stop()
})

test.run()
