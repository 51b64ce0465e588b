import type { Client } from '../../api/client.ts'
import { isStatus } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import { orphanDependents } from '../../api/propagation.ts'
import { type Resource, refOf } from '../../api/resource.ts'
import { type Entry, inBatches, type MetadataFeed } from '../metadata/index.ts'
import type { Context } from '../runtime/index.ts'
import { live, removeFinalizer } from './live.ts'

/**
 * Frees the dependents of an owner that is deleted, then lets it go. They are asked for and not read from the graph: one
 * that it does not know yet, made just before the deletion, would be left with an owner that is gone, and be collected.
 */
export const orphan = async (owner: Entry, { kinds }: MetadataFeed, { client }: Context): Promise<void> => {
  const now = await live(client, owner.kind, owner)
  if (!now?.metadata.finalizers?.includes(orphanDependents)) return
  const { namespace, uid } = owner
  const reached = namespace ? kinds.filter(({ namespaced }) => namespaced) : kinds
  await inBatches(reached, async kind => {
    const { items } = await client.list(kind, { ...(namespace && { namespace }), metadataOnly: true })
    await inBatches(
      items.filter(object => isOwnedBy(object, uid)),
      dependent => free(client, kind, dependent, uid),
    )
  })
  await removeFinalizer(client, owner.kind, owner, orphanDependents)
}

const isOwnedBy = ({ metadata }: Resource, uid: string): boolean =>
  metadata.ownerReferences?.some(owner => owner.uid === uid) === true

/** Tries for an object that others keep writing. */
const tries = 5

const free = async (client: Client, kind: Kind, dependent: Resource, uid: string): Promise<void> => {
  let current: Resource | undefined = dependent
  for (let left = tries; current && isOwnedBy(current, uid); left--) {
    try {
      await withoutOwners(client, kind, current, new Set([uid]))
      return
    } catch (error) {
      if (isStatus(error, 'NotFound')) return
      if (left === 1 || !isStatus(error, 'Conflict')) throw error
      current = await live(client, kind, { ...refOf(current), uid: current.metadata.uid })
    }
  }
}

/** Takes owner references off an object; Conflict when it is not as given any more. */
export const withoutOwners = async (
  client: Client,
  kind: Kind,
  object: Resource,
  uids: ReadonlySet<string>,
): Promise<void> => {
  const { uid, resourceVersion, ownerReferences = [] } = object.metadata
  const rest = ownerReferences.filter(owner => !uids.has(owner.uid))
  await client.patch(kind, refOf(object), {
    metadata: { uid, resourceVersion, ownerReferences: rest.length > 0 ? rest : null },
  })
}
