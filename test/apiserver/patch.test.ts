import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Status } from '../../api/errors.ts'
import { Pod, ReplicationController } from '../../api/kinds/index.ts'
import { eventually } from '../support/eventually.ts'
import { podNamed, startServer } from './running-server.ts'

const { url, http, server, stop } = await startServer()
test.after(stop)

const pods = '/api/v1/namespaces/default/pods'
const controllers = '/api/v1/namespaces/default/replicationcontrollers'
const ref = (name: string) => ({ namespace: 'default', name })

type Type = 'json-patch+json' | 'merge-patch+json' | 'strategic-merge-patch+json' | 'apply-patch+yaml'

type Body = Pick<Status, 'message' | 'reason' | 'details'> &
  Pick<Pod, 'metadata'> & {
    readonly spec: Pod['spec'] & { readonly replicas?: number }
    readonly status: { readonly podIP?: string }
  }

interface Answer {
  readonly status: number
  readonly warning: string | null
  readonly body: Body
}

const send = async (method: string, path: string, body: unknown, type = 'json'): Promise<Answer> => {
  const answer = await fetch(url + path, {
    method,
    headers: { 'content-type': `application/${type}`, 'user-agent': 'tester/1.0 (test)' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, warning: answer.headers.get('warning'), body: JSON.parse(text) }
}

const patch = (path: string, type: Type, body: unknown): Promise<Answer> => send('PATCH', path, body, type)

const pod = async (name: string): Promise<string> => {
  await http.create(Pod, podNamed(name, { app: name }))
  return `${pods}/${name}`
}

const ownersOf = ({ body }: Answer): string[] =>
  (body.metadata.managedFields ?? []).map(({ manager, operation, subresource = '' }) =>
    `${manager} ${operation} ${subresource}`.trim(),
  )

const apply = (name: string, labels: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: podNamed(name).spec,
})

test('what is applied again changes nothing, though it takes defaults away for a moment', async () => {
  const path = '/apis/apps/v1/namespaces/default/statefulsets/again'
  const labels = { app: 'again' }
  const config = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'again', labels, annotations: {} },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations: {} }, spec: podNamed('').spec },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1024Mi' } } },
        },
      ],
    },
  }
  const applied = () => patch(`${path}?fieldManager=me`, 'apply-patch+yaml', config)
  const first = await applied()
  assert.is(first.status, 201, first.body.message)
  const second = Math.floor(Date.now() / 1000)
  await eventually('the entries would have another time', () => Date.now() >= (second + 1) * 1000)
  assert.equal((await applied()).body, first.body)
})

test('who applies with a uid means an object that is there', async () => {
  const body = apply('uid', {})
  const { status, body: told } = await patch(`${pods}/uid?fieldManager=me`, 'apply-patch+yaml', {
    ...body,
    metadata: { ...body.metadata, uid: 'of-another' },
  })
  assert.is(status, 409)
  assert.match(told.message ?? '', 'uid mismatch: the provided object specified uid of-another')
})

test('an owner that is named twice is named once, with a warning', async () => {
  const owner = { apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u' }
  const other = { ...owner, blockOwnerDeletion: true }
  const owned = { ...podNamed('owned'), metadata: { name: 'owned', ownerReferences: [owner, other, owner] } }
  const created = await send('POST', pods, owned)
  assert.equal(created.body.metadata.ownerReferences, [owner, other])
  assert.match(created.warning ?? '', /contains duplicate entries; .* observed: \[u\]/)
  const again = [{ op: 'add', path: '/metadata/ownerReferences/-', value: owner }]
  const patched = await patch(`${pods}/owned`, 'json-patch+json', again)
  assert.equal(patched.body.metadata.ownerReferences, [owner, other])
  assert.match(patched.warning ?? '', 'duplicate entries after mutating admission happens')
})

test('each kind of patch changes an object', async () => {
  const path = await pod('kinds')
  await patch(path, 'json-patch+json', [{ op: 'add', path: '/metadata/labels/json', value: '1' }])
  await patch(path, 'merge-patch+json', { metadata: { labels: { merge: '1' } } })
  const strategic = { spec: { containers: [{ name: 'main', image: 'busybox:2' }] } }
  const { status, body } = await patch(path, 'strategic-merge-patch+json', strategic)
  assert.is(status, 200)
  assert.equal(body.metadata.labels, { app: 'kinds', json: '1', merge: '1' })
  assert.is(body.spec.containers[0]?.image, 'busybox:2')
  assert.is(body.spec.containers[0]?.terminationMessagePath, '/dev/termination-log')
})

test('a patch of another type is refused with those that are', async () => {
  const { status, body } = await send('PATCH', await pod('type'), '{}', 'xml')
  assert.is(status, 415)
  assert.match(
    body.message ?? '',
    /json-patch\+json, .*merge-patch\+json, .*strategic-merge-patch\+json, .*apply-patch\+yaml$/,
  )
})

test('patches at the same time all come through', async () => {
  const path = await pod('race')
  const keys = Array.from({ length: 20 }, (_, n) => `k${n}`)
  const answers = await Promise.all(
    keys.map(key => patch(path, 'merge-patch+json', { metadata: { labels: { [key]: '1' } } })),
  )
  assert.ok(answers.every(({ status }) => status === 200))
  const { metadata } = await http.get(Pod, ref('race'))
  assert.equal(Object.keys(metadata.labels ?? {}).sort(), ['app', ...keys].sort())
})

test('a patch that names a revision applies to that one only', async () => {
  const path = await pod('revision')
  const { metadata } = await http.get(Pod, ref('revision'))
  const body = { metadata: { resourceVersion: metadata.resourceVersion, labels: { a: '1' } } }
  assert.is((await patch(path, 'merge-patch+json', body)).status, 200)
  assert.is((await patch(path, 'merge-patch+json', body)).body.reason, 'Conflict')
})

const refused: readonly (readonly [what: string, type: Type, body: unknown, status: number, says: RegExp])[] =
  [
    ['no JSON', 'merge-patch+json', '{', 400, /^error decoding patch: /],
    ['no object', 'merge-patch+json', [], 400, /^error decoding patch: /],
    [
      'another name',
      'merge-patch+json',
      { metadata: { name: 'x' } },
      400,
      /does not match the name on the URL/,
    ],
    ['another uid', 'merge-patch+json', { metadata: { uid: 'x' } }, 409, /UID in precondition: x/],
    [
      'what makes it invalid',
      'merge-patch+json',
      { metadata: { labels: { 'a b': '1' } } },
      422,
      /^Pod "bad" is invalid: metadata.labels/,
    ],
    [
      'what makes it no pod',
      'merge-patch+json',
      { spec: { containers: 3 } },
      422,
      /^ "" is invalid: patch: Invalid value: .*decode slice/,
    ],
    [
      'an item that is nothing',
      'json-patch+json',
      [{ op: 'remove', path: '/spec/containers/3' }],
      422,
      /rejected our request/,
    ],
    ['applying no YAML', 'apply-patch+yaml', '{', 400, /^error decoding YAML: /],
    [
      'applying fields that are none',
      'apply-patch+yaml',
      { apiVersion: 'v1', kind: 'Pod', spec: { x: 1 } },
      400,
      /\.spec\.x: field not declared in schema/,
    ],
    [
      'applying managed fields',
      'apply-patch+yaml',
      { apiVersion: 'v1', kind: 'Pod', metadata: { managedFields: [{}] } },
      400,
      /must be nil/,
    ],
  ]
test('patches that make no sense are refused, and change nothing', async () => {
  const path = await pod('bad')
  const before = await http.get(Pod, ref('bad'))
  for (const [what, type, body, status, says] of refused) {
    const query = type === 'apply-patch+yaml' ? '?fieldManager=x' : ''
    const answer = await patch(path + query, type, body)
    assert.is(answer.status, status, what)
    assert.match(answer.body.message ?? '', says, what)
  }
  const { body } = await patch(`${path}?force=true`, 'merge-patch+json', {})
  assert.match(body.message ?? '', /force: Forbidden: may not be specified for non-apply patch/)
  assert.equal(await http.get(Pod, ref('bad')), before)
})

test('/status takes the status and the metadata, and nothing else takes the status', async () => {
  const path = await pod('status')
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'x' }]
  const body = {
    metadata: { labels: { yes: '1' }, ownerReferences },
    spec: { nodeName: 'no' },
    status: { podIP: '10.0.0.1' },
  }
  const answer = await patch(`${path}/status`, 'merge-patch+json', body)
  assert.is(answer.body.status.podIP, '10.0.0.1')
  assert.equal(answer.body.metadata.labels, { app: 'status', yes: '1' })
  assert.is(answer.body.metadata.ownerReferences, undefined)
  assert.is(answer.body.spec.nodeName, undefined)
  assert.ok(ownersOf(answer).includes('tester Update status'))
  const other = await patch(path, 'merge-patch+json', { status: { podIP: '10.0.0.2' } })
  assert.is(other.body.status.podIP, '10.0.0.1')
  const applied = { apiVersion: 'v1', kind: 'Pod', status: { podIP: '10.0.0.3' } }
  const conflict = await patch(`${path}/status?fieldManager=one`, 'apply-patch+yaml', applied)
  assert.match(conflict.body.message ?? '', /conflict with "tester" with subresource "status" using v1/)
  const forced = await patch(`${path}/status?fieldManager=one&force=1`, 'apply-patch+yaml', applied)
  assert.is(forced.body.status.podIP, '10.0.0.3')
  const marked = { ...applied, metadata: { name: 'status', annotations: { mark: '1' }, ownerReferences } }
  const taken = await patch(`${path}/status?fieldManager=one`, 'apply-patch+yaml', marked)
  assert.is(taken.body.metadata.annotations?.mark, '1')
  assert.is(taken.body.metadata.ownerReferences, undefined)
  const [mine] = taken.body.metadata.managedFields ?? []
  assert.match(JSON.stringify(mine?.fieldsV1), /^{"f:metadata":{"f:annotations":{"f:mark":{}}},"f:status":/)
  const left = await patch(`${path}/status?fieldManager=one`, 'apply-patch+yaml', applied)
  assert.is(left.body.metadata.annotations?.mark, undefined)
})

test('/scale takes every kind of patch', async () => {
  const labels = { app: 'scaled' }
  const template = { metadata: { labels }, spec: podNamed('x').spec }
  await http.create(ReplicationController, {
    metadata: { name: 'scaled', namespace: 'default' },
    spec: { replicas: 1, selector: labels, template },
  })
  const path = `${controllers}/scaled/scale`
  const wanted = (replicas: number) => ({ apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas } })
  const patches: readonly (readonly [Type, unknown, number])[] = [
    ['json-patch+json', [{ op: 'replace', path: '/spec/replicas', value: 2 }], 2],
    ['merge-patch+json', { spec: { replicas: 3 } }, 3],
    ['strategic-merge-patch+json', { spec: { replicas: 4 } }, 4],
    ['apply-patch+yaml', wanted(5), 5],
  ]
  for (const [type, body, replicas] of patches) {
    const query = type === 'apply-patch+yaml' ? '?fieldManager=hpa&force=true' : ''
    assert.is((await patch(path + query, type, body)).body.spec.replicas, replicas, type)
  }
  const { metadata, spec } = await http.get(ReplicationController, ref('scaled'))
  assert.is(spec.replicas, 5)
  assert.is(metadata.generation, 5)
})

test('applying makes an object, changes it, and gives it up', async () => {
  const path = `${pods}/applied`
  const made = await patch(
    `${path}?fieldManager=one`,
    'apply-patch+yaml',
    apply('applied', { a: '1', b: '1' }),
  )
  assert.is(made.status, 201)
  assert.equal(ownersOf(made), ['one Apply'])
  const same = await patch(
    `${path}?fieldManager=one`,
    'apply-patch+yaml',
    apply('applied', { a: '1', b: '1' }),
  )
  assert.is(same.status, 200)
  assert.is(same.body.metadata.resourceVersion, made.body.metadata.resourceVersion, 'nothing was written')
  const less = await patch(`${path}?fieldManager=one`, 'apply-patch+yaml', apply('applied', { a: '1' }))
  assert.equal(less.body.metadata.labels, { a: '1' })
  const conflict = await patch(`${path}?fieldManager=two`, 'apply-patch+yaml', apply('applied', { a: '2' }))
  assert.is(conflict.status, 409)
  assert.equal(conflict.body.details?.causes, [
    { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.metadata.labels.a' },
  ])
})

test('appliers at the same time, of an object that is not there, all come through', async () => {
  const managers = Array.from({ length: 8 }, (_, n) => `m${n}`)
  const answers = await Promise.all(
    managers.map(each =>
      patch(`${pods}/together?fieldManager=${each}`, 'apply-patch+yaml', apply('together', { [each]: '1' })),
    ),
  )
  assert.equal(answers.map(({ status }) => status).sort(), [...Array(7).fill(200), 201])
  const { metadata } = await http.get(Pod, ref('together'))
  assert.equal(Object.keys(metadata.labels ?? {}).sort(), managers)
})

test('a client can take ownership away, as kubectl does when it begins to apply server-side', async () => {
  const path = await pod('reset')
  assert.equal(ownersOf(await patch(path, 'merge-patch+json', {})).length, 1)
  const operations = [{ op: 'replace', path: '/metadata/managedFields', value: [{}] }]
  const { body } = await patch(path, 'json-patch+json', operations)
  assert.is(body.metadata.managedFields, undefined)
})

test('what this process makes is nobodys until somebody applies to it', async () => {
  await server.client.create(Pod, podNamed('own', { a: '1' }))
  await server.client.updateStatus(Pod, {
    ...(await http.get(Pod, ref('own'))),
    status: { podIP: '10.0.0.1' },
  })
  assert.is((await http.get(Pod, ref('own'))).metadata.managedFields, undefined)
  const conflict = await patch(`${pods}/own?fieldManager=one`, 'apply-patch+yaml', apply('own', { a: '2' }))
  assert.match(
    conflict.body.message ?? '',
    /conflict with "before-first-apply" using v1: .metadata.labels.a$/,
  )
})

test('this process owns what it changes of what others own', async () => {
  await pod('changed')
  const found = await http.get(Pod, ref('changed'))
  await server.client.update(Pod, { ...found, metadata: { ...found.metadata, labels: { app: 'other' } } })
  const { metadata } = await http.get(Pod, ref('changed'))
  const own = metadata.managedFields?.find(each => each.manager === 'kubernetes-mesos')
  assert.equal(own?.fieldsV1, { 'f:metadata': { 'f:labels': { 'f:app': {} } } })
})

test('v1beta1 does not tell of owners', async () => {
  await pod('legacy')
  const legacy = await fetch(`${url}/api/v1beta1/pods/legacy`)
  assert.is(legacy.status, 200)
  assert.not.match(await legacy.text(), /managedFields/)
})

test('a dry run answers what would be, and writes nothing', async () => {
  const path = await pod('dry')
  const before = await http.get(Pod, ref('dry'))
  const changed = { ...before, metadata: { ...before.metadata, labels: { dry: '1' } } }
  const applied = apply('dry', { dry: '1' })
  const writes = [
    () => send('PUT', `${path}?dryRun=All`, changed),
    () => patch(`${path}?dryRun=All`, 'merge-patch+json', { metadata: { labels: { app: null, dry: '1' } } }),
    () => patch(`${path}?dryRun=All&fieldManager=one`, 'apply-patch+yaml', applied),
  ]
  for (const write of writes) {
    const { status, body } = await write()
    assert.is(status, 200)
    assert.is(body.metadata.labels?.dry, '1')
    assert.is(body.metadata.resourceVersion, before.metadata.resourceVersion)
  }
  assert.is((await send('DELETE', `${path}?dryRun=All`, { kind: 'DeleteOptions' })).status, 200)
  assert.is((await send('DELETE', `${pods}?dryRun=All&labelSelector=app%3Ddry`, {})).status, 200)
  assert.is(
    (await patch(`${pods}/new?dryRun=All&fieldManager=one`, 'apply-patch+yaml', apply('new', {}))).status,
    201,
  )
  assert.is((await send('GET', `${pods}/new`, undefined)).status, 404)
  assert.equal(await http.get(Pod, ref('dry')), before)
})

test('unknown fields are dropped, told of, or refused', async () => {
  const typo = { ...podNamed('typo'), spec: { containers: [{ name: 'c', image: 'x', imagee: 'y' }], foo: 1 } }
  const warned = await send('POST', `${pods}?dryRun=All`, typo)
  assert.is(warned.status, 201)
  assert.is(
    warned.warning,
    '299 - "unknown field \\"spec.containers[0].imagee\\"", 299 - "unknown field \\"spec.foo\\""',
  )
  assert.is((await send('POST', `${pods}?dryRun=All&fieldValidation=Ignore`, typo)).warning, null)
  const strict = await send('POST', `${pods}?fieldValidation=Strict`, typo)
  assert.is(strict.status, 400)
  assert.is(
    strict.body.message,
    'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.containers[0].imagee", unknown field "spec.foo"',
  )
  const path = await pod('strict')
  const patched = await patch(`${path}?fieldValidation=Strict`, 'merge-patch+json', { spec: { foo: 1 } })
  assert.is(patched.status, 422)
  assert.match(patched.body.message ?? '', /strict decoding error: unknown field "spec.foo"$/)
  const wrong = await send('POST', `${pods}?fieldValidation=Maybe`, typo)
  assert.match(
    wrong.body.message ?? '',
    /^CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Maybe"/,
  )
})

test('fields that are there twice are told, or refused', async () => {
  const json =
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"twice","name":"twice"},"spec":{"containers":[{"name":"a","image":"x","image":"y"}]}}'
  const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: twice\n  name: twice\n'
  const write = async (method: string, path: string, type: string, body: string) => {
    const answer = await fetch(url + path, { method, headers: { 'content-type': type }, body })
    return {
      status: answer.status,
      warning: answer.headers.get('warning'),
      body: (await answer.json()) as Pick<Status, 'message' | 'reason'> & Pick<Pod, 'metadata' | 'spec'>,
    }
  }
  const said = 'duplicate field "metadata.name", duplicate field "spec.containers[0].image"'
  const strict = await write('POST', `${pods}?fieldValidation=Strict`, 'application/json', json)
  assert.equal(
    [strict.status, strict.body.message],
    [400, `Pod in version "v1" cannot be handled as a Pod: strict decoding error: ${said}`],
  )
  const both =
    '{"metadata":{"name":"both"},"spec":{"nothing":1,"nodeName":"a","nodeName":"b","containers":[]}}'
  assert.match(
    (await write('POST', `${pods}?fieldValidation=Strict`, 'application/json', both)).body.message ?? '',
    'strict decoding error: unknown field "spec.nothing", duplicate field "spec.nodeName"',
  )
  const warned = await write('POST', pods, 'application/json', json)
  assert.equal([warned.status, warned.body.spec.containers[0]?.image], [201, 'y'])
  assert.is(
    warned.warning,
    said
      .split(', ')
      .map(text => `299 - ${JSON.stringify(text)}`)
      .join(', '),
  )
  const ignored = await write('PUT', `${pods}/twice?fieldValidation=Ignore`, 'application/json', json)
  assert.equal([ignored.status, ignored.warning], [200, null])

  const merge = '{"metadata":{"labels":{"a":"b","a":"c"}}}'
  for (const type of ['merge-patch', 'strategic-merge-patch']) {
    const patched = await write('PATCH', `${pods}/twice`, `application/${type}+json`, merge)
    assert.equal([patched.status, patched.body.metadata.labels?.a], [200, 'c'])
    assert.is(patched.warning, '299 - "duplicate field \\"metadata.labels.a\\""')
    const refused = await write(
      'PATCH',
      `${pods}/twice?fieldValidation=Strict`,
      `application/${type}+json`,
      merge,
    )
    assert.equal([refused.status, refused.body.reason], [422, 'Invalid'])
    assert.match(refused.body.message ?? '', 'strict decoding error: duplicate field "metadata.labels.a"')
  }

  const maps = '/api/v1/namespaces/default/configmaps'
  const line = 'yaml: unmarshal errors:\n  line 5: key "name" already set in map'
  const plain = await write('POST', `${maps}?fieldValidation=Strict`, 'application/yaml', yaml)
  assert.equal([plain.status, plain.body.message?.includes(line)], [400, true])
  assert.is((await write('POST', maps, 'application/yaml', yaml)).status, 201)
  const query = '?fieldManager=me&force=true'
  const apply = 'application/apply-patch+yaml'
  const applied = await write('PATCH', `${maps}/twice${query}&fieldValidation=Strict`, apply, yaml)
  assert.equal([applied.status, applied.body.message?.includes(line)], [400, true])
  assert.is((await write('PATCH', `${maps}/twice${query}`, apply, yaml)).status, 200)
})

test('an object remembers ten plain writers; the oldest are put together', async () => {
  await http.create(Pod, podNamed('written'))
  const managers = async () => {
    const { metadata } = await http.get(Pod, ref('written'))
    return (metadata.managedFields ?? []).map(({ manager, fieldsV1 }) => ({
      manager,
      fields: JSON.stringify(fieldsV1),
    }))
  }
  for (let i = 0; i < 14; i++) {
    const answer = await fetch(`${url}${pods}/written?fieldManager=w${i}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ metadata: { labels: { [`l${i}`]: 'x' } } }),
    })
    assert.is(answer.status, 200)
  }
  const all = await managers()
  assert.is(all.length, 10)
  const ancient = all.find(({ manager }) => manager === 'ancient-changes')
  // The writer of the newest field is known, whoever came first is not.
  assert.ok(all.some(({ manager, fields }) => manager === 'w13' && fields.includes('f:l13')))
  assert.match(ancient?.fields ?? '', 'f:containers')
  for (let i = 0; i < 14; i++) {
    assert.is(all.filter(({ fields }) => fields.includes(`"f:l${i}"`)).length, 1, `l${i}`)
  }
})

test('resourceVersion 0 says no revision', async () => {
  const { metadata, spec } = podNamed('zero')
  const made = await send('POST', pods, { metadata: { ...metadata, resourceVersion: '0' }, spec })
  assert.is(made.status, 201)
  const labels = { a: 'b' }
  const path = `${pods}/zero`
  const again = { ...made.body, metadata: { ...made.body.metadata, labels, resourceVersion: '0' } }
  const put = await send('PUT', path, again)
  assert.equal([put.status, put.body.metadata.labels], [200, labels])
  const patched = await patch(path, 'merge-patch+json', {
    metadata: { resourceVersion: '0', labels: { c: 'd' } },
  })
  assert.equal([patched.status, patched.body.metadata.labels], [200, { ...labels, c: 'd' }])
  await http.create(ReplicationController, {
    metadata: { name: 'zero', namespace: 'default' },
    spec: {
      replicas: 0,
      selector: { a: 'b' },
      template: { metadata: { labels }, spec: podNamed('zero').spec },
    },
  })
  const scale = { metadata: { name: 'zero', resourceVersion: '0' }, spec: { replicas: 1 } }
  assert.is((await send('PUT', `${controllers}/zero/scale`, scale)).status, 200)
})

test('updates of a lease have to say the revision that they are made for', async () => {
  const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases'
  const lease = { metadata: { name: 'held' }, spec: { holderIdentity: 'a' } }
  const made = await send('POST', leases, lease)
  assert.is(made.status, 201)
  const refused = [
    await send('PUT', `${leases}/held`, lease),
    await patch(`${leases}/held`, 'merge-patch+json', { metadata: { resourceVersion: '0' } }),
    await patch(`${leases}/held`, 'merge-patch+json', { metadata: { resourceVersion: null } }),
  ]
  for (const { status, body } of refused) {
    assert.is(status, 422)
    assert.is(
      (body as { message?: string }).message,
      'leases.coordination.k8s.io "held" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    )
  }
  const { resourceVersion } = made.body.metadata
  const next = { ...lease, metadata: { ...lease.metadata, resourceVersion }, spec: { holderIdentity: 'b' } }
  assert.is((await send('PUT', `${leases}/held`, next)).status, 200)
  assert.is(
    (await patch(`${leases}/held`, 'merge-patch+json', { metadata: { labels: { a: 'b' } } })).status,
    200,
  )
})

/** Said by kube-apiserver 1.36 of the same patches. */
test('a strategic patch that makes no pod is shown, and told in the words of Go', async () => {
  const path = await pod('words')
  for (const [given, shown, said] of [
    [{ metadata: { labels: 'x' } }, 'map[metadata:map[labels:x]]', 'cannot restore map from string'],
    [
      { metadata: { labels: { a: 5 } } },
      'map[metadata:map[labels:map[a:5]]]',
      'cannot convert int64 to string',
    ],
    [{ spec: { hostNetwork: 'x' } }, 'map[spec:map[hostNetwork:x]]', 'unrecognized type: bool'],
    [{ spec: { containers: 'x' } }, 'map[spec:map[containers:x]]', 'cannot restore slice from string'],
    [{ spec: 'x' }, 'map[spec:x]', 'cannot restore struct from: string'],
    [{ spec: { priority: 1.5 } }, 'map[spec:map[priority:1.5]]', 'cannot convert float64 to int32'],
    [{ spec: { priority: {} } }, 'map[spec:map[priority:map[]]]', 'unrecognized type: int32'],
    [
      { spec: { tolerations: ['x'] } },
      'map[spec:map[tolerations:[x]]]',
      'cannot restore struct from: string',
    ],
    [{ spec: { dnsPolicy: [] } }, 'map[spec:map[dnsPolicy:[]]]', 'unrecognized type: string'],
  ] as const) {
    const { status, body } = await patch(path, 'strategic-merge-patch+json', given)
    assert.is(status, 422)
    assert.is(body.message, ` "" is invalid: patch: Invalid value: "${shown}": ${said}`)
  }
})

test.run()
