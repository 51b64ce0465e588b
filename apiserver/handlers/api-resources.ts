import { createHash } from 'node:crypto'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import { Binding, Eviction, Namespace } from '../../api/kinds/index.ts'
import { reviews } from './reviews.ts'

/** What discovery says of a kind's subresource. */
export interface SubresourceInfo {
  readonly name: string
  readonly answers: Pick<Kind, 'group' | 'version' | 'kind'>
  readonly verbs: readonly string[]
}

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

/** As in kube-apiserver, these cannot be deleted all at once. */
export const oneByOne: readonly Kind[] = [Namespace]

/** The same for kinds that are defined by objects, in the order that kube-apiserver tells them in. */
const customVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch']

const createOnly: readonly Kind[] = [Binding, ...reviews]

export const verbsOf = (kind: Kind): readonly string[] => {
  if (createOnly.includes(kind)) return ['create']
  if (kind.custom) return customVerbs
  return oneByOne.includes(kind) ? verbs.filter(verb => verb !== 'deletecollection') : verbs
}

const proxyVerbs = ['create', 'delete', 'get', 'patch', 'update']

const proxyOptions = ({ kind }: Kind) => ({ group: '', version: 'v1', kind: `${kind}ProxyOptions` })

export const subresourcesOf = (kind: Kind): readonly SubresourceInfo[] =>
  kind.subresources.map(name => {
    if (name === 'proxy') return { name, answers: proxyOptions(kind), verbs: proxyVerbs }
    if (name === 'binding') return { name, answers: Binding, verbs: ['create'] }
    if (name === 'eviction') return { name, answers: Eviction, verbs: ['create'] }
    if (name === 'finalize') return { name, answers: kind, verbs: ['update'] }
    const answers = name === 'scale' ? { group: 'autoscaling', version: 'v1', kind: 'Scale' } : kind
    return { name, answers, verbs: ['get', 'patch', 'update'] }
  })

/** Kinds by what `by` says of them, in the order of their first. */
export const grouped = (kinds: readonly Kind[], by: (kind: Kind) => string): Map<string, Kind[]> => {
  const groups = new Map<string, Kind[]>()
  for (const kind of kinds) {
    const members = groups.get(by(kind))
    if (members) members.push(kind)
    else groups.set(by(kind), [kind])
  }
  return groups
}

/** An APIResourceList: the kinds of one version of one group. */
export const resourceList = (groupVersion: string, kinds: readonly Kind[]): object => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources: kinds.toSorted((a, b) => (a.plural < b.plural ? -1 : 1)).flatMap(resourcesOf),
})

/** As kube-apiserver makes it: who knows another one has objects that were stored in another version. */
const storageVersionHash = ({ group, version, kind }: Kind): string =>
  createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64')

const resourcesOf = (kind: Kind): object[] => [
  {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: verbsOf(kind),
    ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(kind.categories.length > 0 && { categories: kind.categories }),
    ...(!createOnly.includes(kind) && { storageVersionHash: storageVersionHash(kind.storage?.kind ?? kind) }),
  },
  ...subresourcesOf(kind).map(({ name, answers, verbs }) => ({
    name: `${kind.plural}/${name}`,
    singularName: '',
    namespaced: kind.namespaced,
    ...(apiVersionOf(answers) !== apiVersionOf(kind) && { group: answers.group, version: answers.version }),
    kind: answers.kind,
    verbs,
  })),
]
