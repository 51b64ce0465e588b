import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { statusUpdates } from '../../../../mesos/local/agent/status-updates.ts'
import { openJournal } from '../../../../mesos/local/journal.ts'
import type { TaskState, TaskStatus } from '../../../../mesos/protocol/messages.gen.ts'
import { ManualClock } from '../../../support/manual-clock.ts'
import { tempDir } from '../../../support/temp.ts'

const setUp = (path = join(tempDir('updates'), 'journal')) => {
  const clock = new ManualClock()
  const sent: string[] = []
  const journal = openJournal(path)
  const updates = statusUpdates({
    journal,
    clock,
    retry: { initial: 10_000, max: 600_000, jitter: 0 },
    send: (_, { uuid }) => sent.push(uuid ?? ''),
  })
  return { clock, sent, journal, updates, path }
}

const status = (uuid: string, state: TaskState = 'TASK_RUNNING', task = 't'): TaskStatus => ({
  task_id: { value: task },
  state,
  uuid,
})

test('updates of one task go out in order, each after the acknowledgement of the one before', () => {
  const { sent, updates } = setUp()
  for (const uuid of ['a', 'b', 'c']) {
    assert.ok(updates.add('f', status(uuid)))
    updates.forward('f', 't')
  }
  assert.ok(updates.add('f', status('x', 'TASK_RUNNING', 'other')))
  updates.forward('f', 'other')
  assert.equal(sent, ['a', 'x'])
  assert.is(updates.acknowledge('f', 't', 'b'), undefined, 'not its turn')
  assert.is(updates.acknowledge('f', 't', 'a')?.uuid, 'a')
  assert.is(updates.acknowledge('f', 't', 'a'), undefined)
  updates.acknowledge('f', 't', 'b')
  assert.equal(sent, ['a', 'x', 'b', 'c'])
})

test('an update that comes to the journal while the agent closes is left for its next life', () => {
  const { sent, updates, clock } = setUp()
  updates.add('f', status('a'))
  updates.close()
  updates.forward('f', 't')
  updates.resend()
  assert.equal(sent, [])
  assert.is(clock.next, undefined)
})

test('an unacknowledged update is sent again, each time after twice the time, up to ten minutes', () => {
  const { sent, updates, clock } = setUp()
  updates.add('f', status('a'))
  updates.forward('f', 't')
  const waits: number[] = []
  for (let round = 0; round < 8; round++) {
    const wait = clock.next ?? 0
    waits.push(wait / 1000)
    clock.advance(wait)
  }
  assert.equal(waits, [10, 20, 40, 80, 160, 320, 600, 600])
  assert.is(sent.length, 9)
  updates.acknowledge('f', 't', 'a')
  assert.is(clock.next, undefined)
})

test('an update that comes twice is kept once, even when it is acknowledged and the agent was restarted', async () => {
  const { updates, journal, path } = setUp()
  updates.add('f', status('a'))
  assert.not.ok(updates.add('f', status('a')))
  updates.forward('f', 't')
  updates.acknowledge('f', 't', 'a')
  updates.add('f', status('b', 'TASK_FINISHED'))
  await journal.close()

  const after = setUp(path)
  assert.not.ok(after.updates.add('f', status('a')))
  assert.not.ok(after.updates.add('f', status('b', 'TASK_FINISHED')))
  after.updates.resend()
  assert.equal(after.sent, ['b'])
  assert.is(after.updates.acknowledge('f', 't', 'b')?.state, 'TASK_FINISHED')
  assert.not.ok(after.updates.add('f', status('b', 'TASK_FINISHED')))
  await after.journal.close()
})

test('what is kept of finished tasks has a bound', () => {
  const { updates, journal } = setUp()
  for (let number = 0; number < 1000; number++) {
    const task = `t${number}`
    updates.add('f', status(`u${number}`, 'TASK_FINISHED', task))
    updates.forward('f', task)
    updates.acknowledge('f', task, `u${number}`)
  }
  assert.is(journal.entries.size, 256)
})

test('a removed framework is forgotten', () => {
  const { updates, journal, clock } = setUp()
  updates.add('f', status('a'))
  updates.add('g', status('b'))
  updates.forward('f', 't')
  updates.drop('f')
  assert.is(clock.next, undefined)
  assert.equal([...journal.entries.keys()], ['updates/g/t'])
})

test.run()
