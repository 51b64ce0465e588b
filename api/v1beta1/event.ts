import { Event } from '../kinds/event.ts'
import type { LegacyKind } from './legacy-kind.ts'
import { fromMeta, toMeta } from './metadata.ts'
import { omitEmpty, omitUndefined } from './omit.ts'
import { type Remarks, recall, remark, remarksOf } from './remarks.ts'
import { readEvent } from './shapes.ts'

const involved = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']

export const legacyEvent: LegacyKind<Event> = {
  kind: Event,
  plural: 'events',
  legacyKind: 'Event',
  name: 'event',
  selectors: true,
  fields: {
    id: 'metadata.name',
    name: 'metadata.name',
    namespace: 'metadata.namespace',
    reason: 'reason',
    source: 'source',
    ...Object.fromEntries(
      involved.flatMap(field => [
        [`involvedObject.${field}`, `involvedObject.${field}`],
        [`InvolvedObject.${field}`, `involvedObject.${field}`],
      ]),
    ),
    'involvedObject.id': 'involvedObject.name',
    'InvolvedObject.ID': 'involvedObject.name',
  },

  toLegacy({ metadata, involvedObject, source, type, ...event }) {
    const remarks = remarksOf(metadata.annotations)
    const { kind, namespace, name, uid, apiVersion, resourceVersion, fieldPath } = involvedObject
    return {
      ...toMeta(legacyEvent, metadata),
      involvedObject: omitEmpty({ kind, namespace, name, uid, apiVersion, resourceVersion, fieldPath }),
      ...omitEmpty({
        // v1 knows a severity in its place.
        status: recall(remarks, 'status', type),
        reason: event.reason,
        message: event.message,
        source: source?.component ?? event.reportingComponent,
        host: source?.host,
      }),
      timestamp: event.lastTimestamp ?? event.eventTime ?? metadata.creationTimestamp ?? null,
      ...omitEmpty({ labels: metadata.labels }),
    }
  },

  fromLegacy(body) {
    const said = readEvent(body, '') ?? {}
    const { status, reason, message, source, host, timestamp } = said
    const type = 'Normal'
    const remarks: Remarks = {}
    remark(remarks, 'status', type, status || undefined)
    return omitUndefined({
      metadata: fromMeta(said, 'Event', remarks),
      involvedObject: said.involvedObject ?? {},
      reason,
      message,
      type,
      source: omitUndefined({ component: source, host }),
      firstTimestamp: timestamp || undefined,
      lastTimestamp: timestamp || undefined,
    })
  },
}
