import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Event } from '../../../api/kinds/index.ts'
import { events } from '../../../controllers/events/index.ts'
import { createManager } from '../../../controllers/runtime/index.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { memoryClient } from '../../support/memory-client.ts'

test('an event goes an hour after it happened last', async () => {
  const clock = new ManualClock()
  const client = memoryClient({ clock })
  const at = (minutes: number) => new Date(clock.now() + minutes * 60_000).toISOString()
  for (const [name, lastTimestamp] of [
    ['old', at(-59)],
    ['new', at(-1)],
    ['bare', undefined],
  ] as const) {
    const involvedObject = { kind: 'Pod', namespace: 'default', name: 'p' }
    await client.create(Event, { metadata: { name, namespace: 'default' }, involvedObject, lastTimestamp })
  }
  const manager = createManager({ client, logger: silent, clock })
  manager.add(events())
  await manager.start()
  const left = async () => (await client.list(Event)).items.map(({ metadata }) => metadata.name).sort()
  const idle = () => eventually('a run', () => manager.depths().events?.delayed === 1)
  await idle()
  assert.equal(await left(), ['bare', 'new', 'old'])
  clock.advance(2 * 60_000)
  await eventually('the old one is gone', async () => (await left()).length === 2)
  assert.equal(await left(), ['bare', 'new'])
  await idle()
  clock.advance(59 * 60_000)
  await eventually('all are gone', async () => (await left()).length === 0)
  await manager.stop()
})

test.run()
