import { type FieldError, fieldErrorBody, fieldErrorsText } from './field-error.ts'
import { resourceOf } from './kind.ts'
import { type StatusCause, StatusError } from './status.ts'

export type { FieldError } from './field-error.ts'
export {
  fromAnswer,
  fromStatus,
  hasCause,
  internal,
  isStatus,
  type Reason,
  type Status,
  StatusError,
  statusOf,
} from './status.ts'

/** The kind that an error is about. For a subresource spread the kind: `{ ...Pod, plural: 'pods/binding' }`. */
export type Subject = NonNullable<StatusError['kind']>

const detailsOf = (kind: Subject, name: string) => ({
  name,
  ...(kind.group && { group: kind.group }),
  kind: kind.plural,
})

export const notFound = (kind: Subject, name: string): StatusError =>
  new StatusError(
    {
      reason: 'NotFound',
      code: 404,
      message: `${resourceOf(kind)} "${name}" not found`,
      details: detailsOf(kind, name),
    },
    { kind },
  )

/** There is no such resource at all, named by the path. */
export const noResource = (): StatusError =>
  new StatusError({
    reason: 'NotFound',
    code: 404,
    message: 'the server could not find the requested resource',
    details: {},
  })

export const alreadyExists = (kind: Subject, name: string): StatusError =>
  new StatusError(
    {
      reason: 'AlreadyExists',
      code: 409,
      message: `${resourceOf(kind)} "${name}" already exists`,
      details: detailsOf(kind, name),
    },
    { kind },
  )

/** What is to be made claims to be stored already. kube-apiserver's store refuses it, without a reason. */
export const revisionOfNew = (): StatusError =>
  new StatusError({
    reason: 'Unknown',
    code: 500,
    message: 'resourceVersion should not be set on objects to be created',
  })

const modified = 'the object has been modified; please apply your changes to the latest version and try again'

export const conflict = (kind: Subject, name: string, message = modified): StatusError =>
  new StatusError(
    {
      reason: 'Conflict',
      code: 409,
      message: `Operation cannot be fulfilled on ${resourceOf(kind)} "${name}": ${message}`,
      details: detailsOf(kind, name),
    },
    { kind },
  )

/** A DELETE named a uid that the object does not have; kube-apiserver names the kind here, not the resource. */
export const uidMismatch = (kind: Subject, name: string, wanted: string, found: string): StatusError =>
  conflict(
    { ...kind, plural: kind.kind },
    name,
    `the UID in the precondition (${wanted}) does not match the UID in record (${found}). ` +
      'The object might have been deleted and then recreated',
  )

export const invalid = (
  kind: Pick<Subject, 'group' | 'kind'> & Partial<Subject>,
  name: string,
  fields: readonly FieldError[],
): StatusError => {
  const { group, plural = '', singular = '' } = kind
  return new StatusError(
    {
      reason: 'Invalid',
      code: 422,
      message: `${group ? `${kind.kind}.${group}` : kind.kind} "${name}" is invalid: ${fieldErrorsText(fields)}`,
      details: {
        ...(name && { name }),
        ...(group && { group }),
        kind: kind.kind,
        causes: fields.map(error => ({
          reason: `FieldValue${error.type}`,
          message: fieldErrorBody(error),
          field: error.field,
        })),
      },
    },
    { kind: { group, kind: kind.kind, plural, singular }, fields },
  )
}

/** A patch that does not apply, such as a failed `test` of a JSON patch. */
export const unprocessable = (): StatusError =>
  new StatusError({
    reason: 'Invalid',
    code: 422,
    message: 'the server rejected our request due to an error in our request',
    details: {},
  })

export const badRequest = (message: string, cause?: unknown): StatusError =>
  new StatusError({ reason: 'BadRequest', code: 400, message }, { cause })

export const forbidden = (
  kind: Subject,
  name: string,
  message: string,
  causes?: StatusCause[],
): StatusError =>
  new StatusError(
    {
      reason: 'Forbidden',
      code: 403,
      message: `${resourceOf(kind)} "${name}" is forbidden: ${message}`,
      details: { ...detailsOf(kind, name), ...(causes && { causes }) },
    },
    { kind },
  )

/** A revision or a continue token that is too old: list anew. */
export const expired = (message: string): StatusError =>
  new StatusError({ reason: 'Expired', code: 410, message })

export const methodNotAllowed = (): StatusError =>
  new StatusError({
    reason: 'MethodNotAllowed',
    code: 405,
    message: 'the server does not allow this method on the requested resource',
    details: {},
  })

export const notAcceptable = (): StatusError =>
  new StatusError({ reason: 'NotAcceptable', code: 406, message: '406: Not Acceptable', details: {} })

/** The client knows our media types, but none that this can be told in. */
export const onlyAcceptable = (types: readonly string[]): StatusError =>
  new StatusError({
    reason: 'NotAcceptable',
    code: 406,
    message: `only the following media types are accepted: ${types.join(', ')}`,
  })

const bodies = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']

export const unsupportedMediaType = (accepted: readonly string[] = bodies): StatusError =>
  new StatusError({
    reason: 'UnsupportedMediaType',
    code: 415,
    message: `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  })

/** `why` says the limit. */
export const tooLarge = (why: string): StatusError =>
  new StatusError({
    reason: 'RequestEntityTooLarge',
    code: 413,
    message: `Request entity too large: ${why}`,
    details: {},
  })

export const timeout = (message: string, retryAfterSeconds?: number): StatusError =>
  new StatusError({
    reason: 'Timeout',
    code: 504,
    message: `Timeout: ${message}`,
    details: retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
  })

/** Not now: the cause says why. Without a time to wait for, nobody knows when to ask again. */
export const tooManyRequests = (
  message: string,
  cause: StatusCause,
  retryAfterSeconds?: number,
): StatusError =>
  new StatusError({
    reason: 'TooManyRequests',
    code: 429,
    message,
    details: { causes: [cause], ...(retryAfterSeconds && { retryAfterSeconds }) },
  })

export const unavailable = (message: string, cause?: unknown): StatusError =>
  new StatusError({ reason: 'ServiceUnavailable', code: 503, message }, { cause })
