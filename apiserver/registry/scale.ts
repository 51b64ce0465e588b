import { badRequest, conflict, invalid } from '../../api/errors.ts'
import { invalidValue } from '../../api/field-error.ts'
import { ReplicationController } from '../../api/kinds/index.ts'
import type { Outcome } from './deletion.ts'

/** `Scale` of autoscaling/v1: how many of something there are and should be. */
export interface Scale {
  readonly kind: 'Scale'
  readonly apiVersion: 'autoscaling/v1'
  readonly metadata: Record<string, unknown>
  readonly spec: { readonly replicas?: number }
  readonly status: { readonly replicas: number; readonly selector?: string }
}

export const scaleOf = ({ metadata, spec, status }: ReplicationController): Scale => {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata
  const selector = Object.entries(spec.selector ?? {}).map(([key, value]) => `${key}=${value}`)
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: spec.replicas ? { replicas: spec.replicas } : {},
    status: {
      replicas: status?.replicas ?? 0,
      ...(selector.length > 0 && { selector: selector.sort().join(',') }),
    },
  }
}

/** Reads the replicas that a Scale asks for, and the revision it was made from. */
export const readScale = (body: unknown): { replicas: number; resourceVersion: string | undefined } => {
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
  const { resourceVersion } = metadata ?? {}
  return {
    replicas: Number(replicas),
    resourceVersion: typeof resourceVersion === 'string' && resourceVersion ? resourceVersion : undefined,
  }
}

export const scaled = (
  controller: ReplicationController,
  { replicas, resourceVersion }: ReturnType<typeof readScale>,
): Outcome<ReplicationController> => {
  const { metadata, spec } = controller
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) {
    throw conflict(ReplicationController, metadata.name)
  }
  if (spec.replicas === replicas) return { type: 'keep' }
  const generation = metadata.generation === undefined ? {} : { generation: metadata.generation + 1 }
  return {
    type: 'put',
    object: { ...controller, metadata: { ...metadata, ...generation }, spec: { ...spec, replicas } },
  }
}
