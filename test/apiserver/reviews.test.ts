import protobuf from 'protobufjs/light.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readProtobufDescriptor } from '../../api/schema/protobuf.ts'
import { Kubectl } from '../support/kubectl.ts'
import { tempDir } from '../support/temp.ts'
import { startServer } from './running-server.ts'

const { url, stop } = await startServer()
test.after(stop)

const authorization = '/apis/authorization.k8s.io/v1'
const authentication = '/apis/authentication.k8s.io/v1'
const inDefault = `${authorization}/namespaces/default`

interface Answer {
  readonly kind: string
  readonly metadata: { readonly namespace?: string }
  readonly spec?: object
  readonly status: Readonly<Record<string, unknown>> | string
  readonly message?: string
}

const post = async (path: string, body: string | Uint8Array, headers: Record<string, string> = {}) => {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })
  return { response, code: response.status, text: await response.text() }
}

const ask = async (path: string, body: object) => {
  const { code, text } = await post(path, JSON.stringify(body))
  return { code, body: JSON.parse(text) as Answer }
}

const resourceAttributes = { verb: 'get', resource: 'pods', namespace: 'default' }

test('everybody may do everything', async () => {
  for (const [path, spec] of [
    [`${authorization}/selfsubjectaccessreviews`, { resourceAttributes }],
    [`${authorization}/subjectaccessreviews`, { user: 'u', resourceAttributes }],
    [`${inDefault}/localsubjectaccessreviews`, { groups: ['g'], resourceAttributes }],
  ] as const) {
    const { code, body } = await ask(path, { spec })
    assert.is(code, 201, body.message)
    assert.equal(body.spec, spec)
    assert.is((body.status as { allowed?: boolean }).allowed, true)
  }
  const { body } = await ask(`${authorization}/selfsubjectrulesreviews`, { spec: { namespace: 'default' } })
  assert.is((body.status as { incomplete?: boolean }).incomplete, false)
})

test('nobody is known', async () => {
  const self = await ask(`${authentication}/selfsubjectreviews`, {})
  assert.equal(
    [self.code, self.body.status],
    [201, { userInfo: { username: 'system:anonymous', groups: ['system:unauthenticated'] } }],
  )
  const token = await ask(`${authentication}/tokenreviews`, { spec: { token: 'x' } })
  assert.equal(
    [token.code, token.body.status],
    [201, { user: {}, error: 'there is no authentication: no token is known' }],
  )
})

test('questions that cannot be answered', async () => {
  const wrong = async (path: string, spec: object, more: object = {}) =>
    (await ask(path, { spec, ...more })).body.message ?? ''
  assert.is(
    await wrong(`${authentication}/tokenreviews`, {}),
    'token is required for TokenReview in authentication',
  )
  assert.is(await wrong(`${authorization}/selfsubjectrulesreviews`, {}), 'no namespace on request')
  assert.match(
    await wrong(`${authorization}/selfsubjectaccessreviews`, {}),
    'spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
  )
  assert.match(
    await wrong(`${authorization}/subjectaccessreviews`, { resourceAttributes }),
    'spec.user: Invalid value: "": at least one of user or group must be specified',
  )
  assert.match(
    await wrong(`${inDefault}/localsubjectaccessreviews`, {
      user: 'u',
      resourceAttributes: { ...resourceAttributes, namespace: 'other' },
    }),
    'spec.resourceAttributes.namespace: Invalid value: "other": must match metadata.namespace',
  )
  assert.match(
    await wrong(
      `${inDefault}/localsubjectaccessreviews`,
      { user: 'u', resourceAttributes },
      { metadata: { namespace: 'other' } },
    ),
    'does not match the namespace sent on the request',
  )
  assert.is((await fetch(`${url}${authorization}/subjectaccessreviews`)).status, 405)
})

test('unknown fields are told of or refused, as the client likes', async () => {
  const path = `${authorization}/selfsubjectaccessreviews`
  const body = JSON.stringify({ spec: { resourceAttributes, odd: 1 } })
  const strict = await post(`${path}?fieldValidation=Strict`, body)
  assert.is(strict.code, 400)
  assert.match(strict.text, 'unknown field')
  const warned = await post(path, body)
  assert.match(warned.response.headers.get('warning') ?? '', 'unknown field')
  assert.not.match(warned.text, 'odd')
  assert.is((await post(`${path}?dryRun=All`, body)).code, 201)
  assert.is((await post(`${path}?dryRun=Some`, body)).code, 422)
})

test('in YAML and in protobuf', async () => {
  const path = `${authorization}/selfsubjectaccessreviews`
  const yaml = await post(path, 'spec:\n  nonResourceAttributes:\n    path: /x\n    verb: get\n', {
    'content-type': 'application/yaml',
    accept: 'application/yaml',
  })
  assert.match(yaml.text, /status:\n {2}allowed: true/)
  const root = protobuf.Root.fromJSON(readProtobufDescriptor() as protobuf.INamespace)
  const type = root.lookupType('k8s.io.api.authorization.v1.SelfSubjectAccessReview')
  const raw = type.encode(type.fromObject({ spec: { resourceAttributes } })).finish()
  const wrapper = root.lookupType('k8s.io.apimachinery.pkg.runtime.Unknown')
  const typeMeta = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' }
  const wrapped = wrapper.encode(wrapper.fromObject({ typeMeta, raw })).finish()
  const { code, text } = await post(path, Buffer.concat([Buffer.from('k8s\0'), wrapped]), {
    'content-type': 'application/vnd.kubernetes.protobuf',
  })
  assert.is(code, 201, text)
  assert.equal((JSON.parse(text) as Answer).spec, { resourceAttributes })
})

test('no Table is made of them', async () => {
  const table = 'application/json;as=Table;v=v1;g=meta.k8s.io'
  const asking = (accept: string) => post(`${authentication}/selfsubjectreviews`, '{}', { accept })
  assert.is((await asking(table)).code, 406)
  const { code, text } = await asking(`${table},application/json`)
  assert.is(code, 201)
  assert.is((JSON.parse(text) as Answer).kind, 'SelfSubjectReview')
})

test('kubectl asks what it may', async () => {
  const kubectl = new Kubectl(url, tempDir('reviews'))
  assert.is(await kubectl.ok('auth', 'can-i', 'create', 'pods'), 'yes\n')
  assert.match(await kubectl.ok('auth', 'can-i', '--list'), /\*\.\* +\[\] +\[\] +\[\*\]/)
})

test.run()
