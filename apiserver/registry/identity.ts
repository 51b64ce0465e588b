import { randomInt } from 'node:crypto'
import { badRequest, type FieldError, invalid } from '../../api/errors.ts'
import { invalidValue, required } from '../../api/field-error.ts'
import type { Kind } from '../../api/kind.ts'
import type { Draft, Ref, Resource } from '../../api/resource.ts'
import { dnsSubdomain } from '../../api/validation/names.ts'

// Without vowels and look-alikes, as kube-apiserver: no words come out.
const letters = 'bcdfghjklmnpqrstvwxz2456789'
const longestBase = 58

const suffix = (): string => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('')

/** The revision that a client says of an object; like kube-apiserver we take 0 for none. */
export const saidRevision = ({
  resourceVersion,
}: {
  readonly resourceVersion?: unknown
}): string | undefined =>
  typeof resourceVersion === 'string' && resourceVersion !== '' && resourceVersion !== '0'
    ? resourceVersion
    : undefined

/** A new name that begins with `base`. */
export const generateName = (base: string): string => base.slice(0, longestBase) + suffix()

/** v1beta1 took capitals; beyond that a name has to fit into a path and a key of the store. */
const lenientName = (name: string): string | undefined => {
  if (name.length > 253) return 'must be no more than 253 characters'
  return /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name)
    ? undefined
    : "must consist of letters, digits, '-', '_' or '.', and must start and end with a letter or a digit"
}

const strictName = (kind: Kind, name: string): string | undefined =>
  kind.strategy.validateName ? kind.strategy.validateName(name) : dnsSubdomain(name)[0]

/** What is wrong with the object's name. `lenient` takes the names of v1beta1, which may hold capitals. */
export const checkName = <T extends Resource>(
  kind: Kind<T>,
  name: string | undefined,
  lenient: boolean,
): readonly FieldError[] => {
  if (!name) return [required('metadata.name', 'name or generateName is required')]
  const wrong = lenient ? lenientName(name) : strictName(kind, name)
  return wrong ? [invalidValue('metadata.name', name, wrong)] : []
}

/** The draft's name and namespace have to be those of the path. */
export const matchPath = <T extends Resource>(kind: Kind<T>, draft: Draft<T>, ref: Ref): void => {
  const { metadata } = draft
  if (kind.namespaced) {
    metadata.namespace ||= ref.namespace
    if (metadata.namespace !== ref.namespace) {
      throw badRequest(
        'the namespace of the provided object does not match the namespace sent on the request',
      )
    }
  } else {
    delete metadata.namespace
  }
  if (!ref.name) return
  metadata.name ||= ref.name
  if (metadata.name !== ref.name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${ref.name})`,
    )
  }
}

/** The ref with the namespace that the kind wants: 'default' when none is given, none for objects of the cluster. */
export const normalRef = (kind: Kind, ref: Ref): Ref => ({
  namespace: kind.namespaced ? ref.namespace || 'default' : '',
  name: ref.name,
})

/** Throws Invalid when there is something wrong. */
export const ensure = (kind: Kind, name: string | undefined, errors: readonly FieldError[]): void => {
  if (errors.length > 0) throw invalid(kind, name ?? '', errors)
}
