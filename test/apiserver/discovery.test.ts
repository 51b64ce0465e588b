import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { apiVersionOf } from '../../api/kind.ts'
import { kinds } from '../../api/kinds/index.ts'
import { startServer } from './running-server.ts'

interface APIResource {
  readonly name: string
  readonly singularName: string
  readonly verbs: readonly string[]
  readonly storageVersionHash?: string
}

type Discovered = Record<string, { readonly resources: readonly APIResource[] }>

const readTranscript = (name: string) =>
  JSON.parse(readFileSync(`test/fixtures/kubernetes/transcripts/${name}.json`, 'utf8'))

const recorded: Discovered = readTranscript('discovery')
const newer: Discovered = readTranscript('newer-kinds').discovery
const { url, stop } = await startServer()
test.after(stop)

const get = async (path: string) => (await fetch(url + path)).json() as Promise<Record<string, unknown>>

test('what is discovered of a kind is what kube-apiserver says', async () => {
  for (const version of new Set(kinds.map(apiVersionOf))) {
    const path = version.includes('/') ? `/apis/${version}` : `/api/${version}`
    const { resources } = (await get(path)) as unknown as { resources: readonly APIResource[] }
    assert.ok(resources.length > 0, path)
    for (const resource of resources) {
      // Evictions were of another version.
      const known = [newer, recorded]
        .flatMap(each => each[path]?.resources ?? [])
        .find(({ name }) => name === resource.name)
      // In a version that is newer than the recordings.
      if (!known) continue
      const { storageVersionHash: _, ...same } = known
      const { storageVersionHash: _ours, ...discovered } = resource
      // Older servers did not tell the singular name, and did not delete services all at once.
      const singularName = same.singularName && resource.singularName
      const verbs = resource.verbs.filter(each => each !== 'deletecollection' || resource.name !== 'services')
      assert.equal({ ...discovered, singularName, verbs }, same)
    }
  }
})

test('a hash tells the version that a kind is stored in, where it is stored', async () => {
  for (const [path, name] of [
    ['/api/v1', 'pods'],
    ['/api/v1', 'events'],
    ['/api/v1', 'bindings'],
    ['/api/v1', 'pods/status'],
    ['/apis/apps/v1', 'deployments'],
    ['/apis/events.k8s.io/v1', 'events'],
    ['/apis/authorization.k8s.io/v1', 'subjectaccessreviews'],
  ] as const) {
    const { resources } = (await get(path)) as unknown as { resources: readonly APIResource[] }
    const hashIn = (all: readonly APIResource[] = []) =>
      all.find(each => each.name === name)?.storageVersionHash
    assert.is(hashIn(resources), hashIn(recorded[path]?.resources), `${path} ${name}`)
  }
})

const aggregatedType = (version: string) =>
  `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`

test('everything in one document, for those who ask', async () => {
  const accept = `${aggregatedType('v2')},${aggregatedType('v2beta1')},application/json`
  const response = await fetch(`${url}/api`, { headers: { accept } })
  assert.is(response.headers.get('content-type'), aggregatedType('v2'))
  const { kind, items } = (await response.json()) as Aggregated
  assert.is(kind, 'APIGroupDiscoveryList')
  const [core] = items[0]?.versions ?? []
  const pods = core?.resources.find(({ resource }) => resource === 'pods')
  assert.equal(pods?.responseKind, { group: '', version: 'v1', kind: 'Pod' })
  assert.is(pods?.scope, 'Namespaced')
  const { resources } = (await get('/api/v1')) as unknown as { resources: readonly APIResource[] }
  const names = core?.resources.flatMap(({ resource, subresources = [] }) => [
    resource,
    ...subresources.map(({ subresource }) => `${resource}/${subresource}`),
  ])
  assert.equal(
    names,
    resources.map(({ name }) => name),
  )
  const etag = response.headers.get('etag') ?? ''
  const again = await fetch(`${url}/api`, { headers: { accept, 'if-none-match': etag } })
  assert.is(again.status, 304)
  const older = await fetch(`${url}/apis`, { headers: { accept: `${aggregatedType('v2beta1')}` } })
  assert.is(older.headers.get('content-type'), aggregatedType('v2beta1'))
})

interface Aggregated {
  readonly kind: string
  readonly items: readonly {
    readonly versions: readonly {
      readonly resources: readonly {
        readonly resource: string
        readonly responseKind: object
        readonly scope: string
        readonly subresources?: readonly { readonly subresource: string }[]
      }[]
    }[]
  }[]
}

test('versions, groups, health', async () => {
  assert.equal((await get('/api')).versions, ['v1', 'v1beta1'])
  assert.is((await get('/apis')).kind, 'APIGroupList')
  assert.match(String((await get('/version')).gitVersion), /^v1\.\d+\.\d+/)
  assert.equal(await get('/validate'), [{ component: 'store', health: 'healthy', err: 'nil' }])
  for (const path of ['/healthz', '/livez', '/readyz'])
    assert.is(await (await fetch(url + path)).text(), 'ok')
  const verbose = await fetch(`${url}/readyz?verbose`)
  assert.is(await verbose.text(), '[+]ping ok\n[+]store ok\nreadyz check passed\n')
})

test('a slash at the end of a path says nothing', async () => {
  for (const path of [
    '/api',
    '/apis',
    '/apis/apps',
    '/api/v1',
    '/api/v1/pods',
    '/version',
    '/api/v1/namespaces/x',
  ])
    assert.equal(await get(`${path}/`), await get(path), path)
})

test("today's clients find nothing of theirs in the version of 2014, and no error", async () => {
  // client-go takes it for the version of a group without a name.
  for (const path of ['/api/v1beta1', '/apis/v1beta1']) {
    const { kind, resources } = await get(path)
    assert.equal([kind, resources], ['APIResourceList', []])
  }
})

test('metrics count requests by what they asked for', async () => {
  await fetch(`${url}/api/v1/namespaces/default/pods/absent`)
  const text = await (await fetch(`${url}/metrics`)).text()
  assert.match(text, /apiserver_request_total\{verb="get",resource="pods",code="404"\} 1/)
  assert.match(text, /apiserver_request_duration_seconds_count\{verb="get",resource="pods"\} 1/)
  assert.match(text, /apiserver_store_duration_seconds_count\{operation="create"\} 4/)
})

test('a slash at the end makes no difference', async () => {
  for (const path of ['/api', '/api/v1', '/apis', '/apis/apps', '/apis/apps/v1', '/version']) {
    assert.equal(await get(`${path}/`), await get(path))
  }
})

test.run()
