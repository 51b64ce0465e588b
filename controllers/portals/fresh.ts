import { isStatus } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import type { Ref, Resource } from '../../api/resource.ts'
import type { Context } from '../runtime/index.ts'

/** The object as it is now: a cache may lag behind, and caches of two kinds do not move together. */
export const fresh = async <T extends Resource>(
  { client }: Context,
  kind: Kind<T>,
  ref: Ref,
): Promise<T | undefined> => {
  try {
    return await client.get(kind, ref)
  } catch (error) {
    if (isStatus(error, 'NotFound')) return undefined
    throw error
  }
}
