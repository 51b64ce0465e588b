import type { ObjectMeta } from 'kubernetes-types/meta/v1'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import type { Entry } from '../../api/patch/managed-fields/entries.ts'
import type { Draft, Resource } from '../../api/resource.ts'
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
  // Most clients say none of it, and a deletion costs even where there is nothing to delete.
  for (const field of serverFields) if (field in metadata) delete metadata[field]
  const name = metadata.name || (metadata.generateName ? generateName(metadata.generateName) : '')
  draft.metadata = { ...metadata, name, uid }
  kind.strategy.default?.(draft)
  // What the server fills in from here on is nobody's.
  const managedFields = owners(draft)
  kind.strategy.prepareCreate?.(draft)
  const { status, ...object } = draft
  return Object.assign(object, {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: newMetadata(kind, draft.metadata, now, managedFields),
    ...(status !== undefined && { status }),
  }) as unknown as T
}

/** In the order in which Kubernetes shows it. */
const newMetadata = (
  kind: Kind,
  { name, generateName, namespace, uid, ...rest }: ObjectMeta,
  now: number,
  managedFields: readonly Entry[],
): object => {
  const metadata: Record<string, unknown> = { name }
  if (generateName) metadata.generateName = generateName
  if (namespace) metadata.namespace = namespace
  metadata.uid = uid
  if (kind.generations) metadata.generation = 1
  metadata.creationTimestamp = timestamp(now)
  Object.assign(metadata, rest)
  if (managedFields.length > 0) metadata.managedFields = managedFields
  return metadata
}

/** What a client cannot say about an object that it creates. Of its revision the writer decides. */
const serverFields = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'selfLink',
  'managedFields',
] as const
