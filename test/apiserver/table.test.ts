import { readFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Pod } from '../../api/kinds/index.ts'
import { podNamed, startServer } from './running-server.ts'
import { openWatch } from './watch-lines.ts'

interface Table {
  readonly kind: string
  readonly apiVersion: string
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string }
  readonly columnDefinitions: readonly { readonly name: string }[] | null
  readonly rows: readonly {
    readonly cells: readonly unknown[]
    readonly object: {
      readonly kind: string
      readonly metadata: { readonly name: string }
      readonly spec?: object
    } | null
  }[]
}

const recorded: { table: { events: readonly { type: string; object: Table }[] } } = JSON.parse(
  readFileSync('test/fixtures/kubernetes/transcripts/watches.json', 'utf8'),
)

const { server, url, stop } = await startServer()
test.after(stop)

const asTable = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
const pods = `${url}/api/v1/namespaces/default/pods`

const ask = async (address: string, accept: string) => {
  const response = await fetch(address, { headers: { accept } })
  return { status: response.status, body: (await response.json()) as Table & Record<string, unknown> }
}

test.before(async () => {
  await server.client.create(Pod, podNamed('a', { app: 'x' }))
  await server.client.create(Pod, podNamed('b'))
})

test('a list as a Table, page by page', async () => {
  const { body } = await ask(`${pods}?limit=1`, asTable)
  assert.is(body.kind, 'Table')
  assert.equal(
    body.columnDefinitions?.slice(0, 3).map(({ name }) => name),
    ['Name', 'Ready', 'Status'],
  )
  assert.equal(body.rows[0]?.cells.slice(0, 4), ['a', '0/1', 'Pending', 0])
  assert.is(body.rows[0]?.object?.kind, 'PartialObjectMetadata')
  assert.is(body.rows[0]?.object?.metadata.name, 'a')
  assert.not(body.rows[0]?.object?.spec)
  const next = await ask(`${pods}?limit=1&continue=${body.metadata.continue}`, asTable)
  assert.is(next.body.rows[0]?.cells[0], 'b')
})

test('a row carries what includeObject asks for', async () => {
  const object = async (choice: string) =>
    (await ask(`${pods}/a?includeObject=${choice}`, asTable)).body.rows[0]?.object
  assert.is(await object('None'), null)
  assert.ok((await object('Object'))?.spec)
  assert.is((await object('Metadata'))?.kind, 'PartialObjectMetadata')
  const { status, body } = await ask(`${pods}/a?includeObject=all`, asTable)
  assert.is(status, 400)
  assert.match(String(body.message), /^Unable to convert to Table as requested: includeObject: Invalid value/)
})

test('the first wish that can be granted counts', async () => {
  const kindFor = async (accept: string) => (await ask(pods, accept)).body.kind
  assert.is(await kindFor('application/json'), 'PodList')
  assert.is(await kindFor('application/json,application/json;as=Table;v=v1;g=meta.k8s.io'), 'PodList')
  assert.is(await kindFor('application/json;q=0.5,application/json;as=Table;v=v1;g=meta.k8s.io'), 'Table')
  assert.is(await kindFor('application/json;as=Table;v=v2;g=meta.k8s.io,application/json'), 'PodList')
  assert.is(await kindFor('application/vnd.kubernetes.protobuf,application/json'), 'PodList')
  const beta = 'application/json;as=Table;v=v1beta1;g=meta.k8s.io'
  assert.is((await ask(pods, beta)).body.apiVersion, 'meta.k8s.io/v1beta1')
  for (const none of [
    'application/json;as=Table;v=v2;g=meta.k8s.io',
    'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
    'application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io',
  ])
    assert.is((await ask(pods, none)).status, 406, none)
})

test('metadata alone, of one and of all', async () => {
  const one = await ask(`${pods}/a`, 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io')
  assert.equal(Object.keys(one.body), ['kind', 'apiVersion', 'metadata'])
  assert.is(one.body.kind, 'PartialObjectMetadata')
  const all = await ask(pods, 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io')
  assert.is(all.body.kind, 'PartialObjectMetadataList')
  assert.equal(
    (all.body.items as { kind: string }[]).map(({ kind }) => kind),
    ['PartialObjectMetadata', 'PartialObjectMetadata'],
  )
})

const watchAs = (as: string, query = '') =>
  openWatch(`${pods}?watch=1&labelSelector=w${query}`, {
    accept: `application/json;as=${as};v=v1;g=meta.k8s.io`,
  })

test('owners are told to a watch of metadata byte by byte as to who reads the object', async () => {
  const events = await openWatch(`${pods}?watch=1&labelSelector=owned`, {
    accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  })
  const { kind, apiVersion, metadata, spec } = podNamed('owned', { owned: '1' })
  // Its fields are not in the order in which owners are told.
  const created = await fetch(pods, {
    method: 'POST',
    body: JSON.stringify({ spec, metadata, kind, apiVersion }),
    headers: { 'content-type': 'application/json' },
  })
  const owners = (object: unknown) => JSON.stringify((object as Pod).metadata.managedFields)
  const told = owners(await created.json())
  assert.match(told, /f:spec/)
  const [event] = await events.has(1)
  assert.is(owners(event?.object), told)
  events.cut()
  await server.client.delete(Pod, { namespace: 'default', name: 'owned' })
})

test('a watch tells the columns once, whenever its first event comes', async () => {
  const early = await watchAs('Table')
  await server.client.create(Pod, podNamed('w', { w: '1' }))
  await early.has(1)
  const late = await watchAs('Table')
  const pod = await server.client.get(Pod, { namespace: 'default', name: 'w' })
  await server.client.update(Pod, { ...pod, metadata: { ...pod.metadata, labels: { w: '2' } } })
  await server.client.delete(Pod, { namespace: 'default', name: 'w' })
  const events = [...(await early.has(3))] as unknown as { type: string; object: Table }[]
  assert.equal(
    events.map(({ type, object }) => [type, object.columnDefinitions?.length ?? 0]),
    [
      ['ADDED', 9],
      ['MODIFIED', 0],
      ['DELETED', 0],
    ],
  )
  const shape = (table: Table | undefined) => [
    Object.keys(table ?? {}),
    Object.keys(table?.rows[0] ?? {}),
    table?.rows.length,
  ]
  assert.equal(shape(events[0]?.object), shape(recorded.table.events[0]?.object))
  const others = (await late.has(3)) as unknown as { object: Table }[]
  assert.equal(
    others.map(({ object }) => object.columnDefinitions?.length ?? 0),
    [9, 0, 0],
  )
  early.cut()
  late.cut()
})

test('a watch of metadata alone', async () => {
  const watch = await watchAs('PartialObjectMetadata', '&allowWatchBookmarks=true&timeoutSeconds=1')
  await server.client.create(Pod, podNamed('m', { w: '1' }))
  const lines = await watch.ended()
  assert.equal(
    lines.map(({ type, object }) => [type, object.kind, object.apiVersion]),
    [
      ['ADDED', 'PartialObjectMetadata', 'meta.k8s.io/v1'],
      ['BOOKMARK', 'PartialObjectMetadata', 'meta.k8s.io/v1'],
    ],
  )
  assert.not(lines[0]?.object.spec)
})

test('caches on the way may not answer in the place of the server', async () => {
  for (const path of [pods, `${pods}/there-is-none`]) {
    const { headers } = await fetch(path)
    assert.is(headers.get('cache-control'), 'no-cache, private')
  }
})

test('large answers are compressed for those who take it, small ones never', async () => {
  const raw = (address: string, encoding: string) =>
    new Promise<{ head: IncomingMessage; body: Buffer }>((resolve, reject) => {
      get(address, { headers: { 'accept-encoding': encoding } }, response => {
        const chunks: Buffer[] = []
        response.on('data', chunk => chunks.push(chunk))
        response.on('end', () => resolve({ head: response, body: Buffer.concat(chunks) }))
      }).on('error', reject)
    })
  const filler = 'x'.repeat(200_000)
  const large = podNamed('large')
  await server.client.create(Pod, { ...large, metadata: { ...large.metadata, annotations: { filler } } })
  const { head, body } = await raw(`${pods}/large`, 'gzip, deflate')
  assert.is(head.headers['content-encoding'], 'gzip')
  assert.is(JSON.parse(gunzipSync(body).toString()).metadata.annotations.filler, filler)
  assert.not((await raw(`${pods}/large`, 'gzip;q=0')).head.headers['content-encoding'])
  assert.not((await raw(`${pods}/large`, 'br')).head.headers['content-encoding'])
  assert.not((await raw(`${pods}/a`, 'gzip')).head.headers['content-encoding'])
})

test.run()
