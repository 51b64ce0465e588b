import { IncomingMessage } from 'node:http'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ConfigMap, CustomResourceDefinition, Pod } from '../../api/kinds/index.ts'
import { readProtobuf } from '../../api/protobuf/read.ts'
import { eventually } from '../support/eventually.ts'
import { openProtobufWatch, protobufType, readWatchEvent } from './protobuf-watch.ts'
import { podNamed, startServer } from './running-server.ts'
import { openWebSocket } from './web-socket.ts'

const { url, http, store, stop } = await startServer()
test.after(stop)

const pods = '/api/v1/namespaces/default/pods'
const maps = '/api/v1/namespaces/default/configmaps'
const caches = '/apis/example.com/v1/namespaces/default/caches'
const json = 'application/json'
const partial = (media: string, list = '', v = 'v1') =>
  `${media};as=PartialObjectMetadata${list};g=meta.k8s.io;v=${v}`

interface Answer {
  readonly status: number
  readonly contentType: string | null
  readonly body: Readonly<Record<string, unknown>>
}

const send = async (method: string, path: string, accept: string, body?: object): Promise<Answer> => {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : json
  const response = await fetch(url + path, {
    method,
    headers: { accept, ...(body && { 'content-type': type }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const contentType = response.headers.get('content-type')
  const bytes = new Uint8Array(await response.arrayBuffer())
  const read = contentType === protobufType ? readProtobuf(bytes) : JSON.parse(Buffer.from(bytes).toString())
  return { status: response.status, contentType, body: read }
}

const get = (path: string, accept: string) => send('GET', path, accept)

/** The same in both media. JSON tells of empty things, and protobuf cannot. */
const isTheSame = async (path: string, binary = protobufType, text = json): Promise<Answer> => {
  const [inProtobuf, inJson] = [await get(path, binary), await get(path, text)]
  assert.is(inProtobuf.contentType, protobufType, path)
  assert.is(inJson.contentType, json, path)
  assert.is(inProtobuf.status, inJson.status)
  assert.equal(inProtobuf.body, inJson.body)
  return inProtobuf
}

const definition = {
  metadata: { name: 'caches.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced' as const,
    names: { plural: 'caches', singular: 'cache', kind: 'Cache', listKind: 'CacheList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}

test.before(async () => {
  await http.create(CustomResourceDefinition, definition)
  await eventually('custom resources are served', async () => (await get(caches, json)).status === 200)
  const cache = { kind: 'Cache', apiVersion: 'example.com/v1', metadata: { name: 'a' } }
  assert.is((await send('POST', caches, json, cache)).status, 201)
})

test('objects, lists and writes', async () => {
  const made = await send('POST', pods, protobufType, { ...podNamed('a', { app: 'a' }) })
  assert.is(made.status, 201)
  assert.is(made.contentType, protobufType)
  assert.is(made.body.kind, 'Pod')
  assert.equal((await send('POST', pods, protobufType, podNamed('b'))).status, 201)
  assert.equal((await isTheSame(`${pods}/a`)).body, made.body)
  const { body } = await isTheSame(pods)
  assert.is((body.items as unknown[]).length, 2)
  await isTheSame(`${pods}?limit=1`)
  await isTheSame(`${pods}?labelSelector=app%3Da`)
  await isTheSame('/api/v1/namespaces/default')
  const changed = { ...made.body, metadata: { name: 'a', labels: { app: 'c' } } }
  const updated = await send('PUT', `${pods}/a`, protobufType, changed)
  assert.equal((updated.body.metadata as { labels: unknown }).labels, { app: 'c' })
  const patched = await send('PATCH', `${pods}/a`, protobufType, { metadata: { labels: { app: 'd' } } })
  assert.equal((patched.body.metadata as { labels: unknown }).labels, { app: 'd' })
  assert.is(patched.contentType, protobufType)
  const deleted = await send('DELETE', `${pods}/a?gracePeriodSeconds=0`, protobufType)
  assert.is(deleted.contentType, protobufType)
})

test('an empty list says whose it is', async () => {
  const { contentType, body } = await get(`${maps}?labelSelector=none`, protobufType)
  assert.is(contentType, protobufType)
  assert.equal([body.kind, body.apiVersion, body.items], ['ConfigMapList', 'v1', undefined])
})

test('errors, in the media that the client takes', async () => {
  const { status, body } = await isTheSame(`${pods}/none`)
  assert.is(status, 404)
  assert.equal([body.kind, body.reason, body.message], ['Status', 'NotFound', 'pods "none" not found'])
  assert.equal(body.details, { name: 'none', kind: 'pods' })
  await http.create(ConfigMap, { metadata: { name: 'twice', namespace: 'default' } })
  const again = await send('POST', maps, protobufType, { metadata: { name: 'twice' } })
  assert.equal([again.status, again.contentType, again.body.reason], [409, protobufType, 'AlreadyExists'])
  const stale = { metadata: { name: 'twice', resourceVersion: '1' } }
  const conflict = await send('PUT', `${maps}/twice`, protobufType, stale)
  assert.equal([conflict.status, conflict.contentType, conflict.body.reason], [409, protobufType, 'Conflict'])
  const invalid = await send('POST', pods, protobufType, {
    metadata: { name: 'x' },
    spec: { containers: [] },
  })
  assert.is(invalid.status, 422)
  assert.ok((invalid.body.details as { causes: unknown[] }).causes.length > 0)
  await isTheSame('/api/v1/nonsense')
  const yaml = await fetch(`${url}${pods}/none`, { headers: { accept: 'application/yaml' } })
  assert.is(yaml.headers.get('content-type'), 'application/yaml')
  assert.match(await yaml.text(), /^reason: NotFound$/m)
  // Who takes nothing of ours is told in JSON.
  assert.is((await get(`${pods}/none`, 'text/plain')).contentType, json)
})

test('metadata alone, of custom resources too', async () => {
  await http.create(Pod, podNamed('meta', { app: 'meta' }))
  for (const v of ['v1', 'v1beta1']) {
    const one = await isTheSame(`${pods}/meta`, partial(protobufType, '', v), partial(json, '', v))
    assert.equal([one.body.kind, one.body.apiVersion], ['PartialObjectMetadata', `meta.k8s.io/${v}`])
  }
  const { body: list } = await get(`${pods}?labelSelector=app%3Dmeta`, partial(protobufType, 'List'))
  const { metadata } = await http.get(Pod, { namespace: 'default', name: 'meta' })
  assert.equal([list.kind, list.items], ['PartialObjectMetadataList', [{ metadata }]])
  const custom = await get(`${caches}/a`, partial(protobufType))
  assert.equal([custom.contentType, custom.body.kind], [protobufType, 'PartialObjectMetadata'])
  assert.is((custom.body.metadata as { name: string }).name, 'a')
})

test('what there is not in protobuf is not acceptable', async () => {
  const table = `${protobufType};as=Table;g=meta.k8s.io;v=v1`
  for (const [path, accept] of [
    [pods, table],
    [caches, protobufType],
    [`${caches}/a`, protobufType],
    [`${caches}?watch=1`, protobufType],
  ] as const) {
    const { status, body } = await get(path, accept)
    assert.is(status, 406, path)
    assert.match(String(body.message), /^only the following media types are accepted: application\/json/)
  }
  assert.is((await get(pods, `${table},application/json`)).body.kind, 'PodList')
  assert.is((await get(caches, `${protobufType},application/json`)).body.kind, 'CacheList')
  const yaml = await fetch(`${url}${pods}?watch=1`, { headers: { accept: 'application/yaml' } })
  assert.is(yaml.status, 406)
  assert.match(await yaml.text(), /: application\/json;stream=watch,\s.*protobuf;stream=watch/)
  for (const path of ['/version', '/', '/openapi/v3']) {
    assert.is((await get(path, protobufType)).contentType, json, path)
  }
})

test('who cannot be answered changes nothing', async () => {
  const cache = { kind: 'Cache', apiVersion: 'example.com/v1', metadata: { name: 'unseen' } }
  assert.is((await send('POST', caches, protobufType, cache)).status, 406)
  assert.is((await get(`${caches}/unseen`, json)).status, 404)
  const { body: before } = await get(`${caches}/a`, json)
  const label = { metadata: { labels: { changed: 'yes' } } }
  assert.is((await send('PATCH', `${caches}/a`, protobufType, label)).status, 406)
  assert.is((await send('PUT', `${caches}/a`, protobufType, { ...before, more: 1 })).status, 406)
  assert.is((await send('DELETE', `${caches}/a`, protobufType)).status, 406)
  assert.is((await send('DELETE', caches, protobufType)).status, 406)
  assert.equal((await get(`${caches}/a`, json)).body, before)
})

test('discovery', async () => {
  for (const path of ['/apis', '/apis/apps', '/apis/apps/v1', '/api/v1', '/apis/example.com/v1']) {
    await isTheSame(path)
  }
  const { body } = await get('/api', protobufType)
  assert.equal([body.kind, (body.versions as string[])[0]], ['APIVersions', 'v1'])
})

test('a watch, with bookmarks', async () => {
  const watched = `${url}${maps}?watch=1&labelSelector=w`
  const initial =
    '&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion='
  const watch = await openProtobufWatch(watched + initial)
  const other = await openProtobufWatch(watched)
  const metadataAlone = await openProtobufWatch(watched, partial(protobufType))
  assert.is(watch.response.headers['content-type'], `${protobufType};stream=watch`)
  const [bookmark] = await watch.has(1)
  const shown = bookmark?.object
  assert.equal([bookmark?.type, shown?.kind, shown?.apiVersion], ['BOOKMARK', 'ConfigMap', 'v1'])
  assert.equal(shown?.metadata.annotations, { 'k8s.io/initial-events-end': 'true' })
  const map = { metadata: { name: 'watched', namespace: 'default', labels: { w: '' } }, data: { k: 'v' } }
  const made = await http.create(ConfigMap, map)
  const changed = await http.update(ConfigMap, { ...made, data: { k: 'x'.repeat(100_000) } })
  await http.delete(ConfigMap, { namespace: 'default', name: 'watched' })
  const told = (await watch.has(4)).slice(1)
  assert.equal(
    told.map(({ type }) => type),
    ['ADDED', 'MODIFIED', 'DELETED'],
  )
  assert.equal(told[0]?.object, made)
  assert.equal(told[1]?.object, changed)
  assert.equal(await other.has(3), told)
  assert.equal(
    (await metadataAlone.has(3)).map(({ type, object }) => [type, object.kind, object.data]),
    ['ADDED', 'MODIFIED', 'DELETED'].map(type => [type, 'PartialObjectMetadata', undefined]),
  )
  for (const each of [watch, other, metadataAlone]) each.cut()
})

test('a watch from a revision that is forgotten', async () => {
  // Another server does not know what was before it.
  const other = await startServer({ store })
  const watch = await openProtobufWatch(`${other.url}${maps}?watch=1&resourceVersion=1`)
  const [event, ...others] = await watch.ended()
  assert.equal(others, [])
  const object = event?.object
  assert.equal([event?.type, object?.kind, object?.reason, object?.code], ['ERROR', 'Status', 'Expired', 410])
  await other.stop()
})

test('a watch over a WebSocket has binary messages without lengths', async () => {
  const socket = await openWebSocket(`${url}${maps}?watch=1&labelSelector=s`, { accept: protobufType })
  if (socket instanceof IncomingMessage) throw new Error(`it was refused: ${socket.statusCode}`)
  const made = []
  for (const name of ['s1', 's2']) {
    made.push(await http.create(ConfigMap, { metadata: { name, namespace: 'default', labels: { s: '' } } }))
  }
  const binary = await eventually('two messages', () => socket.binary.length >= 2 && socket.binary, 5_000)
  assert.equal(
    binary.map(readWatchEvent),
    made.map(object => ({ type: 'ADDED', object })),
  )
  assert.equal(socket.messages, [])
  socket.socket.destroy()
})

test.run()
