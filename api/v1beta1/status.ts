import { type FieldError, type Status, StatusError } from '../errors.ts'
import { legacyKinds } from './kinds.ts'
import { omitUndefined } from './omit.ts'
import { fieldCause } from './status-causes.ts'

type About = NonNullable<StatusError['kind']>

/** `replicationController` for what v1 calls `ReplicationController` or `replicationcontrollers`. */
const nameOf = (about: Partial<About> & { kind?: string }): string | undefined => {
  const named = [about.kind, about.plural].filter(Boolean)
  const legacy = legacyKinds.find(({ kind }) => named.includes(kind.kind) || named.includes(kind.plural))
  return legacy?.name ?? (about.singular || about.kind)
}

/** What follows the name in v1's wording of a conflict. */
const conflictOf = (message: string): string =>
  message.replace(/^Operation cannot be fulfilled on \S+ "[^"]*": /, '')

/** What 2014 said of an error that is about an object; undefined leaves v1's message. */
const wording = (
  error: StatusError,
  name: string | undefined,
  id: string | undefined,
): string | undefined => {
  if (!name || id === undefined) return undefined
  if (error.reason === 'NotFound') return `${name} "${id}" not found`
  if (error.reason === 'AlreadyExists') return `${name} "${id}" already exists`
  if (error.reason === 'Conflict') return `${name} "${id}" cannot be updated: ${conflictOf(error.message)}`
  if (error.reason !== 'Invalid' || error.fields.length === 0) return undefined
  const causes = error.fields.map(field => fieldCause(field, name).message)
  return `${name} "${id}" is invalid: ${causes.length === 1 ? causes[0] : `[${causes.join(', ')}]`}`
}

const causesOf = (error: StatusError, name: string | undefined) =>
  error.fields.length > 0
    ? error.fields.map((field: FieldError) => fieldCause(field, name))
    : error.status.details?.causes?.map(({ reason, message, field }) =>
        omitUndefined({ reason, message, field }),
      )

const assigned = /pod (\S+) is already assigned to (?:node|host) "?([^"\s]+)"?/

/** The parts of a failure that differ from v1's. */
const failureOf = (error: StatusError): object => {
  // Two hosts for one pod: an error without a reason in 2014.
  const [, pod, host] = assigned.exec(error.message) ?? []
  if (pod && host) return { message: `pod ${pod} is already assigned to host ${host}`, code: 500 }
  if (error.reason === 'InternalError') return { message: error.message, code: error.code }
  // The cause alone told what was wrong with a request.
  if (error.reason === 'BadRequest') {
    return { reason: error.reason, details: { causes: [{ message: error.message }] }, code: error.code }
  }
  const id = error.status.details?.name
  const name = nameOf({ ...error.kind, ...(error.kind ? {} : { kind: error.status.details?.kind }) })
  const details = omitUndefined({ id, kind: name, causes: causesOf(error, name) })
  return omitUndefined({
    message: wording(error, name, id) ?? error.message,
    reason: error.reason,
    details: Object.keys(details).length > 0 ? details : undefined,
    code: error.code,
  })
}

const errorOf = ({ reason = 'InternalError', code = 500, message = '', details }: Status): StatusError =>
  new StatusError({ reason, code, message, ...(details && { details }) })

/** A Status as v1beta1 worded it. `link` is shown where the server of 2014 did: in answers to writes. */
export const legacyStatus = (status: Status | StatusError, link?: string): object => {
  const success = !(status instanceof StatusError) && status.status === 'Success'
  const failure = status instanceof StatusError ? status : errorOf(status)
  return omitUndefined({
    kind: 'Status',
    creationTimestamp: null,
    selfLink: link,
    apiVersion: 'v1beta1',
    status: success ? 'Success' : 'Failure',
    ...(success ? omitUndefined({ message: status.message }) : failureOf(failure)),
  })
}
