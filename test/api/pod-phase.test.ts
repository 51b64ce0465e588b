import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Pod } from '../../api/kinds/index.ts'
import { condition, isReady, isTerminal, timeOf, withCondition } from '../../api/pod-phase.ts'
import { pod } from './pods.ts'

type Status = NonNullable<Pod['status']>

const now = Date.parse('2014-10-17T02:46:00.123Z')
const later = now + 60_000

test('what has ended', () => {
  const phases = { Pending: false, Running: false, Unknown: false, Succeeded: true, Failed: true }
  for (const [phase, ended] of Object.entries(phases))
    assert.is(isTerminal(pod({ status: { phase } })), ended)
  assert.not(isTerminal(pod()))
})

test('what is ready', () => {
  const ready = (status: string) => isReady(pod({ status: { conditions: [{ type: 'Ready', status }] } }))
  assert.ok(ready('True'))
  assert.not(ready('False'))
  assert.not(isReady(pod()))
})

test('a new condition has the time of now', () => {
  const status = withCondition<Status>({ phase: 'Pending' }, { type: 'Ready', status: 'True' }, now)
  assert.equal(status, {
    phase: 'Pending',
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2014-10-17T02:46:00Z' }],
  })
})

const status: Status = {
  conditions: [
    { type: 'Ready', status: 'False', reason: 'a', lastTransitionTime: timeOf(now) },
    { type: 'Other', status: 'True' },
  ],
}

test('the time changes with the status only', () => {
  const same = withCondition(status, { type: 'Ready', status: 'False', reason: 'b' }, later)
  assert.equal(same.conditions, [
    { type: 'Ready', status: 'False', reason: 'b', lastTransitionTime: timeOf(now) },
    status.conditions?.[1],
  ])
  const changed = withCondition(status, { type: 'Ready', status: 'True', reason: 'a' }, later)
  assert.is(condition(changed, 'Ready')?.lastTransitionTime, timeOf(later))
})

test('without a change it is the same object', () => {
  assert.is(withCondition(status, { type: 'Ready', status: 'False', reason: 'a' }, later), status)
})

test.run()
