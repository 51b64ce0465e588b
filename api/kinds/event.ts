import type { Event as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import { invalidValue, required } from '../field-error.ts'
import type { Meta } from '../resource.ts'
import { checkMetadata, keepServerMetadata } from '../validation/metadata.ts'
import { qualifiedName } from '../validation/names.ts'
import { checkText, type Errors } from '../validation/values.ts'
import { ageOf, column, nameColumn, wide } from './columns.ts'

export type Event = V1 & { apiVersion: string; kind: string; metadata: Meta }

const involved = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'] as const

export const Event = defineKind<Event>({
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  fields: {
    ...Object.fromEntries(
      involved.map(member => [
        `involvedObject.${member}`,
        (event: Event) => event.involvedObject[member] ?? '',
      ]),
    ),
    reason: event => event.reason ?? '',
    type: event => event.type ?? '',
    source: event => event.source?.component || event.reportingComponent || '',
    reportingComponent: event => event.reportingComponent ?? '',
  },
  columns: [
    column(
      'Last Seen',
      'The time at which the most recent occurrence of this event was recorded.',
      (event, now) => ageOf(lastSeen(event), now),
    ),
    column(
      'Type',
      'Type of this event (Normal, Warning), new types could be added in the future',
      event => event.type ?? '',
    ),
    column(
      'Reason',
      "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
      event => event.reason ?? '',
    ),
    column('Object', 'The object that this event is about.', ({ involvedObject: { kind, name } }) =>
      name ? `${kind?.toLowerCase()}/${name}` : (kind?.toLowerCase() ?? ''),
    ),
    column(
      'Subobject',
      'If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement.',
      event => event.involvedObject.fieldPath ?? '',
      wide,
    ),
    column('Source', 'The component reporting this event.', sourceText, wide),
    column('Message', 'A human-readable description of the status of this operation.', event =>
      (event.message ?? '').trim(),
    ),
    column(
      'First Seen',
      'The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)',
      (event, now) => ageOf(event.firstTimestamp ?? event.eventTime, now),
      wide,
    ),
    column('Count', 'The number of times this event has occurred.', event => String(event.count || 1), wide),
    { ...nameColumn(), ...wide },
  ],
  strategy: {
    default: draft => {
      draft.involvedObject ??= {}
    },
    dependents: 'none',
    prepareUpdate: (draft, old) => keepServerMetadata(draft.metadata, old.metadata),
    validate: event => [
      ...checkMetadata(event.metadata),
      ...(event.eventTime ? checkTimed(event) : checkNamespace(event)),
    ],
  },
})

const elsewhere = (namespace: string) =>
  invalidValue('involvedObject.namespace', namespace, 'does not match event.namespace')

/** An event lives beside what it is about; events about objects of the cluster live in `default`. */
const checkNamespace = ({ metadata, involvedObject: { namespace = '' } }: Event): Errors =>
  (namespace || 'default') === (metadata.namespace || 'default') ? [] : [elsewhere(namespace)]

/** Whoever gives the time of an event has to say all that events.k8s.io asks for. */
const checkTimed = (event: Event): Errors => {
  const { metadata, involvedObject, reportingComponent = '', message = '' } = event
  const { namespace = '' } = involvedObject
  return [
    ...(namespace || metadata.namespace === 'default' || metadata.namespace === 'kube-system'
      ? []
      : [elsewhere(namespace)]),
    ...(reportingComponent ? [] : [required('reportingController')]),
    ...checkText('reportingController', reportingComponent, qualifiedName),
    ...(['reportingInstance', 'action', 'reason'] as const).flatMap(field => [
      ...(event[field] ? [] : [required(field)]),
      ...checkLength(field, event[field] ?? '', 128),
    ]),
    ...checkLength('message', message, 1024),
  ]
}

const checkLength = (field: string, text: string, most: number): Errors =>
  Buffer.byteLength(text) > most ? [invalidValue(field, '', `can have at most ${most} characters`)] : []

const lastSeen = (event: Event): string | undefined =>
  event.series?.lastObservedTime ?? event.lastTimestamp ?? event.firstTimestamp ?? event.eventTime

function sourceText({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || reportingComponent || ''
  const instance = source?.host || reportingInstance
  return instance ? `${component}, ${instance}` : component
}
