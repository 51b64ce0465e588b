import { randomInt } from 'node:crypto'
import { badRequest, type FieldError, invalid } from '../../api/errors.ts'
import { invalidValue, required } from '../../api/field-error.ts'
import type { Kind } from '../../api/kind.ts'
import { type Draft, keyOf, type Ref, type Resource } from '../../api/resource.ts'
import { dnsSubdomain } from '../../api/validation/names.ts'

// Without vowels and look-alikes, as kube-apiserver: no words come out.
const letters = 'bcdfghjklmnpqrstvwxz2456789'
const longestBase = 58

const suffix = (): string => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('')

/** A new name that begins with `base`. */
export const generateName = (base: string): string => base.slice(0, longestBase) + suffix()

/** Names that any API version refuses: they would not fit into a path or a key of the store. */
const pathSegment = (name: string): string | undefined => {
  if (name === '.' || name === '..') return `may not be '${name}'`
  const bad = ['/', '%', '\0'].find(each => name.includes(each))
  return bad && `may not contain '${bad}'`
}

/** What is wrong with the object's name. `lenient` takes the names of v1beta1, which may hold capitals. */
export const checkName = <T extends Resource>(
  kind: Kind<T>,
  name: string | undefined,
  lenient: boolean,
): readonly FieldError[] => {
  if (!name) return [required('metadata.name', 'name or generateName is required')]
  const segment = pathSegment(name)
  if (segment) return [invalidValue('metadata.name', name, segment)]
  if (lenient)
    return name.length > 253
      ? [invalidValue('metadata.name', name, 'must be no more than 253 characters')]
      : []
  const wrong = kind.strategy.validateName ? kind.strategy.validateName(name) : dnsSubdomain(name)[0]
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

export const keyIn = (kind: Kind, ref: Ref): string => keyOf(normalRef(kind, ref))

/** Throws Invalid when there is something wrong. */
export const ensure = (kind: Kind, name: string | undefined, errors: readonly FieldError[]): void => {
  if (errors.length > 0) throw invalid(kind, name ?? '', errors)
}
