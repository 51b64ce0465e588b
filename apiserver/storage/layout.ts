import type { Kind } from '../../api/kind.ts'
import { keyOf, type Ref } from '../../api/resource.ts'

const root = '/registry/'

type Place = Pick<Kind, 'group' | 'plural' | 'storage'>

/** Every key of a kind begins with this: `/registry/pods/`, `/registry/apps/deployments/`. */
export const prefixOf = (kind: Place): string => {
  const { group, plural } = kind.storage?.kind ?? kind
  return group ? `${root}${group}/${plural}/` : `${root}${plural}/`
}

/** The store's key of an object: `/registry/pods/default/nginx`, `/registry/nodes/n1`. */
export const storeKey = (kind: Place, ref: Ref): string => prefixOf(kind) + keyOf(ref)

/** Finds the prefix of a key in a table by prefix; a core kind takes one segment, others take two. */
export const splitKey = <T>(
  key: string,
  byPrefix: ReadonlyMap<string, T>,
): { owner: T; rest: string } | undefined => {
  if (!key.startsWith(root)) return undefined
  for (let end = key.indexOf('/', root.length), depth = 0; end > 0 && depth < 2; depth++) {
    const owner = byPrefix.get(key.slice(0, end + 1))
    if (owner !== undefined) return { owner, rest: key.slice(end + 1) }
    end = key.indexOf('/', end + 1)
  }
  return undefined
}
