import type { ObjectMeta, OwnerReference } from 'kubernetes-types/meta/v1'
import { invalidValue, tooLong } from '../field-error.ts'
import { foregroundDeletion, orphanDependents } from '../propagation.ts'
import type { Meta } from '../resource.ts'
import { type Check, qualifiedName } from './names.ts'
import { checkEach, checkEntries, checkLabels, checkText, type Errors, errorsOf } from './values.ts'

const annotationBytes = 256 * 1024

/** Labels, annotations and the like. Not the object's name: how that must look is a matter of the API version. */
export const checkMetadata = (metadata: ObjectMeta, field = 'metadata'): Errors =>
  errorsOf(
    metadata.labels && checkLabels(`${field}.labels`, metadata.labels),
    metadata.annotations && checkAnnotations(`${field}.annotations`, metadata.annotations),
    metadata.finalizers && checkFinalizers(`${field}.finalizers`, metadata.finalizers),
    metadata.ownerReferences && checkOwners(`${field}.ownerReferences`, metadata.ownerReferences),
  )

const checkFinalizers = (field: string, finalizers: readonly string[]): Errors =>
  errorsOf(
    checkEach(field, finalizers, (at, each) => checkText(at, each, qualifiedName)),
    propagations.every(each => finalizers.includes(each)) &&
      invalidValue(field, finalizers, `finalizer ${propagations.join(' and ')} cannot be both set`),
  )

const propagations = [orphanDependents, foregroundDeletion]

/** As in kube-apiserver, an error does not say which of the owners it is. */
const checkOwners = (field: string, owners: readonly OwnerReference[]): Errors => {
  const [first, second] = owners.filter(({ controller }) => controller)
  return errorsOf(
    checkEach(field, owners, (_, owner) =>
      errorsOf(
        !owner.apiVersion &&
          invalidValue(`${field}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty'),
        !owner.kind && invalidValue(`${field}.kind`, '', 'must not be empty'),
        !owner.name && invalidValue(`${field}.name`, '', 'must not be empty'),
        !owner.uid && invalidValue(`${field}.uid`, '', 'must not be empty'),
      ),
    ),
    first &&
      second &&
      invalidValue(
        field,
        owners,
        `Only one reference can have Controller set to true. Found "true" in references for ${first.kind}/${first.name} and ${second.kind}/${second.name}`,
      ),
  )
}

const checkAnnotations = (field: string, annotations: Readonly<Record<string, string>>): Errors => {
  let size = 0
  const errors = checkEntries(annotations, (key, value) => {
    size += Buffer.byteLength(key) + Buffer.byteLength(value)
    return checkText(field, key, annotationKey)
  })
  return errorsOf(errors, size > annotationBytes && tooLong(field, '', annotationBytes))
}

/** Prefixes of annotations may hold capitals, other than those of labels. */
const annotationKey: Check = text => qualifiedName(text.toLowerCase())

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Carries over the metadata that only the API server writes. */
export const keepServerMetadata = (draft: Meta, old: Meta): void => {
  keep(draft, old, 'uid')
  keep(draft, old, 'creationTimestamp')
  keep(draft, old, 'deletionTimestamp')
  keep(draft, old, 'deletionGracePeriodSeconds')
}

/** Drops the metadata that only the API server writes. */
export const clearServerMetadata = (draft: Writable<ObjectMeta>): void => {
  delete draft.deletionTimestamp
  delete draft.deletionGracePeriodSeconds
}

/** Makes `draft` have `key` just as `old` has it. */
export const keep = <T extends object>(draft: Writable<T>, old: T, key: keyof T): void => {
  if (old[key] === undefined) delete draft[key]
  else draft[key] = old[key]
}
