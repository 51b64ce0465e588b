import { firstValueFrom } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Pod } from '../../api/kinds/index.ts'
import { eventually } from '../support/eventually.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { refused } from './client-contract.ts'
import { podNamed, type RunningServer, startServer } from './running-server.ts'
import { openWatch, told } from './watch-lines.ts'

const pods = '/api/v1/namespaces/default/pods'
const ref = (name: string) => ({ namespace: 'default', name })

const withServer = (what: string, run: (running: RunningServer, clock: ManualClock) => Promise<void>): void =>
  test(what, async () => {
    const clock = new ManualClock()
    const running = await startServer({ clock })
    try {
      await run(running, clock)
    } finally {
      await running.stop()
    }
  })

const watchers = async ({ url }: RunningServer): Promise<number> => {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^apiserver_watchers\{resource="pods"\} (\d+)/m.exec(metrics)?.[1])
}

withServer('an event carries the very bytes of a GET', async ({ url, http }) => {
  const watch = await openWatch(`${url}${pods}?watch=true`)
  await http.create(Pod, podNamed('a'))
  const [line] = await watch.has(1)
  assert.is(`${JSON.stringify(line?.object)}\n`, await (await fetch(`${url}${pods}/a`)).text())
  assert.is(watch.response.statusCode, 200)
  assert.is(watch.response.headers['content-type'], 'application/json')
  assert.is(watch.response.headers['transfer-encoding'], 'chunked')
  watch.cut()
})

withServer('all ways to ask for a watch', async ({ url, http }) => {
  const of = ['?watch=1', '?watch', '?watch=true&fieldSelector=metadata.name=a']
  const urls = [
    ...of.map(query => `${pods}${query}`),
    '/api/v1/pods?watch=1',
    '/api/v1/watch/pods',
    '/api/v1/watch/namespaces/default/pods',
    '/api/v1/watch/namespaces/default/pods/a',
    '/api/v1beta1/watch/pods',
    '/api/v1beta1/watch/pods?fields=&labels=&resourceVersion=0',
  ]
  const watches = await Promise.all(urls.map(path => openWatch(url + path)))
  await http.create(Pod, podNamed('a'))
  for (const [index, watch] of watches.entries()) {
    const [line] = await watch.has(1)
    assert.is(line?.type, 'ADDED', urls[index])
    assert.match(JSON.stringify(line), index < urls.length - 2 ? '"name":"a"' : '"id":"a"')
    watch.cut()
  }
})

withServer('a client that goes away frees its watch', async running => {
  const watches = await Promise.all(
    Array.from({ length: 5 }, () => openWatch(`${running.url}${pods}?watch=1`)),
  )
  assert.is(await watchers(running), 5)
  for (const watch of watches) watch.cut()
  await eventually('no watch is left', async () => (await watchers(running)) === 0)
  const subscription = running.server.client.watch(Pod).subscribe()
  await eventually('it runs', async () => (await watchers(running)) === 1)
  subscription.unsubscribe()
  assert.is(await watchers(running), 0)
})

withServer('bookmarks come each minute, and before the time is over', async ({ url, http }, clock) => {
  await http.create(Pod, podNamed('a'))
  const query = 'watch=1&allowWatchBookmarks=true&timeoutSeconds=90'
  const watch = await openWatch(`${url}${pods}?${query}&resourceVersion=0`)
  const plain = await openWatch(`${url}${pods}?watch=1&timeoutSeconds=90`)
  await watch.has(1)
  await plain.has(1)
  clock.advance(60_000)
  const [, first] = await watch.has(2)
  const { resourceVersion } = (await http.list(Pod)).metadata
  assert.is(first?.type, 'BOOKMARK')
  assert.is(first?.object.metadata.resourceVersion, resourceVersion)
  await http.create(Pod, podNamed('b'))
  await watch.has(3)
  clock.advance(30_000)
  assert.equal(told(await watch.ended()), ['ADDED a', 'BOOKMARK', 'ADDED b', 'BOOKMARK'])
  assert.equal(told(await plain.ended()), ['ADDED a', 'ADDED b'])
})

withServer('the initial events end with their bookmark', async ({ url, http }) => {
  await http.create(Pod, podNamed('a'))
  await http.create(Pod, podNamed('b'))
  const base = `${url}${pods}?watch=1&allowWatchBookmarks=true&sendInitialEvents=true`
  const watch = await openWatch(`${base}&resourceVersionMatch=NotOlderThan`)
  const lines = await watch.has(3)
  assert.equal(told(lines), ['ADDED a', 'ADDED b', 'BOOKMARK'])
  assert.equal(lines[2]?.object.metadata.annotations, { 'k8s.io/initial-events-end': 'true' })
  await http.create(Pod, podNamed('c'))
  assert.equal(told(await watch.has(4)).at(-1), 'ADDED c')
  watch.cut()
  assert.is((await fetch(base)).status, 422)
  assert.is((await fetch(`${base}&resourceVersionMatch=Exact`)).status, 422)
  assert.is((await fetch(`${url}${pods}?watch=1&resourceVersionMatch=NotOlderThan`)).status, 422)
})

withServer('without initial events a watch begins with the next', async ({ url, http }) => {
  await http.create(Pod, podNamed('a'))
  const query = 'watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan'
  const watches = await Promise.all(
    ['', '0'].map(from => openWatch(`${url}${pods}?${query}&resourceVersion=${from}`)),
  )
  await http.create(Pod, podNamed('b'))
  for (const watch of watches) {
    assert.equal(told(await watch.has(1)), ['ADDED b'])
    watch.cut()
  }
})

withServer('what leaves a selection is shown as it was, at the revision of its leaving', async running => {
  const { url, http } = running
  const watch = await openWatch(`${url}${pods}?watch=1&labelSelector=k%3Dv`)
  const pod = await http.create(Pod, podNamed('a', { k: 'v' }))
  const labelled = (k: string) => ({
    ...pod,
    metadata: { ...pod.metadata, resourceVersion: '', labels: { k } },
  })
  const left = await http.update(Pod, labelled('w'))
  await http.update(Pod, labelled('v'))
  const removed = await http.delete(Pod, ref('a'))
  const lines = await watch.has(4)
  assert.equal(told(lines), ['ADDED a', 'DELETED a', 'ADDED a', 'DELETED a'])
  assert.equal(lines[1]?.object, {
    ...pod,
    metadata: { ...pod.metadata, resourceVersion: left.metadata.resourceVersion },
  })
  assert.is(lines[3]?.object.metadata.resourceVersion, removed.metadata.resourceVersion)
  watch.cut()
})

withServer('a revision that is forgotten is Expired, in the stream', async ({ url, http, server }) => {
  const { metadata } = await http.create(Pod, podNamed('a'))
  // More events than the cache keeps.
  const { client } = server
  for (let n = 0; n < 5200; n += 100) {
    const writes = Array.from({ length: 100 }, (_, k) =>
      client.create(Pod, { ...podNamed(`p${n + k}`), spec: { containers: [{ name: 'c', image: 'x' }] } }),
    )
    await Promise.all(writes)
  }
  const old = await openWatch(`${url}${pods}?watch=1&resourceVersion=${metadata.resourceVersion}`)
  const [line] = await old.ended()
  assert.is(line?.type, 'ERROR')
  assert.is(line?.object.code, 410)
  assert.is(line?.object.reason, 'Expired')
  await refused(firstValueFrom(client.watch(Pod, { resourceVersion: metadata.resourceVersion })), 'Expired')
  const legacy = await openWatch(`${url}/api/v1beta1/watch/pods?resourceVersion=${metadata.resourceVersion}`)
  assert.is((await legacy.ended())[0]?.object.reason, 'Expired')
})

withServer('a revision still to come is refused before the stream', async ({ url }) => {
  const answer = await fetch(`${url}${pods}?watch=1&resourceVersion=999999999`)
  assert.is(answer.status, 504)
  assert.is(((await answer.json()) as { reason: string }).reason, 'Timeout')
})

withServer('the end of the server ends its watches', async running => {
  const watch = await openWatch(`${running.url}${pods}?watch=1`)
  let completed = false
  running.server.client.watch(Pod).subscribe({ complete: () => (completed = true) })
  await running.http.create(Pod, podNamed('a'))
  await watch.has(1)
  await running.server.close()
  assert.equal(told(await watch.ended()), ['ADDED a'])
  assert.ok(completed)
})

withServer('a client that does not read is cut off, the others are not', async running => {
  const { url, server } = running
  const slow = await openWatch(`${url}${pods}?watch=1`)
  const quick = await openWatch(`${url}${pods}?watch=1`)
  slow.response.pause()
  const text = 'x'.repeat(200_000)
  let pod = await server.client.create(Pod, podNamed('a'))
  await quick.has(1)
  for (let n = 1; (await watchers(running)) === 2; n++) {
    assert.ok(n < 200, 'the slow watch is still there')
    const annotations = { text, n: String(n) }
    pod = await server.client.update(Pod, { ...pod, metadata: { ...pod.metadata, annotations } })
    await quick.has(n + 1)
  }
  await server.client.delete(Pod, ref('a'))
  await eventually('the end', () => quick.lines.at(-1)?.type === 'DELETED')
  quick.cut()
  slow.cut()
})

withServer('writes that are committed together are seen together', async ({ url, server, store }) => {
  const { client } = server
  const sizes: number[] = []
  store.watch('/registry/pods/', await store.revision()).subscribe(({ changes }) => {
    if (changes.length > 0) sizes.push(changes.length)
  })
  const watch = await openWatch(`${url}${pods}?watch=1&allowWatchBookmarks=1`)
  await Promise.all(Array.from({ length: 50 }, (_, n) => client.create(Pod, podNamed(`p${n}`))))
  const lines = await watch.has(50)
  assert.ok(Math.max(...sizes) > 1, 'some were committed together')
  // One revision for each commit, and never an older one after a newer.
  const revisions = lines.map(({ object }) => Number(object.metadata.resourceVersion))
  assert.is(new Set(revisions).size, sizes.length)
  assert.equal(
    revisions,
    revisions.toSorted((a, b) => a - b),
  )
  watch.cut()
})

test.run()
