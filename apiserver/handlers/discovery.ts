import type { Hono } from 'hono'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import { type AggregatedDiscovery, aggregated, aggregatedVersion } from './aggregated-discovery.ts'
import { grouped, resourceList } from './api-resources.ts'
import { sendDocument, sendObject } from './reply.ts'
import type { Env, Request } from './request.ts'
import { sendTagged } from './tagged.ts'
import { version } from './version.ts'

const apiGroup = (name: string, members: readonly Kind[]) => {
  const versions = [...grouped(members, ({ version }) => version).keys()].map(each => ({
    groupVersion: `${name}/${each}`,
    version: each,
  }))
  return { name, versions, preferredVersion: versions[0] }
}

/** Answers in one document to those who ask for that, and otherwise as servers always did. */
const either =
  (all: AggregatedDiscovery, plain: (c: Request) => object) =>
  (c: Request): Response => {
    const version = aggregatedVersion(c.req.header('accept'))
    return version ? sendTagged(c, all[version]) : sendObject(c, 200, plain(c))
  }

/** `/api`, `/apis` and what is below them, read from the table of kinds. */
export const routeDiscovery = (
  app: Hono<Env>,
  kinds: readonly Kind[],
  legacyVersions: readonly string[],
): void => {
  const core = kinds.filter(({ group }) => group === '')
  const named = kinds.filter(({ group }) => group !== '')
  const groups = [...grouped(named, ({ group }) => group)].map(([name, members]) => apiGroup(name, members))
  // Python's client asks with a slash at the end, and kube-apiserver answers both.
  const answer = (path: string, handler: (c: Request) => Response) => {
    app.get(path, handler)
    app.get(`${path}/`, handler)
  }
  const serve = (path: string, object: object) => answer(path, c => sendObject(c, 200, object))

  answer(
    '/api',
    either(aggregated(core), c => ({
      kind: 'APIVersions',
      versions: ['v1', ...legacyVersions],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: c.req.header('host') ?? '' }],
    })),
  )
  const groupList = { kind: 'APIGroupList', apiVersion: 'v1', groups }
  answer(
    '/apis',
    either(aggregated(named), () => groupList),
  )
  for (const group of groups) serve(`/apis/${group.name}`, { kind: 'APIGroup', apiVersion: 'v1', ...group })
  for (const [groupVersion, members] of grouped(kinds, apiVersionOf)) {
    const path = groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`
    serve(path, resourceList(groupVersion, members))
  }
  // Today's clients could not use its resources, but they look for the list, and client-go knows /api/v1 only.
  for (const legacy of legacyVersions) {
    for (const base of ['/api', '/apis']) serve(`${base}/${legacy}`, resourceList(legacy, []))
  }
  answer('/version', c => sendDocument(c, version))
}
