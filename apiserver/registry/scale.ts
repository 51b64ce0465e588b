import { badRequest, conflict, invalid, noResource } from '../../api/errors.ts'
import { invalidValue } from '../../api/field-error.ts'
import type { Kind, Scalable } from '../../api/kind.ts'
import type { Scale } from '../../api/kinds/autoscaling/scale.ts'
import type { Resource } from '../../api/resource.ts'
import type { Outcome } from './deletion.ts'
import { ensure, saidRevision } from './identity.ts'
import { type PartAuthor, withEntries } from './ownership.ts'
import { timestamp } from './timestamp.ts'
import type { Owners } from './update.ts'

/** The Scale of an object; throws when the kind has none. */
export const scaleOf = <T extends Resource>(kind: Kind<T>, object: T): Scale => {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const scale = scalableOf(kind)
  const replicas = numberAt(object, scale.wanted)
  const selector = scale.selector(object)
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace && { namespace }), uid, resourceVersion, creationTimestamp },
    spec: replicas ? { replicas } : {},
    status: { replicas: numberAt(object, scale.current) ?? 0, ...(selector && { selector }) },
  }
}

const scalableOf = <T extends Resource>({ scale }: Kind<T>): Scalable<T> => {
  if (!scale) throw noResource()
  return scale
}

const numberAt = (object: object, path: readonly string[]): number | undefined => {
  const value = path.reduce<unknown>((each, key) => (each as Fields | undefined)?.[key], object)
  return typeof value === 'number' ? value : undefined
}

/** A copy of the object with another value at the path; what lies beside it is shared. */
const withAt = <T extends object>(object: T, [key = '', ...rest]: readonly string[], value: number): T => ({
  ...object,
  [key]: rest.length === 0 ? value : withAt((object as Fields)[key] ?? {}, rest, value),
})

type Fields = Readonly<Record<string, object | undefined>>

export interface WantedScale {
  readonly replicas: number
  /** The revision that the Scale was made from. */
  readonly resourceVersion: string | undefined
}

/** The part of an object that a Scale writes. */
export const scaleConfig = <T extends Resource>(kind: Kind<T>, { replicas }: WantedScale): object =>
  withAt({}, scalableOf(kind).wanted, replicas)

/** Reads what a Scale asks for. */
export const readScale = (body: unknown): WantedScale => {
  const { kind, metadata, spec } = (body ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>
  if (kind !== undefined && (kind as unknown) !== 'Scale') {
    throw badRequest(`the object provided is unrecognized (must be of type Scale): it is a ${String(kind)}`)
  }
  const replicas = spec?.replicas ?? 0
  if (!Number.isSafeInteger(replicas))
    throw badRequest('Scale in version "v1" cannot be handled as a Scale: spec.replicas must be an integer')
  if (Number(replicas) < 0) {
    const error = invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, String(metadata?.name ?? ''), [error])
  }
  return {
    replicas: Number(replicas),
    resourceVersion: saidRevision(metadata ?? {}),
  }
}

export const scaled = <T extends Resource>(
  kind: Kind<T>,
  object: T,
  { replicas, resourceVersion }: WantedScale,
  { subresource, now }: PartAuthor,
  owners: Owners<T>,
): Outcome<T> => {
  const { metadata } = object
  const scale = scalableOf(kind)
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) throw conflict(kind, metadata.name)
  if (numberAt(object, scale.wanted) === replicas) return { type: 'keep' }
  const generation = metadata.generation === undefined ? {} : { generation: metadata.generation + 1 }
  const next = { ...withAt(object, scale.wanted, replicas), metadata: { ...metadata, ...generation } }
  const write = { subresource, old: object, now: timestamp(now) }
  ensure(kind, metadata.name, kind.strategy.validateSubresource?.(next, write) ?? [])
  return { type: 'put', object: withEntries(next, owners(next)) }
}
