import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { MalformedMessage } from '../../../mesos/protocol/codec.ts'
import { CallRefused, NotLeading, Unauthorized, Unavailable } from '../../../mesos/protocol/http.ts'
import { MalformedRecord } from '../../../mesos/protocol/recordio.ts'
import { errorEvent, first, leader, machine, second, subscribed } from './session-machine.ts'

test('masters that redirect to each other for ever end in the back-off', () => {
  const m = machine()
  m.input({ type: 'start' })
  m.input({ type: 'loaded', frameworkId: undefined })
  for (let hop = 0; hop < 6; hop++) m.closed(new NotLeading(hop % 2 ? first : leader))
  assert.is(m.connects().length, 6)
  assert.is(m.phase(), 'waiting')
  assert.match(m.logs()[0] ?? '', /round in circles/)
})

test('masters are tried in turn, slower after every round, never slower than every 15 seconds', () => {
  const m = machine([first, second])
  m.input({ type: 'start' })
  m.input({ type: 'loaded', frameworkId: undefined })
  const delays: (number | undefined)[] = []
  for (let failure = 0; failure < 20; failure++) {
    m.closed(new Unavailable('no leader'))
    delays.push(m.clock.next)
    m.clock.advance(m.clock.next ?? 0)
  }
  assert.equal(delays.slice(0, 6), [250, 250, 500, 500, 1000, 1000])
  assert.is(delays.at(-1), 15_000)
  assert.equal(
    m
      .connects()
      .slice(0, 4)
      .map(([host]) => host),
    ['m1:5050', 'm2:5050', 'm1:5050', 'm2:5050'],
  )
})

test('each problem is logged once until a session was stable, with what to do', () => {
  const m = machine()
  m.input({ type: 'start' })
  m.input({ type: 'loaded', frameworkId: 'f-1' })
  const fail = (error: unknown) => {
    m.closed(error)
    m.clock.advance(m.clock.next ?? 0)
  }
  for (let round = 0; round < 3; round++) {
    fail(new Unavailable('no leader'))
    fail(new Unauthorized('401'))
    fail(new CallRefused('bad role'))
    fail(new MalformedRecord('not "H"'))
    fail(new MalformedMessage('not JSON'))
  }
  assert.is(m.logs().length, 5)
  assert.match(m.logs()[1] ?? '', /check principal and secret/)
  // A session that breaks at once is no reason to tell it all again.
  m.event(subscribed())
  fail(new Unavailable('no leader'))
  assert.is(m.logs().filter(line => line.startsWith('warn')).length, 5)
  m.event(subscribed())
  m.clock.advance(30_000)
  fail(new Unavailable('no leader'))
  assert.is(m.logs().filter(line => line.startsWith('warn')).length, 6)
})

test('sessions that break at once are tried ever slower', () => {
  const m = machine()
  m.subscribe()
  const delays: (number | undefined)[] = []
  for (let failure = 0; failure < 4; failure++) {
    m.closed(new MalformedRecord('garbage'))
    delays.push(m.clock.next)
    m.clock.advance(m.clock.next ?? 0)
    m.event(subscribed())
  }
  assert.equal(delays, [250, 500, 1000, 2000])
  m.clock.advance(30_000)
  m.closed()
  assert.is(m.clock.next, 250)
})

test('any other ERROR is tried again', () => {
  const m = machine()
  m.subscribe()
  m.event(errorEvent('Not authorized to use role web'))
  assert.equal(m.session(), { state: 'disconnected', reason: 'Not authorized to use role web' })
  m.clock.advance(250)
  assert.is(m.phase(), 'connecting')
})

test('a master that never answers SUBSCRIBE is given up', () => {
  const m = machine([first, second])
  m.input({ type: 'start' })
  m.input({ type: 'loaded', frameworkId: undefined })
  m.clock.advance(30_000 + 250)
  assert.equal(m.connects().at(-1), ['m2:5050', undefined])
})

test('a teardown that fails goes back to subscribing', () => {
  const m = machine()
  m.subscribe()
  m.input({ type: 'leave' })
  m.input({ type: 'leaveFailed', error: new Unavailable('reset') })
  assert.is(m.phase(), 'waiting')
})

test.run()
