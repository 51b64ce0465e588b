import type { Resource, ResourceList } from '../resource.ts'
import type { LegacyKind } from './legacy-kind.ts'
import { revision, selfLink } from './metadata.ts'
import { omitUndefined } from './omit.ts'

/** One item of a list: the list says kind and version for all. */
const item = (kind: LegacyKind, object: Resource): object => {
  const { kind: _, apiVersion: __, ...rest } = kind.toLegacy(object) as Record<string, unknown>
  return rest
}

/** The list as v1beta1 shows it, in the order given. */
export const legacyList = (kind: LegacyKind, list: ResourceList<Resource>): object =>
  omitUndefined({
    kind: `${kind.legacyKind}List`,
    creationTimestamp: null,
    selfLink: selfLink(kind.plural),
    resourceVersion: revision(list.metadata.resourceVersion),
    apiVersion: 'v1beta1',
    items: list.items.map(object => item(kind, object)),
  })
