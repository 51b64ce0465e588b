import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openEmbeddedStore } from '../../../store/embedded/embedded-store.ts'
import type { Store } from '../../../store/store.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { tempDir } from '../../support/temp.ts'
import { type RunningServer, startServer } from '../running-server.ts'
import { openWatch, told } from '../watch-lines.ts'

// biome-ignore lint/suspicious/noExplicitAny: what is answered is looked at from outside.
type Answer = { readonly status: number; readonly body: any }

const send = async (
  { url }: RunningServer,
  method: string,
  path: string,
  body?: object,
  type = 'application/json',
): Promise<Answer> => {
  const answer = await fetch(url + path, {
    method,
    headers: { 'content-type': type },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : text }
}

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const definition = `${definitions}/caches.example.com`
const caches = '/apis/example.com/v1/namespaces/default/caches'

const spec = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', minimum: 1 },
    mode: { type: 'string', default: 'lru' },
    replicas: { type: 'integer', maximum: 9 },
    nodes: {
      type: 'array',
      items: { type: 'object', properties: { zone: { type: 'string', default: 'a' } } },
    },
  },
}
const status = { type: 'object', properties: { used: { type: 'integer' }, replicas: { type: 'integer' } } }

const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' }

const version = (name: string, more: object = {}) => ({
  name,
  served: true,
  storage: name === 'v1',
  subresources: { status: {}, scale },
  schema: { openAPIV3Schema: { type: 'object', properties: { spec, status } } },
  ...more,
})

const crd = (versions: object[] = [version('v1')], names: object = {}) => ({
  metadata: { name: 'caches.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'caches', kind: 'Cache', shortNames: ['cc'], ...names },
    versions,
  },
})

const cache = (name: string, more: object = {}) => ({ metadata: { name, ...more }, spec: { size: 3 } })

const withServer = (what: string, run: (running: RunningServer) => Promise<void>): void =>
  test(what, async () => {
    const running = await startServer()
    try {
      await run(running)
    } finally {
      await running.stop()
    }
  })

const isGone = (running: RunningServer) =>
  eventually('the definition is gone', async () => (await send(running, 'GET', definition)).status === 404)

withServer('a resource is served as soon as it is defined, and no longer than that', async running => {
  assert.equal(await send(running, 'GET', caches), { status: 404, body: '404 page not found\n' })
  assert.is((await send(running, 'POST', definitions, crd())).status, 201)
  // What is established is served; no wait is needed either.
  assert.is((await send(running, 'POST', caches, cache('a'))).status, 201)
  const { body } = await send(running, 'GET', '/apis/example.com')
  assert.is(body.preferredVersion.groupVersion, 'example.com/v1')
  assert.is((await send(running, 'DELETE', definition)).status, 200)
  await isGone(running)
  assert.is((await send(running, 'GET', caches)).status, 404)
  assert.is((await send(running, 'GET', '/apis/example.com/v1')).status, 404)
  const entries = await running.store.list('/registry/example.com/')
  assert.is(entries.entries.length, 0)
})

withServer('objects are pruned, defaulted and checked by every way of writing them', async running => {
  await send(running, 'POST', definitions, crd())
  const nodes = [{ zone: 'b', odd: 1 }, {}]
  const { body } = await send(running, 'POST', caches, {
    ...cache('a'),
    spec: { size: 1, nodes, odd: 1 },
    status: { used: 1 },
  })
  assert.equal(body.spec, { size: 1, mode: 'lru', nodes: [{ zone: 'b' }, { zone: 'a' }] })
  assert.is(body.status, undefined)
  const strict = await send(running, 'POST', `${caches}?fieldValidation=Strict`, {
    ...cache('b'),
    spec: { size: 1, odd: 1 },
  })
  assert.match(strict.body.message, 'strict decoding error: unknown field "spec.odd"')

  const one = `${caches}/a`
  const merge = 'application/merge-patch+json'
  const patched = await send(running, 'PATCH', one, { spec: { mode: null, replicas: 2 } }, merge)
  assert.equal(
    [patched.body.spec.mode, patched.body.spec.replicas, patched.body.metadata.generation],
    ['lru', 2, 2],
  )
  const refused = await send(running, 'PATCH', one, { spec: { size: 0 } }, merge)
  assert.is(
    refused.body.message,
    'Cache.example.com "a" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1',
  )
  const strategic = await send(running, 'PATCH', one, {}, 'application/strategic-merge-patch+json')
  assert.is(strategic.status, 415)
  const json = await send(
    running,
    'PATCH',
    one,
    [{ op: 'replace', path: '/spec/size', value: 5 }],
    'application/json-patch+json',
  )
  assert.is(json.body.spec.size, 5)
  const applied = await send(
    running,
    'PATCH',
    `${one}?fieldManager=me&force=true`,
    { apiVersion: 'example.com/v1', kind: 'Cache', metadata: { name: 'a' }, spec: { size: 6 } },
    'application/apply-patch+yaml',
  )
  assert.equal([applied.status, applied.body.spec.size], [200, 6])

  const told = await send(running, 'PATCH', `${one}/status`, { status: { used: 2 } }, merge)
  assert.equal(
    [told.body.status, told.body.metadata.generation],
    [{ used: 2 }, applied.body.metadata.generation],
  )
  const wrong = await send(running, 'PATCH', `${one}/status`, { status: { used: 'x' } }, merge)
  assert.is(wrong.status, 422)
  const scaled = await send(running, 'PATCH', `${one}/scale`, { spec: { replicas: 4 } }, merge)
  assert.is(scaled.body.spec.replicas, 4)
  assert.is((await send(running, 'PATCH', `${one}/scale`, { spec: { replicas: 10 } }, merge)).status, 422)
})

withServer('several versions show the same objects; a watch of each of them tells all', async running => {
  await send(
    running,
    'POST',
    definitions,
    crd([version('v1beta1'), version('v1'), version('v2', { served: false })]),
  )
  const older = caches.replace('/v1/', '/v1beta1/')
  await send(running, 'GET', caches)
  const watches = await Promise.all([caches, older].map(path => openWatch(`${running.url}${path}?watch=1`)))
  const { body } = await send(running, 'POST', older, {
    apiVersion: 'example.com/v1beta1',
    kind: 'Cache',
    ...cache('a'),
  })
  assert.is(body.apiVersion, 'example.com/v1beta1')
  await send(running, 'PUT', `${caches}/a`, { ...body, apiVersion: 'example.com/v1', spec: { size: 4 } })
  const shown = await Promise.all(
    [caches, older].map(async path => (await send(running, 'GET', `${path}/a`)).body),
  )
  assert.equal(
    shown.map(each => [each.apiVersion, each.spec.size, each.metadata.resourceVersion]),
    ['example.com/v1', 'example.com/v1beta1'].map(each => [each, 4, shown[0].metadata.resourceVersion]),
  )
  for (const [i, watch] of watches.entries()) {
    const lines = await watch.has(2)
    assert.equal(told(lines), ['ADDED a', 'MODIFIED a'])
    assert.is(lines[1]?.object.apiVersion as unknown, shown[i].apiVersion)
    watch.cut()
  }
  const { entries } = await running.store.list('/registry/example.com/')
  assert.match(Buffer.from(entries[0]?.value ?? []).toString(), '"apiVersion":"example.com/v1"')
  assert.is((await send(running, 'GET', caches.replace('/v1/', '/v2/'))).status, 404)
  const group = (await send(running, 'GET', '/apis/example.com')).body
  assert.equal(
    group.versions.map((each: { version: string }) => each.version),
    ['v1', 'v1beta1'],
  )
})

withServer('a new schema ends watches, and shows old objects in its form', async running => {
  await send(running, 'POST', definitions, crd())
  await send(running, 'POST', caches, cache('a'))
  const watch = await openWatch(`${running.url}${caches}?watch=1`)
  await watch.has(1)
  const { body } = await send(running, 'GET', definition)
  body.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.color = {
    type: 'string',
    default: 'red',
  }
  assert.is((await send(running, 'PUT', definition, body)).status, 200)
  await watch.ended()
  assert.is((await send(running, 'GET', `${caches}/a`)).body.spec.color, 'red')
})

withServer('a definition waits for its objects, and takes no new ones meanwhile', async running => {
  await send(running, 'POST', definitions, crd())
  await send(running, 'POST', caches, cache('held', { finalizers: ['example.com/f'] }))
  await send(running, 'POST', caches, cache('free'))
  const { body } = await send(running, 'DELETE', definition)
  assert.equal(body.metadata.finalizers, ['customresourcecleanup.apiextensions.k8s.io'])
  await eventually(
    'what can go is gone',
    async () => (await send(running, 'GET', `${caches}/free`)).status === 404,
  )
  const refused = await send(running, 'POST', caches, cache('new'))
  assert.equal(
    [refused.status, refused.body.message],
    [405, 'create not allowed while custom resource definition is terminating'],
  )
  assert.is((await send(running, 'GET', definition)).status, 200)
  const merge = 'application/merge-patch+json'
  await send(running, 'PATCH', `${caches}/held`, { metadata: { finalizers: null } }, merge)
  await isGone(running)
})

withServer('names that another definition has are refused until they are free', async running => {
  await send(running, 'POST', definitions, crd())
  await send(running, 'POST', caches, cache('a'))
  const other = {
    ...crd([version('v1')], { plural: 'stores' }),
    metadata: { name: 'stores.example.com' },
  }
  await send(running, 'POST', definitions, other)
  const path = `${definitions}/stores.example.com`
  const conditions = () =>
    eventually('it is judged', async () => (await send(running, 'GET', path)).body.status.conditions)
  const [accepted, established] = (await conditions()) as {
    reason: string
    status: string
    message: string
  }[]
  assert.equal([accepted?.status, accepted?.reason], ['False', 'ListKindConflict'])
  assert.is(accepted?.message, '"CacheList" is already in use')
  assert.equal([established?.status, established?.reason], ['False', 'NotAccepted'])
  assert.is((await send(running, 'GET', caches.replace('caches', 'stores'))).status, 404)
  await send(running, 'DELETE', definition)
  await isGone(running)
  await eventually(
    'it is established',
    async () => (await send(running, 'GET', caches.replace('caches', 'stores'))).status === 200,
  )
})

withServer('definitions that cannot be', async running => {
  const wrong = async (body: object): Promise<string> => {
    const answer = await send(running, 'POST', definitions, body)
    assert.is(answer.status, 422)
    return answer.body.message
  }
  const { spec, metadata } = crd()
  assert.match(
    await wrong({ spec, metadata: { name: 'x' } }),
    'must be spec.names.plural+\\"."+spec.group'.replaceAll('\\', ''),
  )
  assert.match(await wrong(crd([version('v2')])), 'must have exactly one version marked as storage version')
  assert.match(await wrong(crd([version('v1', { schema: {} })])), 'Required value: schemas are required')
  const webhook = { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://127.0.0.1/convert' } }
  const conversion = { strategy: 'Webhook', webhook }
  assert.match(
    await wrong({ metadata, spec: { ...crd([version('v1'), version('v2')]).spec, conversion } }),
    'spec.conversion.strategy: Invalid value: "Webhook": conversion webhooks are not called by this server',
  )
  assert.match(
    await wrong({ metadata, spec: { ...spec, conversion: { strategy: 'Webhook' } } }),
    'spec.conversion.webhook.clientConfig: Required value',
  )
  assert.match(
    await wrong({ metadata, spec: { ...spec, preserveUnknownFields: true } }),
    'spec.preserveUnknownFields: Invalid value: true: cannot set to true',
  )
  const field = (jsonPath: string) => wrong(crd([version('v1', { selectableFields: [{ jsonPath }] })]))
  assert.match(await field('.spec.odd'), 'spec.versions[0].selectableFields[0].jsonPath: Invalid value')
  assert.match(await field('.spec.nodes'), 'must point to a field of type string, boolean or integer')
  assert.match(await field('.metadata.name'), 'must not point to fields in metadata')
  assert.match(
    await wrong(crd([version('v1', { deprecationWarning: 'x' })])),
    'can only be set for deprecated versions',
  )
  // With a single version there is nothing that a webhook would be called for.
  const single = await send(running, 'POST', `${definitions}?dryRun=All`, {
    metadata,
    spec: { ...spec, conversion },
  })
  assert.is(single.status, 201)
  await send(running, 'POST', definitions, crd())
  const { body } = (await eventually('established', async () => {
    const found = await send(running, 'GET', definition)
    return found.body.status.conditions && found
  })) as Answer
  const changed = await send(running, 'PUT', definition, {
    ...body,
    spec: { ...body.spec, scope: 'Cluster' },
  })
  assert.match(changed.body.message, 'spec.scope: Invalid value: "Cluster": field is immutable')
})

test('a resource is shown when its definition is established, and nothing of ours is written after that', async () => {
  const store = await openEmbeddedStore({ path: join(tempDir('custom'), 'store'), logger: silent })
  let writing = false
  let go = () => {}
  const gate = new Promise<void>(resolve => {
    go = resolve
  })
  const update: Store['update'] = async (key, value, expected) => {
    if (key.includes('/customresourcedefinitions/')) {
      writing = true
      await gate
    }
    return store.update(key, value, expected)
  }
  const running = await startServer({ store: { ...store, update } })
  const isShown = async () => {
    const { body } = await send(running, 'GET', '/apis')
    return body.groups.some(({ name }: { name: string }) => name === 'example.com')
  }
  try {
    await send(running, 'POST', definitions, crd())
    await eventually('the status is being written', () => writing)
    assert.is(await isShown(), false)
    go()
    await eventually('the group is shown', isShown)
    const { body } = await send(running, 'GET', definition)
    assert.equal([body.status.conditions[1].type, body.status.conditions[1].status], ['Established', 'True'])
    assert.is((await send(running, 'PUT', definition, body)).status, 200)
  } finally {
    go()
    await running.stop()
    await store.close()
  }
})

test('custom resources are there at once after a restart', async () => {
  const store = await openEmbeddedStore({ path: join(tempDir('custom'), 'store'), logger: silent })
  const first = await startServer({ store })
  await send(first, 'POST', definitions, crd())
  await send(first, 'POST', caches, cache('a'))
  await first.stop()
  const second = await startServer({ store })
  assert.is((await send(second, 'GET', '/apis/example.com/v1')).body.resources[0].name, 'caches')
  assert.is((await send(second, 'GET', `${caches}/a`)).body.spec.size, 3)
  await second.stop()
  await store.close()
})

test('two servers on one store serve the same', async () => {
  const store = await openEmbeddedStore({ path: join(tempDir('custom'), 'store'), logger: silent })
  const [one, two] = await Promise.all([startServer({ store }), startServer({ store })])
  await send(one, 'POST', definitions, crd())
  assert.is((await send(two, 'POST', caches, cache('a'))).status, 201)
  assert.is((await send(one, 'GET', `${caches}/a`)).body.spec.mode, 'lru')
  await send(two, 'DELETE', definition)
  await isGone(one)
  await eventually('it is gone there too', async () => (await send(one, 'GET', caches)).status === 404)
  assert.is((await send(two, 'GET', caches)).status, 404)
  await Promise.all([one.stop(), two.stop()])
  await store.close()
})

withServer('rules in CEL are asked of every write, and compiled when they are defined', async running => {
  const size = {
    type: 'integer',
    'x-kubernetes-validations': [{ rule: 'self >= oldSelf', message: 'does not shrink' }],
  }
  const withRule = (rule: object) =>
    crd([
      version('v1', {
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { size, name: { type: 'string' } } },
              status: { type: 'object', properties: { used: { type: 'integer' } } },
            },
            'x-kubernetes-validations': [rule],
          },
        },
      }),
    ])
  const wrong = await send(running, 'POST', definitions, withRule({ rule: 'self.spec.odd == 1' }))
  assert.equal([wrong.status, wrong.body.reason], [422, 'Invalid'])
  assert.is(
    wrong.body.details.causes[0].field,
    'spec.versions[0].schema.openAPIV3Schema.x-kubernetes-validations[0].rule',
  )
  assert.match(wrong.body.message, "compilation failed: ERROR: <input>:1:10: undefined field 'odd'")

  const rule = {
    rule: '!has(self.status) || self.status.used <= self.spec.size',
    message: 'too much is used',
  }
  assert.is((await send(running, 'POST', definitions, withRule(rule))).status, 201)
  const one = `${caches}/a`
  const merge = 'application/merge-patch+json'
  assert.is((await send(running, 'POST', caches, cache('a'))).status, 201)
  const shrunk = await send(running, 'PATCH', one, { spec: { size: 2 } }, merge)
  assert.is(
    shrunk.body.message,
    'Cache.example.com "a" is invalid: spec.size: Invalid value: "integer": does not shrink',
  )
  const used = await send(running, 'PATCH', `${one}/status`, { status: { used: 9 } }, merge)
  assert.equal(used.body.details.causes, [
    { reason: 'FieldValueInvalid', message: 'Invalid value: "object": too much is used', field: '<nil>' },
  ])
  assert.is((await send(running, 'PATCH', `${one}/status`, { status: { used: 3 } }, merge)).status, 200)
  const { body } = await send(running, 'GET', definition)
  assert.equal(body.spec.versions[0].schema.openAPIV3Schema['x-kubernetes-validations'], [rule])
})

withServer('what an older definition let through may stay, and be worked on', async running => {
  await send(running, 'POST', definitions, crd())
  await send(running, 'POST', caches, cache('a'))
  const { body } = await send(running, 'GET', definition)
  body.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.size.minimum = 5
  await send(running, 'PUT', definition, body)
  const one = `${caches}/a`
  const merge = 'application/merge-patch+json'
  const touched = await eventually('the new definition is served', async () => {
    const answer = await send(running, 'PATCH', one, { spec: { size: 4 } }, merge)
    return answer.status === 422 && answer
  })
  assert.match(touched.body.message, 'spec.size in body should be greater than or equal to 5')
  const untouched = await send(running, 'PATCH', one, { spec: { mode: 'fifo' } }, merge)
  assert.equal([untouched.status, untouched.body.spec.mode], [200, 'fifo'])
})

withServer('fields that selectors may name', async running => {
  const selectable = [{ jsonPath: '.spec.mode' }, { jsonPath: '.spec.size' }]
  await send(running, 'POST', definitions, crd([version('v1', { selectableFields: selectable })]))
  for (const [name, size] of [
    ['a', 1],
    ['b', 2],
  ] as const) {
    await send(running, 'POST', caches, { metadata: { name }, spec: { size, mode: `m${size}` } })
  }
  const named = async (selector: string): Promise<string[]> => {
    const { body } = await send(running, 'GET', `${caches}?fieldSelector=${encodeURIComponent(selector)}`)
    return body.items.map((each: { metadata: { name: string } }) => each.metadata.name)
  }
  assert.equal(await named('spec.mode=m1'), ['a'])
  assert.equal(await named('spec.size!=1'), ['b'])
  assert.is((await send(running, 'GET', `${caches}?fieldSelector=spec.replicas%3D1`)).status, 400)
})

withServer('another version is stored from now on, what is stored stays readable', async running => {
  await send(running, 'POST', definitions, crd([version('v1'), version('v2')]))
  await send(running, 'POST', caches, cache('a'))
  const { body } = await send(running, 'GET', definition)
  for (const each of body.spec.versions) each.storage = each.name === 'v2'
  const changed = await send(running, 'PUT', definition, body)
  assert.equal(changed.body.status.storedVersions, ['v1', 'v2'])
  const newer = caches.replace('/v1/', '/v2/')
  assert.is((await send(running, 'POST', caches, cache('b'))).status, 201)
  for (const path of [caches, newer]) {
    const { body: list } = await send(running, 'GET', path)
    assert.equal(
      list.items.map((each: { metadata: { name: string }; spec: { size: number } }) => [
        each.metadata.name,
        each.spec.size,
      ]),
      [
        ['a', 3],
        ['b', 3],
      ],
    )
    assert.is((await send(running, 'GET', `${path}/a`)).body.apiVersion, list.apiVersion)
  }
  const { body: a } = await send(running, 'GET', `${caches}/a`)
  const written = await send(running, 'PUT', `${caches}/a`, { ...a, spec: { size: 4 } })
  assert.equal([written.status, written.body.apiVersion], [200, 'example.com/v1'])
  const { entries } = await running.store.list('/registry/example.com/')
  for (const { value } of entries) {
    assert.match(Buffer.from(value).toString(), '"apiVersion":"example.com/v2"')
  }
  // A version is let go when nothing is stored in it any more, and not before.
  const one = (await send(running, 'GET', definition)).body
  one.spec.versions = one.spec.versions.filter((each: { name: string }) => each.name === 'v2')
  const early = await send(running, 'PUT', definition, one)
  assert.match(
    early.body.message,
    'status.storedVersions[0]: Invalid value: "v1": must appear in spec.versions',
  )
  const status = { ...one.status, storedVersions: ['v2'] }
  const forgotten = await send(running, 'PUT', `${definition}/status`, { ...one, status })
  assert.is(forgotten.status, 200)
  one.metadata.resourceVersion = forgotten.body.metadata.resourceVersion
  assert.is((await send(running, 'PUT', definition, one)).status, 200)
})

withServer('clients of a deprecated version are warned', async running => {
  await send(
    running,
    'POST',
    definitions,
    crd([
      version('v1'),
      version('v1beta1', { deprecated: true }),
      version('v1alpha1', { deprecated: true, deprecationWarning: 'it goes' }),
    ]),
  )
  await send(running, 'GET', caches)
  const warning = async (name: string, query = '') => {
    const answer = await fetch(`${running.url}${caches.replace('/v1/', `/${name}/`)}${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...cache('a'), spec: { size: 1, odd: 1 } }),
    })
    return answer.headers.get('warning')
  }
  assert.is(await warning('v1'), '299 - "unknown field \\"spec.odd\\""')
  assert.is(
    await warning('v1beta1', '?fieldValidation=Ignore'),
    '299 - "example.com/v1beta1 Cache is deprecated; use example.com/v1 Cache"',
  )
  assert.is(await warning('v1alpha1'), '299 - "it goes", 299 - "unknown field \\"spec.odd\\""')
})

withServer('clients learn from OpenAPI what the resource is made of', async running => {
  await send(running, 'POST', definitions, crd())
  await send(running, 'POST', caches, cache('a'))
  const { body } = await send(running, 'GET', '/openapi/v3/apis/example.com/v1')
  const { properties } = body.components.schemas['com.example.v1.Cache']
  assert.is(properties.spec.properties.mode.default, 'lru')
  assert.match(properties.kind.description, /^Kind is a string value/)
  const { patch } = body.paths['/apis/example.com/v1/namespaces/{namespace}/caches/{name}']
  assert.not('application/strategic-merge-patch+json' in patch.requestBody.content)
})

withServer('old clients are told no fields of what takes any', async running => {
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  await send(running, 'POST', definitions, crd([version('v1', { schema: { openAPIV3Schema } })]))
  await send(running, 'POST', caches, cache('a'))
  const { body } = await send(running, 'GET', '/openapi/v2')
  const { properties, ...rest } = body.definitions['com.example.v1.Cache']
  assert.is(rest.type, 'object')
  assert.is(properties, undefined)
})

test.run()
