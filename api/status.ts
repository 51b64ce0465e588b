import type { FieldError } from './field-error.ts'
import type { Kind } from './kind.ts'

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
  /** kube-apiserver knows none; it is not sent. */
  | 'Unknown'

export interface StatusCause {
  reason?: string
  message: string
  field?: string
}

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
    causes?: StatusCause[]
    retryAfterSeconds?: number
  }
  code?: number
}

/** What an API request failed with. The caller reacts to `reason`. */
export class StatusError extends Error {
  override readonly name = 'StatusError'
  readonly reason: Reason
  readonly code: number
  /** What is sent. The error itself has no `details`, for test runners take those for text. */
  readonly status: Status
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
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: status.message,
      ...(status.reason !== 'Unknown' && { reason: status.reason }),
      ...(status.details && { details: status.details }),
      code: status.code,
    }
    this.fields = about.fields ?? []
    this.kind = about.kind
  }
}

/** True when `error` is a StatusError of one of `reasons`. */
export const isStatus = (error: unknown, ...reasons: Reason[]): error is StatusError =>
  error instanceof StatusError && reasons.includes(error.reason)

/** True when one of the causes that a StatusError tells is this one. */
export const hasCause = (error: unknown, reason: string): boolean =>
  error instanceof StatusError &&
  error.status.details?.causes?.some(cause => cause.reason === reason) === true

/** What is sent for `error`. Anything but a StatusError is an InternalError: its message is told, its stack is not. */
export const statusOf = (error: unknown): Status =>
  (error instanceof StatusError ? error : internal(error)).status

/** The error that a server's Status tells of; an unknown or missing reason is taken from the code. */
export const fromStatus = (status: Status): StatusError => {
  const code = status.code ?? 500
  return new StatusError({
    reason: status.reason ?? reasonOf(code),
    code,
    message: status.message ?? `the server answered ${code}`,
    ...(status.details && { details: status.details }),
  })
}

/** The error for an answer that is no Status, such as a proxy's. */
export const fromAnswer = (code: number, message: string): StatusError =>
  new StatusError({ reason: reasonOf(code), code, message })

export const internal = (cause: unknown): StatusError => {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new StatusError(
    {
      reason: 'InternalError',
      code: 500,
      message: `Internal error occurred: ${message}`,
      details: { causes: [{ message }] },
    },
    { cause },
  )
}

const reasons: Readonly<Record<number, Reason>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  502: 'ServiceUnavailable',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

const reasonOf = (code: number): Reason => reasons[code] ?? (code < 500 ? 'BadRequest' : 'InternalError')
