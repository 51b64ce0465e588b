import { badRequest } from '../../api/errors.ts'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import type { Entry } from '../../api/patch/managed-fields/entries.ts'
import type { Draft, Meta, Resource } from '../../api/resource.ts'
import { generateName } from './identity.ts'
import { timestamp } from './timestamp.ts'

/** Who owns what of an object that is being made, as far as its maker has said or defaults have filled it in. */
export type DraftOwners<T extends Resource> = (draft: Draft<T>) => readonly Entry[]

/** The object that a POST of the draft makes, not yet validated. The draft is used up. */
export const newObject = <T extends Resource>(
  kind: Kind<T>,
  draft: Draft<T>,
  { uid, now }: { readonly uid: string; readonly now: number },
  owners: DraftOwners<T>,
): T => {
  const { metadata } = draft
  if (metadata.resourceVersion) {
    throw badRequest('resourceVersion should not be set on objects to be created')
  }
  // Most clients say none of it, and a deletion costs even where there is nothing to delete.
  for (const field of serverFields) if (field in metadata) delete metadata[field]
  const name = metadata.name || (metadata.generateName ? generateName(metadata.generateName) : '')
  draft.metadata = { ...metadata, name, uid }
  kind.strategy.default?.(draft)
  // What the server fills in from here on is nobody's.
  const managedFields = owners(draft)
  kind.strategy.prepareCreate?.(draft)
  const { name: _, uid: __, generateName: base, namespace, ...rest } = draft.metadata
  const { status, ...others } = draft
  return {
    ...others,
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: {
      name,
      ...(base && { generateName: base }),
      ...(namespace && { namespace }),
      uid,
      ...(kind.generations && { generation: 1 }),
      creationTimestamp: timestamp(now),
      ...rest,
      ...(managedFields.length > 0 && { managedFields }),
    } as Meta,
    ...(status !== undefined && { status }),
  } as unknown as T
}

/** What a client cannot say about an object that it creates. */
const serverFields = [
  'resourceVersion',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'selfLink',
  'managedFields',
] as const
