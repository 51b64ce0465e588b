import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { kinds } from '../../api/kinds/index.ts'
import { startServer } from './running-server.ts'

interface APIResource {
  readonly name: string
  readonly singularName: string
  readonly verbs: readonly string[]
}

const recorded: Record<string, { readonly resources: readonly APIResource[] }> = JSON.parse(
  readFileSync('test/fixtures/kubernetes/transcripts/discovery.json', 'utf8'),
)
const { url, stop } = await startServer()
test.after(stop)

const get = async (path: string) => (await fetch(url + path)).json() as Promise<Record<string, unknown>>

test('what is discovered of a kind is what kube-apiserver says, but for patches', async () => {
  const { resources } = (await get('/api/v1')) as unknown as { resources: readonly APIResource[] }
  assert.ok(resources.length > kinds.filter(({ group }) => !group).length)
  for (const resource of resources) {
    const known = recorded['/api/v1']?.resources.find(({ name }) => name === resource.name)
    assert.ok(known, resource.name)
    const { storageVersionHash: _, ...same } = known as APIResource & { storageVersionHash?: string }
    const verbs = known?.verbs.filter(verb => verb !== 'patch')
    assert.equal(
      { ...resource, singularName: '', verbs: resource.verbs.toSorted() },
      { ...same, verbs: verbs?.toSorted() },
    )
  }
})

test('versions, groups, health', async () => {
  assert.equal((await get('/api')).versions, ['v1', 'v1beta1'])
  assert.is((await get('/apis')).kind, 'APIGroupList')
  assert.match(String((await get('/version')).gitVersion), /^v1\./)
  for (const path of ['/healthz', '/livez', '/readyz'])
    assert.is(await (await fetch(url + path)).text(), 'ok')
})

test('metrics count requests by what they asked for', async () => {
  await fetch(`${url}/api/v1/namespaces/default/pods/absent`)
  const text = await (await fetch(`${url}/metrics`)).text()
  assert.match(text, /apiserver_request_total\{verb="get",resource="pods",code="404"\} 1/)
  assert.match(text, /apiserver_request_duration_seconds_count\{verb="get",resource="pods"\} 1/)
  assert.match(text, /apiserver_store_duration_seconds_count\{operation="create"\} 2/)
})

test.run()
