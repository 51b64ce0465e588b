import type { Kind } from './kind.ts'

export type FieldErrorType =
  | 'Required'
  | 'Invalid'
  | 'Duplicate'
  | 'NotSupported'
  | 'Forbidden'
  | 'NotFound'
  | 'TooLong'

/** One thing that is wrong with an object. Each API version words it in its own way. */
export interface FieldError {
  readonly type: FieldErrorType
  /** As in `spec.containers[0].name`. */
  readonly field: string
  /** The offending value; left out for Required and Forbidden. */
  readonly value?: unknown
  readonly detail?: string
  /** NotSupported only: the values that are. */
  readonly supported?: readonly string[]
}

export type Reason =
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Expired'
  | 'Gone'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'Invalid'
  | 'Timeout'
  | 'TooManyRequests'
  | 'InternalError'
  | 'ServiceUnavailable'

/** `Status` of the v1 API, as recorded from kube-apiserver. */
export interface Status {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: Record<string, never>
  status: 'Success' | 'Failure'
  message?: string
  reason?: Reason
  details?: {
    name?: string
    group?: string
    kind?: string
    uid?: string
    causes?: { reason: string; message: string; field: string }[]
    retryAfterSeconds?: number
  }
  code?: number
}

/** What an API request failed with. The caller reacts to `reason`. */
export class StatusError extends Error {
  override readonly name = 'StatusError'
  readonly reason: Reason
  readonly code: number
  readonly details: Status['details']
  /** Kept apart from the wording, for v1beta1 words it otherwise. */
  readonly fields: readonly FieldError[]
  readonly kind: Pick<Kind, 'group' | 'kind' | 'plural' | 'singular'> | undefined

  constructor(
    status: { reason: Reason; code: number; message: string; details?: Status['details'] },
    about: { kind?: StatusError['kind']; fields?: readonly FieldError[]; cause?: unknown } = {},
  ) {
    super(status.message, about.cause === undefined ? undefined : { cause: about.cause })
    this.reason = status.reason
    this.code = status.code
    this.details = status.details
    this.fields = about.fields ?? []
    this.kind = about.kind
  }
}

/** True when `error` is a StatusError of one of `reasons`. */
export const isStatus = (error: unknown, ...reasons: Reason[]): error is StatusError =>
  error instanceof StatusError && reasons.includes(error.reason)
