import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Effect, type Input, type State, start, step } from '../../informers/machine.ts'

type In = Input<string>

const listed: In = { type: 'listed', items: ['a'], revision: '5' }
const batch = (revision: string): In => ({ type: 'batch', batch: { revision, events: [] } })
const completed: In = { type: 'completed' }
const steady: In = { type: 'steady' }
const due: In = { type: 'due' }
const expired: In = { type: 'failed', error: new Error('too old'), expired: true }
const failed = (message: string): In => ({ type: 'failed', error: new Error(message), expired: false })

/** One word per effect. */
const word = (effect: Effect<string>): string => {
  switch (effect.type) {
    case 'watch':
      return `watch ${effect.revision}`
    case 'wait':
      return `wait ${effect.attempt}`
    case 'report':
      return `report ${effect.doing}`
    default:
      return effect.type
  }
}

/** The effects of every input in turn. */
const play = (...inputs: In[]): string[] => {
  let state: State = start.state
  return inputs.map(input => {
    const next = step(state, input)
    state = next.state
    return next.effects.map(word).join(', ')
  })
}

test('it lists, then watches from the revision of the list', () => {
  assert.equal(start.effects.map(word), ['list'])
  assert.equal(play(listed, batch('7')), ['replace, watch 5', 'apply'])
})

test('a watch that ends is resumed where it was, and with a pause only when it brings nothing', () => {
  assert.equal(play(listed, batch('7'), completed, completed, due, completed, due).slice(2), [
    'watch 7',
    'wait 1',
    'watch 7',
    'wait 2',
    'watch 7',
  ])
  assert.equal(play(listed, completed, steady, completed, batch('8'), completed).slice(1), [
    'watch 5',
    '',
    'watch 5',
    'apply',
    'watch 8',
  ])
})

test('an expired revision is listed anew at once, but not in a loop', () => {
  const looping = play(listed, batch('7'), expired, listed, expired, due, listed, expired)
  assert.equal(looping.slice(2), ['list', 'replace, watch 5', 'wait 1', 'list', 'replace, watch 5', 'wait 2'])
})

test('a failed list is retried with a growing back-off and told once', () => {
  assert.equal(play(failed('down'), due, failed('down'), due, listed), [
    'report list, wait 0',
    'list',
    'wait 1',
    'list',
    'replace, recovered, watch 5',
  ])
})

test('a failed watch goes on from its revision, and tells when the failure changes', () => {
  assert.equal(
    play(listed, batch('6'), failed('down'), due, failed('refused'), due, failed('refused'), due, batch('7')),
    [
      'replace, watch 5',
      'apply',
      'report watch, wait 0',
      'watch 6',
      'report watch, wait 1',
      'watch 6',
      'wait 2',
      'watch 6',
      'apply, recovered',
    ],
  )
})

test('a watch that has stood for a while counts as recovered', () => {
  assert.equal(play(listed, failed('down'), due, steady, failed('down')).slice(2), [
    'watch 5',
    'recovered',
    'report watch, wait 0',
  ])
})

test.run()
