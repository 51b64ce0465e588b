import type { ObjectMeta, OwnerReference } from 'kubernetes-types/meta/v1'
import { invalidValue, tooLong } from '../field-error.ts'
import { foregroundDeletion, orphanDependents } from '../propagation.ts'
import type { Meta } from '../resource.ts'
import { qualifiedName } from './names.ts'
import { checkLabels, checkText, type Errors } from './values.ts'

const annotationBytes = 256 * 1024

/** Labels, annotations and the like. Not the object's name: how that must look is a matter of the API version. */
export const checkMetadata = (metadata: ObjectMeta, field = 'metadata'): Errors => [
  ...checkLabels(`${field}.labels`, metadata.labels),
  ...checkAnnotations(`${field}.annotations`, metadata.annotations ?? {}),
  ...(metadata.finalizers ?? []).flatMap((each, i) =>
    checkText(`${field}.finalizers[${i}]`, each, qualifiedName),
  ),
  ...checkPropagation(`${field}.finalizers`, metadata.finalizers ?? []),
  ...checkOwners(`${field}.ownerReferences`, metadata.ownerReferences ?? []),
]

const checkPropagation = (field: string, finalizers: readonly string[]): Errors => {
  const both = [orphanDependents, foregroundDeletion]
  if (!both.every(each => finalizers.includes(each))) return []
  return [invalidValue(field, finalizers, `finalizer ${both.join(' and ')} cannot be both set`)]
}

/** As in kube-apiserver, an error does not say which of the owners it is. */
const checkOwners = (field: string, owners: readonly OwnerReference[]): Errors => {
  const [first, second] = owners.filter(({ controller }) => controller)
  return [
    ...owners.flatMap(owner => [
      ...(owner.apiVersion
        ? []
        : [invalidValue(`${field}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty')]),
      ...(['kind', 'name', 'uid'] as const)
        .filter(member => !owner[member])
        .map(member => invalidValue(`${field}.${member}`, '', 'must not be empty')),
    ]),
    ...(first && second
      ? [
          invalidValue(
            field,
            owners,
            `Only one reference can have Controller set to true. Found "true" in references for ${first.kind}/${first.name} and ${second.kind}/${second.name}`,
          ),
        ]
      : []),
  ]
}

const checkAnnotations = (field: string, annotations: Readonly<Record<string, string>>): Errors => {
  const entries = Object.entries(annotations)
  const size = entries.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  )
  return [
    // Prefixes of annotations may hold capitals, other than those of labels.
    ...entries.flatMap(([key]) => checkText(field, key, text => qualifiedName(text.toLowerCase()))),
    ...(size > annotationBytes ? [tooLong(field, '', annotationBytes)] : []),
  ]
}

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
