import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ConfigMap, Pod } from '../../../api/kinds/index.ts'
import type { ResourceList } from '../../../api/resource.ts'
import { podNamed, startServer } from '../running-server.ts'

const { url, store, server, stop } = await startServer()
test.after(stop)

type Answer = ResourceList<Pod> & { code?: number; reason?: string }

const list = async (query: Record<string, string>): Promise<Answer> =>
  (
    await fetch(`${url}/api/v1/namespaces/default/pods?${new URLSearchParams(query)}`)
  ).json() as Promise<Answer>

const names = ({ items }: Answer) => items.map(({ metadata }) => metadata.name).join()

for (const name of ['a', 'b', 'c', 'd', 'e']) {
  await server.client.create(Pod, podNamed(name, { even: String('bd'.includes(name)) }))
}

test('pages out of history hold as many as asked for, whatever the selector leaves out', async () => {
  const first = await list({ limit: '1', labelSelector: 'even=true' })
  assert.is(names(first), 'b')
  assert.is(first.metadata.remainingItemCount, undefined)
  await server.client.delete(Pod, { namespace: 'default', name: 'd' })
  const second = await list({
    limit: '1',
    labelSelector: 'even=true',
    continue: first.metadata.continue ?? '',
  })
  assert.is(names(second), 'd')
  const third = await list({
    limit: '1',
    labelSelector: 'even=true',
    continue: second.metadata.continue ?? '',
  })
  assert.is(names(third), '')
  assert.is(third.metadata.continue, undefined)
})

test('an exact revision shows the past', async () => {
  const { metadata } = await list({})
  await server.client.delete(Pod, { namespace: 'default', name: 'c' })
  assert.is(names(await list({})), 'a,b,e')
  const exact = { resourceVersion: metadata.resourceVersion, resourceVersionMatch: 'Exact' }
  assert.is(names(await list(exact)), 'a,b,c,e')
  assert.is(names(await list({ ...exact, resourceVersionMatch: 'NotOlderThan' })), 'a,b,e')
  assert.is((await list({ resourceVersionMatch: 'Exact' })).code, 422)
  assert.is((await list({ ...exact, resourceVersion: '99999' })).code, 504)
})

test('a token too old is Expired, and gives one to go on with', async () => {
  const first = await list({ limit: '2' })
  assert.is(names(first), 'a,b')
  await server.client.create(Pod, podNamed('f'))
  await store.compact(await store.revision())
  const expired = await list({ limit: '2', continue: first.metadata.continue ?? '' })
  assert.is(expired.code, 410)
  assert.is(expired.reason, 'Expired')
  const rest = await list({ limit: '2', continue: expired.metadata.continue ?? '' })
  assert.is(names(rest), 'e,f')
})

test('it is Expired also when only others have changed', async () => {
  const first = await list({ limit: '2' })
  const page = { limit: '2', continue: first.metadata.continue ?? '' }
  const others = { metadata: { namespace: 'default', name: 'other' } }
  await server.client.create(ConfigMap, others)
  assert.is(names(await list(page)), 'e,f')
  await store.compact(await store.revision())
  assert.is((await list(page)).reason, 'Expired')
})

test.run()
