import type { Event as V1 } from 'kubernetes-types/events/v1'
import { defineKind } from '../../define.ts'
import { type FieldError, invalidValue, required } from '../../field-error.ts'
import type { Served } from '../../resource.ts'
import { keepServerMetadata } from '../../validation/metadata.ts'
import { checkImmutable } from '../../validation/values.ts'
import { Event as CoreEvent } from '../event.ts'
import { storedAs } from '../stored-as.ts'

/** An event as the group events.k8s.io writes it. */
export type EventsEvent = Served<V1>

/** The names that differ: in events.k8s.io, and in the core group. */
const names = {
  regarding: 'involvedObject',
  note: 'message',
  reportingController: 'reportingComponent',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
} as const

const coreNames: Readonly<Record<string, string>> = names
const ownNames = Object.fromEntries(Object.entries(names).map(([own, core]) => [core, own]))

const renamed = (object: object, by: Readonly<Record<string, string>>): object =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [by[name] ?? name, value]))

const toCore = (event: EventsEvent): CoreEvent =>
  ({ involvedObject: {}, ...renamed(event, coreNames), apiVersion: 'v1' }) as CoreEvent

const fromCore = (event: CoreEvent): EventsEvent => renamed(event, ownNames) as EventsEvent

const shared = storedAs(CoreEvent, toCore, fromCore)

const regarding = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'] as const

/** The same objects as those of the core group's Event. What is written by these names is held to more. */
export const EventsEvent = defineKind<EventsEvent>({
  ...shared,
  group: 'events.k8s.io',
  fields: {
    ...Object.fromEntries(
      regarding.map(member => [
        `regarding.${member}`,
        (event: EventsEvent) => event.regarding?.[member] ?? '',
      ]),
    ),
    reason: event => event.reason ?? '',
    reportingController: event => event.reportingController ?? '',
    type: event => event.type ?? '',
  },
  strategy: {
    ...shared.strategy,
    default: draft => {
      draft.regarding ??= {}
    },
    prepareUpdate: (draft, old) => keepServerMetadata(draft.metadata, old.metadata),
    validateCreate: event => [...checkSeries(event), ...checkNew(toCore(event))],
    validateUpdate: (next, old) => [
      ...(JSON.stringify(next.series) === JSON.stringify(old.series) ? [] : checkSeries(next)),
      ...checkImmutable('', inMessages(next), inMessages(old), immutable),
    ],
  },
})

/** All but the series. */
const immutable = [
  'involvedObject',
  'reason',
  'message',
  'source',
  'firstTimestamp',
  'lastTimestamp',
  'count',
  'type',
  'eventTime',
  'action',
  'related',
  'reportingController',
  'reportingInstance',
] as const

/** As in kube-apiserver errors have the core group's names, but for this one. */
const inMessages = (event: EventsEvent) => ({
  ...toCore(event),
  reportingController: event.reportingController,
})

const checkSeries = ({ series }: EventsEvent): FieldError[] =>
  series
    ? [
        ...((series.count ?? 0) < 2 ? [invalidValue('series.count', '', 'should be at least 2')] : []),
        ...(series.lastObservedTime ? [] : [required('series.lastObservedTime')]),
      ]
    : []

/** Who writes by the new names leaves the fields of old alone. */
const checkNew = (event: CoreEvent): FieldError[] => [
  ...(event.eventTime ? [] : [required('eventTime')]),
  ...(event.type === 'Normal' || event.type === 'Warning'
    ? []
    : [invalidValue('type', '', `has invalid value: ${event.type ?? ''}`)]),
  ...(['firstTimestamp', 'lastTimestamp', 'count'] as const)
    .filter(field => event[field])
    .map(field => invalidValue(field, '', 'needs to be unset')),
  ...(event.source?.component || event.source?.host ? [invalidValue('source', '', 'needs to be unset')] : []),
]
