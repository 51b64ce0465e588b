import type { Hono } from 'hono'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import { Binding, Namespace, Service } from '../../api/kinds/index.ts'
import { sendObject } from './reply.ts'
import type { Env, Request } from './request.ts'

/** What clients of kube-apiserver may expect of us is what version 1.20 did. */
const version = {
  major: '1',
  minor: '20',
  gitVersion: 'v1.20.0+mesos',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
}

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'update', 'watch']

/** As in kube-apiserver, these cannot be deleted all at once. */
export const oneByOne: readonly Kind[] = [Namespace, Service]

const verbsOf = (kind: Kind): readonly string[] => {
  if (kind === Binding) return ['create']
  return oneByOne.includes(kind) ? verbs.filter(verb => verb !== 'deletecollection') : verbs
}

const subresourcesOf = (kind: Kind): object[] =>
  kind.subresources.map(name => ({
    name: `${kind.plural}/${name}`,
    singularName: '',
    namespaced: kind.namespaced,
    ...(name === 'scale' && { group: 'autoscaling', version: 'v1' }),
    kind: name === 'scale' ? 'Scale' : name === 'binding' ? 'Binding' : kind.kind,
    verbs: name === 'binding' ? ['create'] : ['get', 'update'],
  }))

const resourcesOf = (kinds: readonly Kind[]): object[] =>
  kinds
    .toSorted((a, b) => (a.plural < b.plural ? -1 : 1))
    .flatMap(kind => [
      {
        name: kind.plural,
        singularName: kind === Binding ? '' : kind.singular,
        namespaced: kind.namespaced,
        kind: kind.kind,
        verbs: verbsOf(kind),
        ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
        ...(kind.categories.length > 0 && { categories: kind.categories }),
      },
      ...subresourcesOf(kind),
    ])

const groupBy = (kinds: readonly Kind[], by: (kind: Kind) => string): Map<string, Kind[]> => {
  const groups = new Map<string, Kind[]>()
  for (const kind of kinds) groups.set(by(kind), [...(groups.get(by(kind)) ?? []), kind])
  return groups
}

/** `/api`, `/apis` and what is below them, read from the table of kinds. */
export const routeDiscovery = (
  app: Hono<Env>,
  kinds: readonly Kind[],
  legacyVersions: readonly string[],
): void => {
  const groups = groupBy(kinds, apiVersionOf)
  const serve = (path: string, object: object) => app.get(path, c => sendObject(c, 200, object))
  const address = (c: Request): string => c.req.header('host') ?? ''
  app.get('/api', c =>
    sendObject(c, 200, {
      kind: 'APIVersions',
      versions: ['v1', ...legacyVersions],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address(c) }],
    }),
  )
  const apiGroups = [
    ...groupBy(
      kinds.filter(({ group }) => group),
      ({ group }) => group,
    ),
  ].map(([name, members]) => {
    const versions = [...new Set(members.map(({ version }) => version))].map(each => ({
      groupVersion: `${name}/${each}`,
      version: each,
    }))
    return { name, versions, preferredVersion: versions[0] }
  })
  serve('/apis', { kind: 'APIGroupList', apiVersion: 'v1', groups: apiGroups })
  for (const group of apiGroups)
    serve(`/apis/${group.name}`, { kind: 'APIGroup', apiVersion: 'v1', ...group })
  for (const [groupVersion, members] of groups) {
    const path = groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`
    serve(path, { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: resourcesOf(members) })
  }
  serve('/version', version)
}
