import { conflict, type FieldError, invalid } from '../../api/errors.ts'
import { forbiddenField, invalidValue } from '../../api/field-error.ts'
import type { Kind } from '../../api/kind.ts'
import type { Entry } from '../../api/patch/managed-fields/entries.ts'
import type { Draft, Meta, Resource } from '../../api/resource.ts'
import { type Outcome, released } from './deletion.ts'
import { ensure, saidRevision } from './identity.ts'
import { withEntries } from './ownership.ts'
import { equalPlain } from './plain.ts'

type Parts = { status?: unknown }

const partsOf = (object: object): Parts => object as Parts

const noRevision = invalidValue('metadata.resourceVersion', 0, 'must be specified for an update')

/** A draft that names another revision or another object than the stored one is refused, and one that has to and names none. */
export const checkSame = <T extends Resource>(kind: Kind<T>, { metadata }: Draft<T>, old: Meta): void => {
  const { uid } = metadata
  const resourceVersion = saidRevision(metadata)
  if (uid && uid !== old.uid) {
    throw conflict(
      kind,
      old.name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.uid}`,
    )
  }
  if (resourceVersion && resourceVersion !== old.resourceVersion) throw conflict(kind, old.name)
  if (!resourceVersion && kind.strategy.needsRevision) {
    // Here kube-apiserver names the resource in place of the kind.
    throw invalid({ ...kind, kind: kind.plural }, old.name, [noRevision])
  }
}

/** The draft's metadata with what only the server writes as it was. */
export const carryOver = (draft: Draft<Resource>['metadata'], old: Meta): Meta => {
  const { generateName, labels, annotations, ownerReferences, finalizers } = draft
  const { name, namespace, uid, resourceVersion, creationTimestamp } = old
  const { deletionTimestamp, deletionGracePeriodSeconds, generation } = old
  const all = {
    name,
    generateName,
    namespace,
    uid,
    resourceVersion,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    generation,
    labels,
    annotations,
    ownerReferences,
    finalizers,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as Meta
}

/** An object on its way out takes no new finalizers: they could hold it for ever. */
export const checkFinalizers = ({ finalizers = [] }: Meta, old: Meta): readonly FieldError[] => {
  if (old.deletionTimestamp === undefined) return []
  const added = finalizers.filter(each => !old.finalizers?.includes(each))
  if (added.length === 0) return []
  const shown = `[]string{${added.map(each => JSON.stringify(each)).join(', ')}}`
  return [
    forbiddenField(
      'metadata.finalizers',
      `no new finalizers can be added if the object is being deleted, found new finalizers ${shown}`,
    ),
  ]
}

/** Who owns what of the object that a write makes. */
export type Owners<T extends Resource> = (next: T) => readonly Entry[]

/** What a generation counts the changes of: all but metadata, and but a status that is written for itself. */
const counted = <T extends Resource>({ subresources }: Kind<T>, object: T): object => {
  const { metadata: _, ...all } = object
  const { status: __, ...rest } = all as Parts
  return subresources.includes('status') ? rest : all
}

/** Counts what the write changes, in place. */
export const countChange = <T extends Resource>(kind: Kind<T>, next: T, old: T): void => {
  const { generation } = old.metadata
  if (generation !== undefined && !equalPlain(counted(kind, next), counted(kind, old))) {
    Object.assign(next.metadata, { generation: generation + 1 })
  }
}

/** What a PUT of the draft does to the object. The draft is used up. */
export const replacement = <T extends Resource>(
  kind: Kind<T>,
  draft: Draft<T>,
  old: T,
  owners: Owners<T>,
): Outcome<T> => {
  checkSame(kind, draft, old.metadata)
  const metadata = carryOver(draft.metadata, old.metadata)
  const next = { ...draft, apiVersion: old.apiVersion, kind: old.kind, metadata } as unknown as T
  if (kind.subresources.includes('status')) {
    const { status } = partsOf(old)
    if (status === undefined) delete partsOf(next).status
    else partsOf(next).status = status
  }
  kind.strategy.default?.(next as unknown as Draft<T>)
  kind.strategy.prepareUpdate?.(next, old)
  ensure(kind, metadata.name, [
    ...checkFinalizers(next.metadata, old.metadata),
    ...(kind.strategy.validate?.(next, old) ?? []),
    ...(kind.strategy.validateUpdate?.(next, old) ?? []),
  ])
  countChange(kind, next, old)
  return { type: released(kind, next) ? 'remove' : 'put', object: withEntries(next, owners(next)) }
}
