import type {
  LegacyEvent,
  LegacyManifest,
  LegacyMinion,
  LegacyPod,
  LegacyReplicationController,
  LegacyService,
} from '../../api/v1beta1/shapes.ts'
import type { Json } from '../server.ts'
import { phaseOf } from './phase.ts'

type Row<T> = readonly [heading: string, cell: (object: T) => string]

const images = (manifest: LegacyManifest | undefined): string =>
  (manifest?.containers ?? []).map(({ image }) => image).join(',')

const labels = (set: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(set ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',')

const host = ({ host = '', hostIP = '' }: { host?: string; hostIP?: string } = {}): string =>
  host || hostIP ? `${host}/${hostIP}` : '<unassigned>'

const pod: readonly Row<LegacyPod>[] = [
  ['Name', ({ id = '' }) => id],
  ['Image(s)', ({ desiredState }) => images(desiredState?.manifest)],
  ['Host', ({ currentState }) => host(currentState)],
  ['Labels', pod => labels(pod.labels)],
  ['Status', ({ currentState = {} }) => phaseOf(currentState)],
]

const controller: readonly Row<LegacyReplicationController>[] = [
  ['Name', ({ id = '' }) => id],
  ['Image(s)', ({ desiredState }) => images(desiredState?.podTemplate?.desiredState?.manifest)],
  ['Selector', ({ desiredState }) => labels(desiredState?.replicaSelector)],
  ['Replicas', ({ desiredState }) => String(desiredState?.replicas ?? 0)],
]

const service: readonly Row<LegacyService>[] = [
  ['Name', ({ id = '' }) => id],
  ['Labels', service => labels(service.labels)],
  ['Selector', ({ selector }) => labels(selector)],
  ['IP', ({ portalIP = '' }) => portalIP],
  ['Port', ({ port = 0 }) => String(port)],
]

const minion: readonly Row<LegacyMinion>[] = [
  ['Minion identifier', ({ id = '' }) => id],
  ['Labels', minion => labels(minion.labels)],
]

const event: readonly Row<LegacyEvent>[] = [
  ['Name', ({ involvedObject }) => involvedObject?.name ?? ''],
  ['Kind', ({ involvedObject }) => involvedObject?.kind ?? ''],
  ['Status', ({ status = '' }) => status],
  ['Reason', ({ reason = '' }) => reason],
  ['Message', ({ message = '' }) => message],
]

const status: readonly Row<{ status?: string }>[] = [['Status', ({ status = '' }) => status]]

const tables: Readonly<Record<string, readonly Row<never>[]>> = {
  Pod: pod,
  ReplicationController: controller,
  Service: service,
  Minion: minion,
  Event: event,
  Status: status,
}

/** The original's columns for a kind. Undefined for a kind that it could not print. */
export const columnsOf = (kind: string) => {
  const rows = Object.hasOwn(tables, kind) ? (tables[kind] as readonly Row<Json>[]) : undefined
  return (
    rows && {
      headings: rows.map(([heading]) => heading),
      cells: (object: Json) => rows.map(([, cell]) => cell(object).replaceAll(/\s*\n\s*/g, ' ')),
    }
  )
}
