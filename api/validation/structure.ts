import { badRequest } from '../errors.ts'
import type { Kind } from '../kind.ts'
import { apiVersionOf } from '../kind.ts'
import type { Draft, Resource } from '../resource.ts'
import { checkOf, type Visit } from '../schema/check.ts'
import { type Schema, schemaOf } from '../schema/schema.ts'

/**
 * Takes a request's body for an object of `kind`, into the form that it is stored in: checks the JSON type of every
 * field, drops what the kind does not have, nulls (they mean "not given") and fields that are as good as empty, and
 * fills in a missing kind and apiVersion. Changes `body` in place and answers it; `unknown` takes the paths of the fields that were dropped,
 * `spec.containers[0].imagee`. Throws BadRequest in the words of kube-apiserver.
 */
export const decode = <T extends Resource>(kind: Kind<T>, body: unknown, unknown: string[] = []): Draft<T> =>
  read(kind, body, { unknown, edit: 'as stored' })

/** Takes a configuration that is applied: as `decode`, but with what is empty, which is claimed as well. */
export const decodeConfiguration = <T extends Resource>(
  kind: Kind<T>,
  body: unknown,
  unknown: string[],
): Draft<T> => read(kind, body, { unknown, edit: 'as given' })

/** What was put together of other objects, in the form that is stored; in place. */
export const normalize = (kind: Kind, object: object): void => {
  check(kind, object as Record<string, unknown>, { unknown: [], edit: 'as stored' })
}

const read = <T extends Resource>(kind: Kind<T>, body: unknown, visit: Visit): Draft<T> => {
  const fail = (name: string, why: string) =>
    badRequest(`${name} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${why}`)
  if (!isObject(body)) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind.kind}): it is no JSON object`,
    )
  }
  body.kind ??= kind.kind
  body.apiVersion ??= apiVersionOf(kind)
  if (body.kind !== kind.kind) {
    const name = `${kind.version}.${textOf(body.kind)}`
    const internal = `${kind.group.split('.', 1)[0] || 'core'}.${kind.kind}`
    throw fail(textOf(body.kind), `converting (${name}) to (${internal}): unknown conversion`)
  }
  if (body.apiVersion !== apiVersionOf(kind)) {
    throw badRequest(
      `the API version in the data (${textOf(body.apiVersion)}) does not match the expected API version (${apiVersionOf(kind)})`,
    )
  }
  const wrong = check(kind, body, visit)
  if (wrong !== undefined) throw fail(kind.kind, wrong)
  body.metadata ??= {}
  // The one place where JSON becomes a typed object: its fields have just been checked.
  return body as unknown as Draft<T>
}

/** The paths of the fields that the kind does not have, `spec.containers[0].imagee`; `object` stays as it is. */
export const unknownFields = (kind: Kind, object: object): string[] => {
  const unknown: string[] = []
  check(kind, object as Record<string, unknown>, { unknown, edit: false })
  return unknown
}

const check = (kind: Kind, body: Record<string, unknown>, visit: Visit): string | undefined => {
  const schema = schemaOf(kind)
  if (schema && !kind.custom) return checkOf(schema)(body, visit)
  // What is known of the kinds of others is that they have metadata; the rest is checked when it is complete.
  const { metadata } = body
  kind.custom?.prune(visit.edit ? body : structuredClone(body), visit.unknown)
  foreign ??= { type: 'object', properties: { metadata: schemaOf(aKind)?.properties?.metadata ?? {} } }
  return checkOf(foreign)({ metadata }, visit)
}

const aKind = { group: '', version: 'v1', kind: 'Namespace' }
let foreign: Schema | undefined

/** Anything may stand where a name belongs; String() would call a `toString` that the client has sent. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
