import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { invalid, StatusError, statusOf } from '../../../api/errors.ts'
import type { Kind } from '../../../api/kind.ts'
import { Deployment, kindNamed, kindOf, kinds, Pod } from '../../../api/kinds/index.ts'
import type { Draft, Resource } from '../../../api/resource.ts'
import { dnsSubdomain } from '../../../api/validation/names.ts'
import { decode } from '../../../api/validation/structure.ts'
import { exchanges, recorded } from '../recordings.ts'

/** What the API server does with a POST before it stores the object. */
const admit = (kind: Kind, body: unknown, generated = ''): Draft<Resource> => {
  const draft = decode(kind, structuredClone(body))
  kind.strategy.default?.(draft)
  kind.strategy.prepareCreate?.(draft)
  const name = draft.metadata.name ?? generated
  const object = { ...draft, metadata: { ...draft.metadata, name } } as Resource
  const wrong =
    kind.strategy.validateName?.(name) ?? (kind.strategy.validateName ? undefined : dnsSubdomain(name)[0])
  const fields = [
    ...(wrong ? [{ type: 'Invalid', field: 'metadata.name', value: name, detail: wrong } as const] : []),
    ...(kind.strategy.validate?.(object) ?? []),
  ]
  if (fields.length > 0) throw invalid(kind, name, fields)
  return draft
}

/** Without what the server adds itself, and what the recorded one says of its own. */
const comparable = (body: object) => {
  const copy = JSON.parse(JSON.stringify(body))
  for (const key of [
    'uid',
    'resourceVersion',
    'creationTimestamp',
    'managedFields',
    'namespace',
    'generation',
  ]) {
    delete copy.metadata[key]
  }
  delete copy.spec?.template?.metadata.creationTimestamp
  // Go has no empty list.
  if (copy.status?.conditions === null) delete copy.status.conditions
  // Allocated by the server: it knows what is free.
  delete copy.spec?.clusterIP
  delete copy.spec?.clusterIPs
  // Younger than the recording.
  delete copy.spec?.internalTrafficPolicy
  if (copy.kind === 'Namespace') delete copy.metadata.labels
  for (const port of copy.kind === 'Service' ? copy.spec.ports : []) delete port.nodePort
  return copy
}

const created = exchanges.filter(({ request, response }) => {
  const kind = kinds.find(each => request.path.split('?')[0]?.endsWith(`/${each.plural}`))
  return kind && request.method === 'POST' && response.status === 201
})

test('there are recordings to compare with', () => assert.is(created.length, 9))

for (const { request, response } of created) {
  test(`POST ${request.path} ${response.body.metadata.name}: defaults as recorded`, () => {
    const kind = kindNamed(response.body.kind)
    assert.ok(kind)
    assert.equal(comparable(admit(kind, request.body)), comparable(response.body))
  })
}

const refused = exchanges.filter(
  ({ request, response }) =>
    request.method === 'POST' &&
    /\/(pods|deployments)$/.test(request.path) &&
    [400, 422].includes(response.status),
)

for (const { request, response } of refused.filter(each => typeof each.request.body === 'object')) {
  test(`POST is refused as recorded: ${response.body.message?.slice(0, 60)}`, () => {
    try {
      const kind = request.path.endsWith('/pods') ? Pod : Deployment
      admit(kind, request.body, response.body.details?.name)
      assert.unreachable()
    } catch (error) {
      assert.instance(error, StatusError)
      const status = statusOf(error)
      // kube-apiserver goes on with an excerpt of the body.
      const excerpt = ', error found in #10 byte of'
      const message = response.body.message?.split(excerpt)[0]
      assert.equal(status, { ...response.body, message })
    }
  })
}

test('the refusals are all there', () => assert.is(refused.length, 7))

test('an object that was read is not changed by writing it back', () => {
  const { body } = recorded('GET', '/api/v1/namespaces/default/pods/t1', 1).response
  const draft = decode(Pod, structuredClone(body))
  Pod.strategy.default?.(draft)
  assert.equal(draft, body)
})

test('lookups', () => {
  assert.is(kindOf('', 'v1', 'pods')?.kind, 'Pod')
  assert.is(kindOf('apps', 'v1', 'pods'), undefined)
  assert.is(kindNamed('Service')?.plural, 'services')
  assert.is(kindNamed('service'), undefined)
})

test.run()
