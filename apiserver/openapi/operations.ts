import { apiVersionOf, type Kind, listKindOf } from '../../api/kind.ts'
import { subresourcesOf, verbsOf } from '../handlers/api-resources.ts'
import type { ParameterName } from './parameters.ts'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type GroupVersionKind = Pick<Kind, 'group' | 'version' | 'kind'>

/** A request that a kind's paths answer, as OpenAPI documents tell of it. */
export interface Operation {
  readonly path: string
  readonly method: Method
  /** Kubernetes' word for it: `list`, `deletecollection`. */
  readonly action: string
  readonly id: string
  readonly tag: string
  readonly kind: GroupVersionKind
  /** Of the query. */
  readonly parameters: readonly ParameterName[]
  /** The media types of a PATCH's body. */
  readonly patches: readonly string[]
  /** The kind of the body; a patch has none. */
  readonly body?: GroupVersionKind
  readonly answer: GroupVersionKind
}

const meta = (kind: string): GroupVersionKind => ({ group: '', version: 'v1', kind })

const list = [
  'limit',
  'continue',
  'labelSelector',
  'fieldSelector',
  'resourceVersion',
  'resourceVersionMatch',
] as const
const watch = ['watch', 'allowWatchBookmarks', 'sendInitialEvents', 'timeoutSeconds'] as const
const write = ['dryRun', 'fieldManager', 'fieldValidation'] as const
const remove = ['dryRun', 'gracePeriodSeconds', 'propagationPolicy'] as const

/** By verb: how it is asked for. */
const verbs: Readonly<
  Record<string, { method: Method; one: boolean; action: string; query: readonly ParameterName[] }>
> = {
  list: { method: 'get', one: false, action: 'list', query: [...list, ...watch] },
  create: { method: 'post', one: false, action: 'post', query: write },
  deletecollection: {
    method: 'delete',
    one: false,
    action: 'deletecollection',
    query: [...list, ...remove],
  },
  get: { method: 'get', one: true, action: 'get', query: ['resourceVersion'] },
  update: { method: 'put', one: true, action: 'put', query: write },
  patch: { method: 'patch', one: true, action: 'patch', query: [...write, 'force'] },
  delete: { method: 'delete', one: true, action: 'delete', query: remove },
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Every operation on objects of a kind. */
export const operationsOf = (kind: Kind): readonly Operation[] => {
  const { group, version, plural, namespaced } = kind
  const base = group ? `/apis/${apiVersionOf(kind)}` : `/api/${version}`
  const everywhere = `${base}/${plural}`
  const all = namespaced ? `${base}/namespaces/{namespace}/${plural}` : everywhere
  const groupName = group.split('.', 1)[0] || 'core'
  const prefix = `${capital(groupName)}${capital(version)}${namespaced ? 'Namespaced' : ''}${kind.kind}`
  const tag = `${groupName}_${version}`

  // Clients choose by that how to patch.
  const patches = kind.custom ? patchTypes.filter(each => !each.includes('strategic')) : patchTypes

  const operation = (verb: string, path: string, of: GroupVersionKind, suffix = ''): Operation[] => {
    const how = verbs[verb]
    if (!how) return []
    const { method, action, query } = how
    const own = { group: of.group, version: of.version, kind: of.kind }
    const listed = action === 'list' && { ...own, kind: listKindOf(kind) }
    const removed = method === 'delete' && { body: meta('DeleteOptions'), answer: meta('Status') }
    const written = (method === 'post' || method === 'put') && { body: own }
    const id = `${verb}${prefix}${suffix}`
    const base = {
      path,
      method,
      action,
      id,
      tag,
      kind: own,
      parameters: query,
      patches,
      answer: listed || own,
    }
    return [{ ...base, ...written, ...removed }]
  }

  return [
    ...verbsOf(kind).flatMap(verb => operation(verb, verbs[verb]?.one ? `${all}/{name}` : all, kind)),
    ...(namespaced && verbsOf(kind).includes('list')
      ? operation('list', everywhere, kind, 'ForAllNamespaces')
      : []),
    ...subresourcesOf(kind).flatMap(({ name, answers, verbs }) =>
      // What is behind a proxy has documents of its own.
      (name === 'proxy' ? [] : verbs).flatMap(verb =>
        operation(verb, `${all}/{name}/${name}`, answers, capital(name)),
      ),
    ),
  ]
}

/** Operations by their paths. */
export const byPath = (operations: readonly Operation[]): Map<string, Operation[]> => {
  const paths = new Map<string, Operation[]>()
  for (const each of operations) paths.set(each.path, [...(paths.get(each.path) ?? []), each])
  return paths
}

export const extensions = ({ action, kind }: Operation) => ({
  'x-kubernetes-action': action,
  'x-kubernetes-group-version-kind': kind,
})

const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
] as const
