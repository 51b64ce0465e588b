import { inspect } from 'node:util'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Status } from '../../api/errors.ts'
import { Pod } from '../../api/kinds/index.ts'
import { type Logger, silent } from '../../util/logger.ts'
import { podNamed, startServer } from './running-server.ts'

const complaints: string[] = []
const logger: Logger = {
  ...silent,
  error: (message, fields) => void complaints.push(inspect([message, fields])),
  child: () => logger,
}
const { url, http, stop } = await startServer({ logger })
test.after(stop)

const pods = '/api/v1/namespaces/default/pods'

interface Answer {
  readonly status: number
  readonly body: Status
}

const send = async (
  method: string,
  path: string,
  body?: unknown,
  type = 'application/json',
): Promise<Answer> => {
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
  const answer = await fetch(url + path, {
    method,
    ...sent,
    ...(body !== undefined && { headers: { 'content-type': type } }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : text }
}

const container = { name: 'c', image: 'x' }
const pod = (name: string, spec: object = { containers: [container] }) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec,
})
const controller = (labels: object, selector: object) => ({
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name: 'bad' },
  spec: { replicas: 1, selector, template: { metadata: { labels }, spec: { containers: [container] } } },
})

const bad: readonly (readonly [what: string, path: string, body: unknown, status: number, says: RegExp])[] = [
  ['broken JSON', pods, '{"nope', 400, /json parse error: unexpected end of JSON input \(\{"nope\)$/],
  ['no object', pods, '[]', 400, /unrecognized/],
  [
    'wrong kind',
    pods,
    { apiVersion: 'v1', kind: 'Service' },
    400,
    /Service in version "v1" cannot be handled as a Pod/,
  ],
  [
    'wrong version',
    pods,
    { ...pod('bad'), apiVersion: 'v2' },
    400,
    /does not match the expected API version/,
  ],
  [
    'a field of a wrong type',
    pods,
    pod('bad', { containers: 'x' }),
    400,
    /cannot be handled as a Pod: .*Containers/,
  ],
  [
    'labels of a wrong type',
    pods,
    { ...pod('bad'), metadata: { name: 'bad', labels: { a: 1 } } },
    400,
    /Labels/,
  ],
  [
    'another namespace',
    pods,
    { ...pod('bad'), metadata: { name: 'bad', namespace: 'x' } },
    400,
    /does not match the namespace/,
  ],
  [
    'a revision',
    pods,
    { ...pod('bad'), metadata: { name: 'bad', resourceVersion: '1' } },
    500,
    /should not be set/,
  ],
  [
    'a revision, and a name that DNS forbids',
    pods,
    { ...pod('bad'), metadata: { name: 'Bad_Name', resourceVersion: '1' } },
    422,
    /RFC 1123 subdomain/,
  ],
  ['no name', pods, { ...pod('bad'), metadata: {} }, 422, /name or generateName is required/],
  ['a name that DNS forbids', pods, pod('Bad_Name'), 422, /RFC 1123 subdomain/],
  ['a name for another path', pods, pod('a/b'), 422, /may not contain '\/'|RFC 1123/],
  [
    'duplicate containers',
    pods,
    pod('bad', { containers: [container, container] }),
    422,
    /Duplicate value: "c"/,
  ],
  [
    'no image',
    pods,
    pod('bad', { containers: [{ name: 'c' }] }),
    422,
    /containers\[0\]\.image: Required value/,
  ],
  [
    'a port out of range',
    pods,
    pod('bad', { containers: [{ ...container, ports: [{ containerPort: 70000 }] }] }),
    422,
    /must be between 1 and 65535/,
  ],
  [
    'a selector that does not match',
    '/api/v1/namespaces/default/replicationcontrollers',
    controller({ a: 'b' }, { a: 'c' }),
    422,
    /`selector` does not match template `labels`/,
  ],
]

for (const [what, path, body, status, says] of bad) {
  test(`refused and not stored: ${what}`, async () => {
    const before = (await http.list(Pod)).metadata.resourceVersion
    const answer = await send('POST', path, body)
    assert.is(answer.status, status, JSON.stringify(answer.body))
    assert.is(answer.body.kind, 'Status')
    assert.is(answer.body.code, status)
    assert.match(answer.body.message ?? '', says)
    assert.is((await http.list(Pod)).metadata.resourceVersion, before)
  })
}

test('a stale revision, an existing name, a body too large, a foreign type', async () => {
  const created = await http.create(Pod, podNamed('there'))
  await http.update(Pod, { ...created, metadata: { ...created.metadata, labels: { a: 'b' } } })
  assert.is((await send('PUT', `${pods}/there`, created)).status, 409)
  assert.is(
    (await send('PUT', `${pods}/other`, created)).body.message?.includes('does not match the name'),
    true,
  )
  assert.is((await send('POST', pods, pod('there'))).body.reason, 'AlreadyExists')
  const large = pod('large', { containers: [{ ...container, command: ['x'.repeat(3_200_000)] }] })
  assert.is((await send('POST', pods, large)).body.reason, 'RequestEntityTooLarge')
  const endless = new ReadableStream({
    pull: controller => controller.enqueue(new TextEncoder().encode(' '.repeat(65536))),
  })
  // The server may answer, or give up the connection when the client does not stop.
  const status = await fetch(url + pods, {
    method: 'POST',
    body: endless,
    duplex: 'half',
  } as RequestInit).then(
    answer => answer.status,
    () => 413,
  )
  assert.is(status, 413)
  assert.is((await send('POST', pods, 'x', 'text/plain')).body.reason, 'UnsupportedMediaType')
  assert.is((await send('PUT', '/api/v1/nodes', '{}')).body.reason, 'MethodNotAllowed')
  assert.is((await send('HEAD', '/api/v1/nodes')).status, 200)
  for (const path of ['/api/v1/nothing', '/api/v1/nothing/', `${pods}/there/nothing`]) {
    assert.is((await send('GET', path)).body.reason, 'NotFound')
  }
  assert.is((await send('DELETE', `${pods}/there`, { gracePeriodSeconds: 'x' })).status, 400)
  assert.is((await send('GET', `${pods}?limit=x`)).status, 400)
})

test('a revision is refused by the store alone: not by a dry run, not when it is none, not where it is applied', async () => {
  const named = (name: string, resourceVersion: string) => {
    const { metadata, ...rest } = pod(name)
    return { ...rest, metadata: { ...metadata, resourceVersion } }
  }
  const refused = await send('POST', pods, named('revised', '5'))
  assert.is(refused.body.reason, undefined)
  const dry = await send('POST', `${pods}?dryRun=All`, named('revised', '5'))
  assert.is(dry.status, 201)
  assert.is((await send('GET', `${pods}/revised`)).status, 404)
  for (const none of ['', '0', 'x', '-1']) {
    assert.is((await send('POST', pods, named(`revised${none}`.replace('-', ''), none))).status, 201, none)
  }
  const { metadata, ...rest } = named('revised-applied', '5')
  const applied = await send(
    'PATCH',
    `${pods}/revised-applied?fieldManager=m`,
    { ...rest, metadata },
    'application/apply-patch+yaml',
  )
  assert.is(applied.status, 201)
})

test('a timeout that is no duration is refused, wherever answers come at once', async () => {
  for (const value of ['invalid', '5', '1y', '1s2', '.s', '9'.repeat(100_000)]) {
    const { status, body } = await send('GET', `/version?timeout=${value}`)
    assert.is(status, 400, value)
    assert.is(body.reason, 'BadRequest')
    assert.match(body.message ?? '', 'invalid timeout specified in the request URL')
  }
  for (const value of ['32s', '0', '0s', '1h15m30.5s', '.5s', '100ms', '']) {
    assert.is((await send('GET', `${pods}?timeout=${value}`)).status, 200, value)
  }
  const watch = await fetch(`${url}${pods}?watch=1&timeout=invalid`)
  assert.is(watch.status, 200)
  await watch.body?.cancel()
})

test('YAML is taken, and given', async () => {
  const yaml = 'kind: Pod\nmetadata: {name: yaml}\nspec:\n  containers:\n  - {name: c, image: x}\n'
  assert.is((await send('POST', pods, yaml, 'application/yaml')).status, 201)
  const answer = await fetch(`${url}${pods}/yaml`, { headers: { accept: 'application/yaml' } })
  assert.is(answer.headers.get('content-type'), 'application/yaml')
  assert.match(await answer.text(), /^ {2}name: yaml$/m)
  assert.is((await send('POST', pods, 'a: [', 'application/yaml')).status, 400)
})

const word = fc.constantFrom(
  'api',
  'v1',
  'v1beta1',
  'apis',
  'watch',
  'namespaces',
  'default',
  'pods',
  'nodes',
  'minions',
  'services',
  'events',
  'replicationControllers',
  'replicationcontrollers',
  'bindings',
  'binding',
  'status',
  'scale',
  'there',
  'endpoints',
  '..',
  '%2e%2e',
  '%',
  '%00',
  '*',
  'ü',
  '__proto__',
  'constructor',
)
const path = fc.oneof(
  fc.array(fc.oneof({ arbitrary: word, weight: 9 }, { arbitrary: fc.string(), weight: 1 }), { maxLength: 7 }),
  fc
    .tuple(fc.constantFrom('pods', 'services', 'events', 'endpoints', 'replicationcontrollers'), word, word)
    .map(([plural, ...rest]) => ['api', 'v1', 'namespaces', 'default', plural, ...rest]),
  fc
    .tuple(fc.constantFrom('pods', 'services', 'minions', 'endpoints', 'bindings'), word)
    .map(([plural, name]) => ['api', 'v1beta1', plural, name]),
)
const parameter = fc.tuple(
  fc.constantFrom(
    'labelSelector',
    'fieldSelector',
    'limit',
    'continue',
    'resourceVersion',
    'resourceVersionMatch',
    'dryRun',
    'labels',
    'fields',
    'namespace',
    'sync',
    'gracePeriodSeconds',
    'propagationPolicy',
    'timeoutSeconds',
    'sendInitialEvents',
    'pretty',
  ),
  fc.oneof(
    fc.constantFrom('1', '0', 'true', 'a=b', 'All', 'default', 'status.phase=x', '-1', 'eyJ2IjoxfQ'),
    fc.string(),
  ),
)
const member = fc.constantFrom(
  'kind',
  'apiVersion',
  'metadata',
  'name',
  'namespace',
  'labels',
  'annotations',
  'finalizers',
  'spec',
  'status',
  'containers',
  'ports',
  'selector',
  'template',
  'target',
  'replicas',
  'id',
  'desiredState',
  'manifest',
  'subsets',
  'volumes',
  'env',
  'resources',
  'ownerReferences',
  'generateName',
  'clusterIP',
  'port',
  'podID',
  'host',
  'toString',
)
const { body } = fc.letrec<{ body: unknown }>(tie => ({
  body: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<unknown>(
      'Pod',
      'v1',
      'v1beta1',
      'x',
      1,
      -1,
      1.5,
      true,
      null,
      '',
      'Service',
      'Node',
      'Binding',
    ),
    fc.dictionary(member, tie('body'), { maxKeys: 6 }),
    fc.array(tie('body'), { maxLength: 3 }),
  ),
}))
/** A server's own fault would be a 500; a revision that is still to come is a 504, and the client's doing. */
const noFault = async (method: string, target: string, sent?: string, type?: string): Promise<number> => {
  complaints.length = 0
  const { status } = await send(
    method,
    target,
    method === 'GET' || method === 'HEAD' ? undefined : sent,
    type,
  )
  const faults = complaints.filter(each => !each.includes('Too large resource version'))
  assert.equal(faults, [])
  assert.ok(status < 500 || status === 504, `${status} for ${method} ${target}`)
  return status
}

test('whatever is asked, the server has no fault of its own', async () => {
  const request = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'),
    path,
    query: fc.array(parameter, { maxLength: 3 }),
    type: fc.constantFrom('application/json', 'application/yaml', 'text/plain'),
    payload: fc.oneof(
      fc.string(),
      body.map(each => JSON.stringify(each)),
    ),
  })
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path, query, type, payload }) => {
      // A watch would not end by itself.
      const segments = path
        .filter(each => each !== 'watch')
        .map(each => encodeURI(each).replaceAll('%25', '%'))
      await noFault(method, `/${segments.join('/')}?${new URLSearchParams(query)}`, payload, type)
    }),
    { numRuns: 800 },
  )
})

const legacyPod = {
  kind: 'Pod',
  apiVersion: 'v1beta1',
  id: 'old',
  labels: { a: 'b' },
  desiredState: {
    manifest: {
      version: 'v1beta1',
      id: 'old',
      containers: [{ ...container, ports: [{ containerPort: 80, hostPort: 8080 }] }],
    },
  },
}

const richPod = pod('there', {
  nodeName: 'n',
  volumes: [{ name: 'v', emptyDir: {} }],
  containers: [
    {
      ...container,
      ports: [{ name: 'http', containerPort: 80, hostPort: 8080, protocol: 'TCP' }],
      env: [{ name: 'A', value: 'b' }],
      resources: { limits: { cpu: '1' }, requests: { cpu: '100m', memory: '1Gi' } },
      volumeMounts: [{ name: 'v', mountPath: '/v' }],
      livenessProbe: { httpGet: { path: '/', port: 'http' } },
      securityContext: { runAsUser: 1 },
    },
  ],
})

/** Valid writes: method, path and body. */
const valid: readonly (readonly [method: string, path: string, body: object])[] = [
  [
    'POST',
    pods,
    { ...richPod, metadata: { generateName: 'fuzz-', labels: { a: 'b' }, annotations: { c: 'd' } } },
  ],
  ['PUT', `${pods}/there`, { ...richPod, metadata: { name: 'there', finalizers: [], ownerReferences: [] } }],
  [
    'PUT',
    `${pods}/there/status`,
    { ...pod('there'), status: { phase: 'Running', conditions: [{ type: 'Ready' }] } },
  ],
  [
    'POST',
    `${pods}/there/binding`,
    { kind: 'Binding', metadata: { annotations: { a: 'b' } }, target: { name: 'n' } },
  ],
  ['DELETE', `${pods}/there/binding`, { kind: 'DeleteOptions', preconditions: { uid: 'x' } }],
  ['DELETE', `${pods}/there`, { kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid: 'x' } }],
  [
    'POST',
    '/api/v1/namespaces/default/replicationcontrollers',
    { ...controller({ a: 'b' }, { a: 'b' }), metadata: { generateName: 'fuzz-' } },
  ],
  [
    'PUT',
    '/api/v1/namespaces/default/replicationcontrollers/rc/scale',
    { kind: 'Scale', spec: { replicas: 2 } },
  ],
  [
    'POST',
    '/api/v1/namespaces/default/services',
    {
      kind: 'Service',
      metadata: { generateName: 'fuzz-' },
      spec: { type: 'ClusterIP', selector: { a: 'b' }, ports: [{ name: 'p', port: 80, targetPort: 'http' }] },
    },
  ],
  [
    'POST',
    '/api/v1/namespaces/default/endpoints',
    {
      kind: 'Endpoints',
      metadata: { generateName: 'fuzz-' },
      subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }],
    },
  ],
  [
    'POST',
    '/api/v1/namespaces/default/events',
    {
      kind: 'Event',
      metadata: { generateName: 'fuzz-' },
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'there' },
      reason: 'x',
      source: { component: 'c' },
      count: 1,
    },
  ],
  [
    'POST',
    '/api/v1/nodes',
    {
      kind: 'Node',
      metadata: { generateName: 'fuzz-' },
      spec: {},
      status: { capacity: { cpu: '1' }, addresses: [] },
    },
  ],
  [
    'POST',
    '/api/v1/namespaces',
    { kind: 'Namespace', metadata: { generateName: 'fuzz-' }, spec: { finalizers: [] } },
  ],
  ['POST', '/api/v1beta1/pods', legacyPod],
  ['PUT', '/api/v1beta1/pods/old', legacyPod],
  [
    'POST',
    '/api/v1beta1/replicationControllers',
    {
      kind: 'ReplicationController',
      apiVersion: 'v1beta1',
      desiredState: {
        replicas: 1,
        replicaSelector: { a: 'b' },
        podTemplate: { desiredState: legacyPod.desiredState, labels: { a: 'b' } },
      },
    },
  ],
  [
    'POST',
    '/api/v1beta1/services',
    { kind: 'Service', apiVersion: 'v1beta1', port: 80, containerPort: 80, selector: { a: 'b' } },
  ],
  [
    'POST',
    '/api/v1beta1/endpoints',
    { kind: 'Endpoints', apiVersion: 'v1beta1', endpoints: ['10.0.0.1:80'] },
  ],
  [
    'POST',
    '/api/v1beta1/minions',
    { kind: 'Minion', apiVersion: 'v1beta1', resources: { capacity: { cpu: 1 } } },
  ],
  [
    'POST',
    '/api/v1beta1/events',
    { kind: 'Event', apiVersion: 'v1beta1', involvedObject: { name: 'x' }, source: 's' },
  ],
]

type Bag = Record<string, unknown>

/** Puts `value` somewhere into the body; `where` chooses a member on each level. */
const mutated = (given: unknown, where: readonly number[], value: unknown): unknown => {
  const [first, ...rest] = where
  if (typeof given !== 'object' || given === null || first === undefined) return value
  const names = Object.keys(given)
  const name = names[first % names.length]
  if (name === undefined) return value
  const change = mutated((given as Bag)[name], rest, value)
  if (Array.isArray(given)) return given.map((each, index) => (String(index) === name ? change : each))
  return { ...given, [name]: change }
}

test('whatever is written, the server has no fault of its own', async () => {
  await send('POST', '/api/v1/namespaces/default/replicationcontrollers', {
    ...controller({ a: 'b' }, { a: 'b' }),
    metadata: { name: 'rc' },
  })
  const mutation = fc.tuple(
    fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 8 }),
    fc.oneof(fc.constant(undefined), body, fc.string(), fc.integer()),
  )
  const statuses = new Map<number, number>()
  const write = fc.tuple(fc.constantFrom(...valid), fc.array(mutation, { maxLength: 2 }))
  await fc.assert(
    fc.asyncProperty(write, async ([[method, target, body], mutations]) => {
      await send('POST', pods, pod('there'))
      await send('POST', '/api/v1beta1/pods', legacyPod)
      const sent = mutations.reduce<unknown>((all, [where, value]) => mutated(all, where, value), body)
      const status = await noFault(method, target, JSON.stringify(sent))
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }),
    { numRuns: 1200 },
  )
  for (const status of [200, 201, 400, 409, 422]) assert.ok(statuses.has(status), `none was ${status}`)
})

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

test('what is nested without end, or grows without end, is refused before it does harm', async () => {
  const definition = {
    metadata: { name: 'frees.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'frees', kind: 'Free' },
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
  await send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition)
  const frees = '/apis/example.com/v1/namespaces/default/frees'
  const free = (depth: number) =>
    `{"apiVersion":"example.com/v1","kind":"Free","metadata":{"name":"f"},"spec":${nested(depth)}}`
  const one = `${frees}/f?fieldManager=m&force=true`
  const yaml = await fetch(`${url}${frees}`, { headers: { accept: 'application/yaml' } })
  assert.is(yaml.status, 200)
  assert.is((await send('POST', frees, free(250))).status, 201)
  assert.is((await fetch(`${url}${frees}/f`, { headers: { accept: 'application/yaml' } })).status, 200)
  const merge = 'application/merge-patch+json'
  for (const depth of [1_000, 10_000, 200_000]) {
    for (const [method, target, text, type] of [
      ['POST', frees, free(depth), 'application/json'],
      ['POST', frees, free(depth), 'application/yaml'],
      ['PATCH', one, free(depth), 'application/apply-patch+yaml'],
      ['PATCH', `${frees}/f`, free(depth), merge],
      ['POST', pods, `kind: Pod\nspec: ${'['.repeat(depth)}${']'.repeat(depth)}`, 'application/yaml'],
      ['POST', pods, `kind: Pod\nspec:\n${'- '.repeat(depth)}a`, 'application/yaml'],
    ] as const) {
      const { status, body } = await send(method, target, text, type)
      assert.equal([status, body.message?.includes('exceeded max depth')], [400, true], `${type} ${depth}`)
    }
  }
  const anchors = [...'bcdefghi'].map((name, i) => {
    const last = 'abcdefgh'[i]
    return `${name}: &${name} [${Array(9).fill(`*${last}`).join()}]`
  })
  const laughs = ['kind: Pod', `a: &a [${Array(9).fill('lol').join()}]`, ...anchors].join('\n')
  assert.is((await send('POST', pods, laughs, 'application/yaml')).status, 400)

  const jsonPatch = 'application/json-patch+json'
  const copies = (from: string, to: string, count: number) => [
    { op: 'add', path: '/l', value: ['x'.repeat(100)] },
    ...Array.from({ length: count }, () => ({ op: 'copy', from, path: to })),
  ]
  assert.is((await send('PATCH', `${frees}/f`, copies('/l', '/l/-', 40), jsonPatch)).status, 422)
})

test('names of JavaScript are names like any other', async () => {
  const text =
    '{"apiVersion":"example.com/v1","kind":"Free","metadata":{"name":"p"},' +
    '"__proto__":{"polluted":1},"spec":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}'
  const frees = '/apis/example.com/v1/namespaces/default/frees'
  assert.is((await send('POST', frees, text)).status, 201)
  await send('PATCH', `${frees}/p`, '{"spec":{"__proto__":{"polluted":2}}}', 'application/merge-patch+json')
  assert.is(({} as { polluted?: number }).polluted, undefined)
})

test('a body just too large is refused, whatever it is', async () => {
  const large = ' '.repeat(3 * 1024 * 1024 + 1)
  for (const [method, type] of [
    ['POST', 'application/json'],
    ['POST', 'application/yaml'],
    ['POST', 'application/vnd.kubernetes.protobuf'],
    ['PATCH', 'application/json-patch+json'],
    ['PATCH', 'application/merge-patch+json'],
    ['PATCH', 'application/strategic-merge-patch+json'],
    ['PATCH', 'application/apply-patch+yaml'],
    ['DELETE', 'application/json'],
  ] as const) {
    const target = method === 'POST' ? pods : `${pods}/there?fieldManager=m`
    assert.is((await send(method, target, large, type)).status, 413, `${method} ${type}`)
  }
})

test('long selectors are read, and warnings without end are not sent', async () => {
  const values = Array.from({ length: 5_000 }, (_, i) => `v${i}`)
  const selector = encodeURIComponent(`a in (${values.join()})`)
  assert.is((await send('GET', `${pods}?labelSelector=${selector}`)).status, 200)
  const odd = Object.fromEntries(values.map(name => [name, 1]))
  const answer = await fetch(`${url}${pods}?dryRun=All`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(pod('odd', { containers: [container], ...odd })),
  })
  assert.is(answer.status, 201)
  assert.ok((answer.headers.get('warning') ?? '').length < 6_000)
})

test.run()
