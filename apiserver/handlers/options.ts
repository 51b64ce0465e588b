import type { DeleteOptions } from '../../api/client.ts'
import { badRequest, invalid } from '../../api/errors.ts'
import { forbiddenField, invalidValue, notSupported } from '../../api/field-error.ts'
import type { Kind } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'
import type { ListQuery } from '../registry/listing.ts'
import { selectionOf } from '../registry/selection.ts'
import type { WriteOptions } from '../registry/writer.ts'
import type { Selection } from '../watch/selection.ts'
import { type Request, readDryRun, readFlag, readNumber, readOptionalData } from './request.ts'
import type { WatchRequest } from './watch.ts'

const matches = ['', 'Exact', 'NotOlderThan']

export const readSelection = <T extends Resource>(c: Request, kind: Kind<T>): Selection<T> =>
  selectionOf(kind, {
    namespace: c.req.param('namespace'),
    labelSelector: c.req.query('labelSelector'),
    fieldSelector: c.req.query('fieldSelector'),
  })

const listOptionsInvalid = (error: Parameters<typeof invalid>[2][number]) =>
  invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [error])

export const readListQuery = (c: Request): ListQuery => {
  const resourceVersionMatch = c.req.query('resourceVersionMatch') ?? ''
  const resourceVersion = c.req.query('resourceVersion') ?? ''
  if (!matches.includes(resourceVersionMatch)) {
    throw listOptionsInvalid(
      notSupported('resourceVersionMatch', resourceVersionMatch, ['Exact', 'NotOlderThan']),
    )
  }
  if (resourceVersionMatch && !resourceVersion) {
    throw listOptionsInvalid(
      forbiddenField(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden unless resourceVersion is provided',
      ),
    )
  }
  const token = c.req.query('continue') ?? ''
  if (token && resourceVersion && resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue')
  }
  return {
    limit: readNumber(c, 'limit') ?? 0,
    continue: token,
    resourceVersion,
    resourceVersionMatch,
  }
}

export const readWatchRequest = (c: Request): WatchRequest => {
  const match = c.req.query('resourceVersionMatch') ?? ''
  const asked = c.req.query('sendInitialEvents') !== undefined
  const wrong = (why: string) => listOptionsInvalid(forbiddenField('resourceVersionMatch', why))
  if (asked && match !== 'NotOlderThan') {
    throw wrong('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
  }
  if (match && !asked) {
    throw wrong('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided')
  }
  const timeoutSeconds = readNumber(c, 'timeoutSeconds')
  return {
    bookmarks: readFlag(c, 'allowWatchBookmarks'),
    resourceVersion: c.req.query('resourceVersion') ?? '',
    ...(asked && { sendInitialEvents: readFlag(c, 'sendInitialEvents') }),
    ...(timeoutSeconds && { timeoutSeconds }),
  }
}

const policies = ['Orphan', 'Background', 'Foreground'] as const

type Body = {
  readonly kind?: unknown
  readonly gracePeriodSeconds?: unknown
  readonly propagationPolicy?: unknown
  readonly orphanDependents?: unknown
  readonly preconditions?: { readonly uid?: unknown; readonly resourceVersion?: unknown } | null
}

const optionalText = (value: unknown, field: string): string | undefined => {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw badRequest(`DeleteOptions: ${field} must be a string`)
  return value
}

const deleteOptionsInvalid = (error: Parameters<typeof invalid>[2][number]) =>
  invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [error])

/** The older way to say what becomes of dependents. */
const readOrphanDependents = (c: Request, { orphanDependents }: Body): boolean | undefined => {
  if (typeof orphanDependents === 'boolean') return orphanDependents
  if (orphanDependents !== undefined && orphanDependents !== null) {
    throw badRequest('DeleteOptions: orphanDependents must be true or false')
  }
  return c.req.query('orphanDependents') === undefined ? undefined : readFlag(c, 'orphanDependents')
}

const readPropagationPolicy = (c: Request, body: Body): DeleteOptions['propagationPolicy'] => {
  const wanted = optionalText(body.propagationPolicy, 'propagationPolicy') ?? c.req.query('propagationPolicy')
  const orphan = readOrphanDependents(c, body)
  if (wanted && orphan !== undefined) {
    const both = 'orphanDependents and deletionPropagation cannot be both set'
    throw deleteOptionsInvalid(invalidValue('propagationPolicy', wanted, both))
  }
  if (orphan !== undefined) return orphan ? 'Orphan' : 'Background'
  const policy = policies.find(each => each === wanted)
  if (wanted && !policy) {
    throw deleteOptionsInvalid(notSupported('propagationPolicy', wanted, [...policies]))
  }
  return policy
}

/** The options of a DELETE: in its body, else in its query. */
export const readDeleteOptions = async (c: Request): Promise<DeleteOptions & WriteOptions> => {
  const data = (await readOptionalData(c, 'DeleteOptions')) ?? {}
  return deleteOptionsIn(c, data)
}

/** The same, given what came in the body. */
export const deleteOptionsIn = (c: Request, data: unknown): DeleteOptions & WriteOptions => {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw badRequest('DeleteOptions must be an object')
  }
  const body = data as Body
  if (body.kind !== undefined && body.kind !== 'DeleteOptions') {
    throw badRequest(
      `${String(body.kind)} in version "v1" cannot be handled as a DeleteOptions: converting (v1.${String(body.kind)}) to (v1.DeleteOptions): unknown conversion`,
    )
  }
  const grace = body.gracePeriodSeconds ?? readNumber(c, 'gracePeriodSeconds')
  if (grace !== undefined && (!Number.isSafeInteger(grace) || Number(grace) < 0 || Number(grace) > 1e9)) {
    throw badRequest(
      `DeleteOptions: gracePeriodSeconds must be a whole number of seconds, not ${JSON.stringify(grace)}`,
    )
  }
  const propagationPolicy = readPropagationPolicy(c, body)
  const uid = optionalText(body.preconditions?.uid, 'preconditions.uid')
  const resourceVersion = optionalText(body.preconditions?.resourceVersion, 'preconditions.resourceVersion')
  return {
    dryRun: readDryRun(c, 'DeleteOptions', body),
    ...(grace !== undefined && { gracePeriodSeconds: Number(grace) }),
    ...(propagationPolicy && { propagationPolicy }),
    ...((uid !== undefined || resourceVersion !== undefined) && {
      preconditions: {
        ...(uid !== undefined && { uid }),
        ...(resourceVersion !== undefined && { resourceVersion }),
      },
    }),
  }
}
