import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fieldErrorBody } from '../../../api/field-error.ts'
import { Event } from '../../../api/kinds/event.ts'
import { EventsEvent } from '../../../api/kinds/events/event.ts'
import { wrongChange, wrongWith } from './admit.ts'
import { minimalOf } from './minimal.ts'

const metadata = { name: 'e', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: '' }
const given = minimalOf(EventsEvent) as Omit<EventsEvent, 'apiVersion' | 'kind' | 'metadata'>
const event = (more: Partial<EventsEvent> = {}): EventsEvent => ({
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata,
  regarding: { kind: 'Pod', name: 'p', namespace: 'default' },
  ...given,
  ...more,
})

const text = fc.string()
const core = fc
  .record(
    {
      reason: text,
      message: text,
      source: fc.record({ component: text }),
      firstTimestamp: text,
      lastTimestamp: text,
      count: fc.nat(),
      type: text,
      eventTime: text,
      series: fc.record({ count: fc.nat() }),
      action: text,
      related: fc.record({ name: text }),
      reportingComponent: text,
      reportingInstance: text,
    },
    { requiredKeys: [] },
  )
  .map(fields => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata,
    involvedObject: { name: 'p' },
    ...fields,
  }))

test('an event of the core group survives events.k8s.io', () => {
  fc.assert(
    fc.property(core, object => {
      const { storage } = EventsEvent
      const seen = storage?.from(object)
      assert.equal(storage?.to(seen as EventsEvent), object)
    }),
  )
})

test('the names of events.k8s.io', () => {
  const seen = EventsEvent.storage?.from({
    apiVersion: 'v1',
    kind: 'Event',
    metadata,
    involvedObject: { name: 'p' },
    message: 'm',
    source: { component: 'c' },
    reportingComponent: 'r',
    count: 2,
    firstTimestamp: 'f',
    lastTimestamp: 'l',
  } as Event)
  const { regarding, note, reportingController, ...deprecated } = seen as EventsEvent
  assert.equal([regarding?.name, note, reportingController], ['p', 'm', 'r'])
  assert.equal(deprecated.deprecatedSource, { component: 'c' })
  assert.equal([deprecated.deprecatedFirstTimestamp, deprecated.deprecatedLastTimestamp], ['f', 'l'])
  assert.is(deprecated.deprecatedCount, 2)
})

const unnamed = `reportingController: Invalid value: "": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`

const wrongNew = (object: EventsEvent) => [
  ...wrongWith(EventsEvent, object),
  ...(EventsEvent.strategy.validateCreate?.(object) ?? []).map(
    error => `${error.field}: ${fieldErrorBody(error)}`,
  ),
]

test('who writes by the new names says who did what, and when', () => {
  assert.equal(wrongNew(event()), [])
  assert.equal(wrongNew(event({ reportingController: '', reportingInstance: 'i'.repeat(129), action: '' })), [
    'reportingController: Required value',
    'reportingController: Invalid value: "": name part must be non-empty',
    unnamed,
    'reportingInstance: Invalid value: "": can have at most 128 characters',
    'action: Required value',
  ])
  const { eventTime: _, ...untimed } = event({ type: 'Odd', series: { count: 1 } as never })
  assert.equal(wrongNew({ ...untimed, deprecatedCount: 2, deprecatedSource: { host: 'h' } } as EventsEvent), [
    'series.count: Invalid value: "": should be at least 2',
    'series.lastObservedTime: Required value',
    'eventTime: Required value',
    'type: Invalid value: "": has invalid value: Odd',
    'count: Invalid value: "": needs to be unset',
    'source: Invalid value: "": needs to be unset',
  ])
})

test('of an event only the series goes on', () => {
  const series = { count: 3, lastObservedTime: '2026-01-01T00:00:09.000000Z' }
  assert.equal(wrongChange(EventsEvent, event({ series }), event()), [])
  assert.equal(
    wrongChange(
      EventsEvent,
      event({ note: 'other', reportingController: 'd', series: { ...series, count: 1 } }),
      event(),
    ),
    [
      'series.count: Invalid value: "": should be at least 2',
      'message: Invalid value: "other": field is immutable',
      'reportingController: Invalid value: "d": field is immutable',
    ],
  )
})

test('an event of the core group with a time is held to the same', () => {
  assert.equal(
    wrongWith(Event, {
      metadata: { name: 'e', namespace: 'other' },
      involvedObject: {},
      eventTime: '2026-01-01T00:00:00.000000Z',
    }),
    [
      'involvedObject.namespace: Invalid value: "": does not match event.namespace',
      'reportingController: Required value',
      'reportingController: Invalid value: "": name part must be non-empty',
      unnamed,
      'reportingInstance: Required value',
      'action: Required value',
      'reason: Required value',
    ],
  )
})

test.run()
