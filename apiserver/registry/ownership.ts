import { apiVersionOf, type Kind, type SubresourceWrite } from '../../api/kind.ts'
import { type Entry, entriesOf, type Manager, readEntries } from '../../api/patch/managed-fields/entries.ts'
import { trackCreate, trackUpdate } from '../../api/patch/managed-fields/track.ts'
import type { Draft, Resource } from '../../api/resource.ts'
import { schemaOf } from '../../api/schema/schema.ts'
import { timestamp } from './timestamp.ts'

/** Who writes, and when: what `metadata.managedFields` tells of a write. */
export interface Author {
  /** Left out for this process itself. What it makes is tracked by nobody, until somebody applies to it. */
  readonly manager: string | undefined
  readonly subresource?: SubresourceWrite<Resource>['subresource'] | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Who writes only a part. */
export type PartAuthor = Author & { readonly subresource: NonNullable<Author['subresource']> }

/** What this process is called where it changes what others own. */
const ownName = 'kubernetes-mesos'

export const managerOf = (kind: Kind, { manager = ownName, subresource }: Author): Manager => ({
  manager,
  apiVersion: apiVersionOf(kind),
  subresource,
})

/** The object with these entries in its metadata; without any, it has no such field. */
export const withEntries = <T extends Pick<Resource, 'metadata'>>(
  object: T,
  entries: readonly Entry[],
): T => {
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata: entries.length > 0 ? { ...metadata, managedFields: entries } : metadata }
}

/** Who owns what of a new object, as far as its maker has said or defaults have filled it in. */
export const ownersOfNew = <T extends Resource>(
  kind: Kind<T>,
  draft: Draft<T>,
  author: Author,
): readonly Entry[] => {
  if (author.manager === undefined) return []
  // The first status is the server's.
  const told =
    draft.status !== undefined && kind.subresources.includes('status')
      ? { ...draft, status: undefined }
      : draft
  return trackCreate(told, schemaOf(kind), managerOf(kind, author), timestamp(author.now))
}

/** Who owns what after a plain write; `given` is what the client has sent for the entries. */
export const ownersAfter = <T extends Resource>(
  kind: Kind<T>,
  old: T,
  next: T,
  author: Author,
  given?: unknown,
): readonly Entry[] => {
  const entries = readEntries(given) ?? entriesOf(old.metadata.managedFields)
  if (author.manager === undefined && entries.length === 0) return []
  return trackUpdate(entries, old, next, schemaOf(kind), managerOf(kind, author), timestamp(author.now))
}
