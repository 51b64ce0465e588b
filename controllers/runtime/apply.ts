import { isStatus } from '../../api/errors.ts'
import { type Kind, resourceOf } from '../../api/kind.ts'
import type { Draft, Resource } from '../../api/resource.ts'
import { merge } from './merge.ts'
import { controllerOf } from './owner.ts'
import type { Writer } from './writer.ts'

interface Known<T extends Resource> {
  /** From the cache. */
  readonly current: T | undefined
  /** From the API, when the cache turns out to be behind. */
  readonly fetch: () => Promise<T>
}

/** Makes one object be as drafted. */
export const apply = async <T extends Resource>(
  writer: Writer,
  kind: Kind<T>,
  draft: Draft<T>,
  { current, fetch }: Known<T>,
): Promise<T> => {
  if (current) return change(writer, kind, draft, current)
  try {
    return await writer.create(kind, draft)
  } catch (error) {
    if (!isStatus(error, 'AlreadyExists')) throw error
    return change(writer, kind, draft, await fetch())
  }
}

const change = async <T extends Resource>(
  writer: Writer,
  kind: Kind<T>,
  draft: Draft<T>,
  current: T,
): Promise<T> => {
  const { labels, annotations } = draft.metadata
  const ownerReferences = withOwners(kind, draft.metadata, current)
  const metadata = { labels, annotations, ownerReferences }
  // The status is for others to write, and what names the object is the same.
  const unchanged = { apiVersion: undefined, kind: undefined, status: undefined }
  const next = merge(current, { ...draft, ...unchanged, metadata }) as T
  return next === current ? current : writer.update(kind, next)
}

/** Owners add up; only the one that controls may there be no other of. Undefined when nothing is to change. */
const withOwners = (
  kind: Kind<never>,
  { ownerReferences: wanted = [] }: Draft<Resource>['metadata'],
  current: Resource,
) => {
  const present = current.metadata.ownerReferences ?? []
  const missing = wanted.filter(({ uid }) => !present.some(owner => owner.uid === uid))
  if (missing.length === 0) return undefined
  const controller = controllerOf(current)
  if (controller && missing.some(owner => owner.controller)) {
    const { name } = current.metadata
    throw new Error(
      `${resourceOf(kind)} ${name} is controlled by ${controller.kind} ${controller.name} already`,
    )
  }
  return [...present, ...missing]
}
