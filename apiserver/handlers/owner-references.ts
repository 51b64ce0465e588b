import type { Draft, Resource } from '../../api/resource.ts'
import { equalPlain } from '../registry/plain.ts'

/**
 * Takes owner references out of the draft that are there already; a warning that tells of them, if there are any.
 * `patched` has the words for what a patch has made.
 */
export const withoutDuplicateOwners = (
  { metadata }: Pick<Draft<Resource>, 'metadata'>,
  patched: '' | ' after mutating admission happens' = '',
): string | undefined => {
  const { ownerReferences: all = [] } = metadata
  const [first, second] = all
  if (!first || !second) return undefined
  const isFirst = (each: object, index: number): boolean =>
    all.findIndex(other => equalPlain(other, each)) === index
  const duplicates = all.filter((each, index) => !isFirst(each, index))
  if (duplicates.length === 0) return undefined
  metadata.ownerReferences = all.filter(isFirst)
  return (
    `.metadata.ownerReferences contains duplicate entries${patched}; API server dedups owner references in 1.20+, and ` +
    'may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ' +
    `[${duplicates.map(({ uid }) => uid).join(' ')}]`
  )
}
