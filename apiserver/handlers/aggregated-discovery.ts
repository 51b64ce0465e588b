import type { Kind } from '../../api/kind.ts'
import { grouped, subresourcesOf, verbsOf } from './api-resources.ts'
import { mediaRanges } from './negotiate.ts'
import { type Tagged, tagged } from './tagged.ts'

type Version = 'v2' | 'v2beta1'

/** Everything there is in one document, in the versions that clients ask for. */
export type AggregatedDiscovery = Readonly<Record<Version, Tagged>>

const responseKind = ({ group, version, kind }: Pick<Kind, 'group' | 'version' | 'kind'>) => ({
  group,
  version,
  kind,
})

const resource = (kind: Kind): object => {
  const subresources = subresourcesOf(kind).map(({ name, answers, verbs }) => ({
    subresource: name,
    responseKind: responseKind(answers),
    verbs,
  }))
  return {
    resource: kind.plural,
    responseKind: responseKind(kind),
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: verbsOf(kind),
    ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(kind.categories.length > 0 && { categories: kind.categories }),
    ...(subresources.length > 0 && { subresources }),
  }
}

const group = ([name, members]: readonly [string, readonly Kind[]]): object => ({
  metadata: { ...(name && { name }), creationTimestamp: null },
  versions: [...grouped(members, ({ version }) => version)].map(([version, kinds]) => ({
    version,
    resources: kinds.toSorted((a, b) => (a.plural < b.plural ? -1 : 1)).map(resource),
    freshness: 'Current',
  })),
})

/** An APIGroupDiscoveryList of these kinds. */
export const aggregated = (kinds: readonly Kind[]): AggregatedDiscovery => {
  const items = [...grouped(kinds, ({ group }) => group)].map(group)
  const list = (version: Version): Tagged => {
    const apiVersion = `apidiscovery.k8s.io/${version}`
    return tagged(
      `${JSON.stringify({ kind: 'APIGroupDiscoveryList', apiVersion, metadata: {}, items })}\n`,
      `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
    )
  }
  return { v2: list('v2'), v2beta1: list('v2beta1') }
}

/** Which of its versions the client prefers to the documents of old, if any. */
export const aggregatedVersion = (accept = ''): Version | undefined => {
  for (const { type, parameters } of mediaRanges(accept)) {
    if (type !== 'application/json' && type !== '*/*') continue
    const { as, g, v } = parameters
    if (as === undefined) return undefined
    if (as !== 'APIGroupDiscoveryList' || g !== 'apidiscovery.k8s.io') continue
    if (v === 'v2' || v === 'v2beta1') return v
  }
  return undefined
}
