import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NotLeading, Unavailable } from '../../../mesos/protocol/http.ts'
import type { SchedulerEvent } from '../../../mesos/protocol/messages.gen.ts'
import type { Detected } from '../../../mesos/scheduler/detection/detected.ts'
import type { SessionInput } from '../../../mesos/scheduler/session-state.ts'
import { errorEvent, first, leader, machine, second, subscribed } from './session-machine.ts'

test('the first start: no id is sent, the one given is saved before the session is announced', () => {
  const m = machine()
  m.input({ type: 'start' })
  assert.is(m.ofType('load').length, 1)
  assert.equal(m.connects(), [])
  m.input({ type: 'loaded', frameworkId: undefined })
  assert.equal(m.connects(), [['m1:5050', undefined]])
  m.event(subscribed())
  assert.equal(
    m.ofType('save').map(({ frameworkId }) => frameworkId),
    ['f-1'],
  )
  assert.is(m.session(), undefined)
  m.input({ type: 'saved' })
  assert.equal(m.session(), { state: 'subscribed', session: 1, frameworkId: 'f-1', master: 'm1:5050' })
})

test('a start with a stored id subscribes with it and saves nothing', () => {
  const m = machine()
  m.subscribe()
  assert.equal(m.connects(), [['m1:5050', 'f-1']])
  assert.is(m.ofType('save').length, 0)
  assert.is(m.session()?.state, 'subscribed')
})

test('an id that could not be saved is kept, and saved with the next subscription', () => {
  const m = machine()
  m.input({ type: 'start' })
  m.input({ type: 'loaded', frameworkId: undefined })
  m.event(subscribed())
  m.input({ type: 'storeFailed', cause: new Error('disk full') })
  assert.equal(m.session(), { state: 'disconnected', reason: 'the store of the framework id: disk full' })
  m.clock.advance(250)
  assert.equal(m.connects().at(-1), ['m1:5050', 'f-1'])
  m.event(subscribed())
  assert.is(m.ofType('save').length, 2)
  m.input({ type: 'saved' })
  assert.is(m.session()?.state, 'subscribed')
})

test('a store that cannot be read is asked again; nothing connects before', () => {
  const m = machine()
  m.input({ type: 'start' })
  m.input({ type: 'storeFailed', cause: new Error('no etcd') })
  m.clock.advance(250)
  assert.is(m.ofType('load').length, 2)
  assert.equal(m.connects(), [])
})

test('three silent intervals end the session, anything heard starts the count again', () => {
  const m = machine()
  m.subscribe()
  m.clock.advance(44_999)
  m.event({ type: 'HEARTBEAT' })
  m.clock.advance(44_999)
  m.event({ type: 'OFFERS', offers: { offers: [] } })
  m.clock.advance(44_999)
  assert.is(m.session()?.state, 'subscribed')
  m.clock.advance(1)
  assert.equal(m.session(), { state: 'disconnected', reason: 'm1:5050 has sent nothing for 45000 ms' })
  m.clock.advance(250)
  assert.equal(m.connects().at(-1), ['m1:5050', 'f-1'])
})

test('the interval is that of the master', () => {
  const m = machine()
  m.input({ type: 'start' })
  m.input({ type: 'loaded', frameworkId: 'f-1' })
  m.event(subscribed('f-1', 1))
  m.clock.advance(3000)
  assert.is(m.phase(), 'waiting')
})

test('events are delivered only within a session', () => {
  const m = machine()
  m.input({ type: 'start' })
  m.input({ type: 'loaded', frameworkId: 'f-1' })
  m.event({ type: 'OFFERS' })
  assert.is(m.ofType('deliver').length, 0)
  m.event(subscribed())
  m.event({ type: 'HEARTBEAT' })
  m.event({ type: 'RESCIND' })
  assert.equal(
    m.ofType('deliver').map(({ event }) => event.type),
    ['RESCIND'],
  )
})

test('what an older connection says is not heard', () => {
  const m = machine()
  m.subscribe()
  m.closed()
  const before = m.ofType('timer').length
  // The end of the stream that was given up, before and after the next one is opened.
  m.closed(new Unavailable('aborted'), 1)
  assert.is(m.ofType('timer').length, before)
  m.clock.advance(250)
  m.event(errorEvent('Framework failed over'), 1)
  m.closed(new Unavailable('aborted'), 1)
  assert.is(m.phase(), 'connecting')
  m.event(subscribed())
  assert.equal(m.session(), { state: 'subscribed', session: 2, frameworkId: 'f-1', master: 'm1:5050' })
})

test('a redirect is followed at once, and the path it names is kept', () => {
  const m = machine()
  m.input({ type: 'start' })
  m.input({ type: 'loaded', frameworkId: undefined })
  m.closed(new NotLeading(leader))
  assert.equal(m.connects(), [
    ['m1:5050', undefined],
    ['m3:5050', undefined],
  ])
  m.event(subscribed())
  m.input({ type: 'saved' })
  assert.equal(m.session(), { state: 'subscribed', session: 1, frameworkId: 'f-1', master: 'm3:5050' })
})

test('a removed framework and a superseded scheduler do not come back', () => {
  for (const [message, wanted] of [
    ['Framework has been removed', 'removed'],
    ['Framework failed over', 'superseded'],
  ] as const) {
    const m = machine()
    m.subscribe()
    m.event(errorEvent(message))
    m.closed()
    assert.equal(m.session(), { state: wanted, reason: message })
    assert.is(m.clock.next, undefined)
    m.input({ type: 'start' })
    m.input({ type: 'stop' })
    assert.is(m.phase(), 'ended')
    assert.is(m.session()?.state, wanted)
    assert.match(m.logs().at(-1) ?? '', /^error/)
  }
})

test('a removed framework learns it instead of SUBSCRIBED', () => {
  const m = machine()
  m.input({ type: 'start' })
  m.input({ type: 'loaded', frameworkId: 'f-1' })
  m.event(errorEvent('Framework has been removed'))
  assert.is(m.session()?.state, 'removed')
})

test('a teardown ends for good, in whatever order the stream and the answer end', () => {
  const m = machine()
  m.subscribe()
  m.input({ type: 'leave' })
  m.closed()
  assert.is(m.phase(), 'leaving')
  m.input({ type: 'left' })
  assert.equal(m.session(), { state: 'removed', reason: 'torn down' })
  assert.is(m.clock.next, undefined)
})

test('stop, and start again', () => {
  const m = machine()
  m.subscribe()
  m.input({ type: 'stop' })
  assert.equal(m.session(), { state: 'disconnected', reason: 'stopped' })
  m.closed()
  m.clock.advance(1_000_000)
  assert.is(m.phase(), 'idle')
  m.input({ type: 'start' })
  m.event(subscribed())
  assert.is(m.session()?.state, 'subscribed')
})

test('nothing connects before somebody leads, and then at once', () => {
  const m = machine('none yet')
  m.input({ type: 'start' })
  m.input({ type: 'loaded', frameworkId: 'f-1' })
  assert.is(m.phase(), 'undetected')
  assert.is(m.session(), undefined)
  for (const _ of [1, 2]) m.input({ type: 'detected', detected: { nobody: 'no master has been elected' } })
  assert.equal(m.session(), { state: 'disconnected', reason: 'no master has been elected' })
  assert.is(m.logs().length, 1)
  m.input({ type: 'detected', detected: { masters: [first] } })
  assert.equal(m.connects(), [['m1:5050', 'f-1']])
})

test('a session goes over to the new leader, and stays with one that leads on', () => {
  const m = machine()
  m.subscribe()
  m.input({ type: 'detected', detected: { nobody: 'ZooKeeper does not answer' } })
  m.input({ type: 'detected', detected: { masters: [first] } })
  assert.is(m.phase(), 'subscribed')
  m.input({ type: 'detected', detected: { masters: [second] } })
  assert.equal(m.session(), { state: 'disconnected', reason: 'm1:5050 leads no more' })
  assert.equal(m.connects(), [
    ['m1:5050', 'f-1'],
    ['m2:5050', 'f-1'],
  ])
  m.event(subscribed())
  assert.equal(m.session(), { state: 'subscribed', session: 2, frameworkId: 'f-1', master: 'm2:5050' })
})

test('a new leader ends the waiting for the old one', () => {
  const m = machine()
  m.subscribe()
  for (let i = 0; i < 5; i++) {
    m.closed(new Unavailable('gone'))
    m.clock.advance(m.clock.next ?? 0)
  }
  m.closed(new Unavailable('gone'))
  m.input({ type: 'detected', detected: { masters: [second] } })
  assert.equal(m.connects().at(-1), ['m2:5050', 'f-1'])
})

test('a framework that was removed before we came starts over when told so, one that runs does not', () => {
  const m = machine([first], true)
  m.input({ type: 'start' })
  m.input({ type: 'loaded', frameworkId: 'f-1' })
  m.event(errorEvent('Framework has been removed'))
  assert.equal(m.connects().at(-1), ['m1:5050', undefined])
  m.event(subscribed('f-2'))
  assert.equal(
    m.ofType('save').map(({ frameworkId }) => frameworkId),
    ['f-2'],
  )
  m.input({ type: 'saved' })
  m.event(errorEvent('Framework has been removed'))
  assert.is(m.session()?.state, 'removed')
})

test('whatever happens, a session that is on is connected, or will try again', () => {
  const anyInput: fc.Arbitrary<SessionInput | 'advance'> = fc.oneof(
    fc.constantFrom<SessionInput | 'advance'>(
      'advance',
      { type: 'start' },
      { type: 'stop' },
      { type: 'saved' },
      { type: 'storeFailed', cause: new Error('store') },
      { type: 'leave' },
      { type: 'left' },
      { type: 'leaveFailed', error: new Unavailable('x') },
    ),
    fc
      .constantFrom<Detected>({ nobody: 'no' }, { masters: [first] }, { masters: [leader, second] })
      .map(detected => ({ type: 'detected', detected }) as const),
    fc.constantFrom('f-1', 'f-2', undefined).map(frameworkId => ({ type: 'loaded', frameworkId }) as const),
    fc
      .tuple(
        fc.nat(5),
        fc.constantFrom<SchedulerEvent>(
          subscribed(),
          subscribed('f-2'),
          { type: 'HEARTBEAT' },
          { type: 'OFFERS' },
          errorEvent('Framework failed over'),
          errorEvent('no'),
        ),
      )
      .map(([connection, event]) => ({ type: 'event', connection, event }) as const),
    fc
      .tuple(fc.nat(5), fc.constantFrom(undefined, new Unavailable('x'), new NotLeading(leader)))
      .map(([connection, error]) => ({ type: 'closed', connection, error }) as const),
  )
  fc.assert(
    fc.property(fc.array(anyInput, { maxLength: 40 }), inputs => {
      const m = machine([first, second])
      m.input({ type: 'start' })
      for (const next of inputs) {
        if (next === 'advance') m.clock.advance(m.clock.next ?? 0)
        else m.input(next)
        const waitsForTime = ['waiting', 'connecting', 'subscribed', 'leaving'].includes(m.phase())
        assert.is(m.clock.next !== undefined, waitsForTime, m.phase())
        const isOn = m.phase() === 'subscribed' || m.phase() === 'leaving'
        assert.is(m.session()?.state === 'subscribed', isOn)
      }
    }),
    { numRuns: 300 },
  )
})

test.run()
