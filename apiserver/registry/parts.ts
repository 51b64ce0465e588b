import type { Kind, SubresourceWrite } from '../../api/kind.ts'
import type { Draft, Meta, Resource } from '../../api/resource.ts'
import { checkMetadata } from '../../api/validation/metadata.ts'
import { type Outcome, released } from './deletion.ts'
import { ensure } from './identity.ts'
import { type Author, type PartAuthor, withEntries } from './ownership.ts'
import { copyPlain } from './plain.ts'
import { timestamp } from './timestamp.ts'
import { carryOver, checkFinalizers, checkSame, countChange, type Owners } from './update.ts'

/** Paths of an object by which a part of it is written, in the object's own form. */
const parts = ['status', 'approval', 'ephemeralcontainers'] as const
export type Part = (typeof parts)[number]

export const isPart = (subresource: Author['subresource']): subresource is Part =>
  parts.some(each => each === subresource)

type Parts = { spec?: { ephemeralContainers?: unknown }; status?: unknown }

const partsOf = (object: object): Parts => object as Parts

/** What a write of the status makes of the metadata. */
const metadataOfStatus = (
  { strategy: { statusKeeps = [] } }: Kind,
  draft: Draft<Resource>['metadata'],
  old: Meta,
): Meta => {
  if (statusKeeps === 'metadata') return old
  const kept = Object.fromEntries(statusKeeps.map(field => [field, old[field]]))
  return carryOver({ ...draft, ...kept }, old)
}

/** Of a write to `/status` or to `/approval` the status is taken, and what the kind does not keep of the metadata. */
const withStatus = <T extends Resource>(kind: Kind<T>, draft: Draft<T>, write: SubresourceWrite<T>): T => {
  const { old } = write
  const { status } = partsOf(draft)
  const metadata = metadataOfStatus(kind, draft.metadata, old.metadata)
  const next = { ...old, metadata, status: status ?? {} } as T
  kind.strategy.prepareStatus?.(next, write)
  return next
}

/** Of a write to `/ephemeralcontainers` nothing but these is taken. */
const withEphemeralContainers = <T extends Resource>(
  kind: Kind<T>,
  draft: Draft<T>,
  { old }: SubresourceWrite<T>,
): T => {
  const { ephemeralContainers: _, ...spec } = partsOf(old).spec ?? {}
  const { ephemeralContainers } = partsOf(draft).spec ?? {}
  const next = copyPlain({
    ...old,
    spec: { ...spec, ...(ephemeralContainers ? { ephemeralContainers } : {}) },
  }) as T
  kind.strategy.default?.(next as unknown as Draft<T>)
  countChange(kind, next, old)
  return next
}

/** What a PUT to the path of a part does. */
export const partReplacement = <T extends Resource>(
  kind: Kind<T>,
  draft: Draft<T>,
  old: T,
  { subresource, now }: PartAuthor & { readonly subresource: Part },
  owners: Owners<T>,
): Outcome<T> => {
  checkSame(kind, draft, old.metadata)
  const write = { subresource, old, now: timestamp(now) }
  const next =
    subresource === 'ephemeralcontainers'
      ? withEphemeralContainers(kind, draft, write)
      : withStatus(kind, draft, write)
  ensure(kind, old.metadata.name, [
    ...checkMetadata(next.metadata),
    ...checkFinalizers(next.metadata, old.metadata),
    ...(kind.strategy.validateSubresource?.(next, write) ?? []),
  ])
  return { type: released(kind, next) ? 'remove' : 'put', object: withEntries(next, owners(next)) }
}
