import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isStatus } from '../../../api/errors.ts'
import { legacyFieldSelector, legacyKinds } from '../../../api/v1beta1/index.ts'
import { kindOf } from './recordings.ts'

const pods = kindOf('Pod')

const refused = (work: () => unknown, message: RegExp) =>
  assert.throws(work, (error: Error) => isStatus(error, 'BadRequest') && message.test(error.message))

test('a field of a wrong type is refused, and named', () => {
  const container = (fields: object) => ({
    id: 'p',
    desiredState: { manifest: { containers: [{ name: 'c', ...fields }] } },
  })
  const at = 'desiredState\\.manifest\\.containers\\[0\\]'
  refused(
    () => pods.fromLegacy(container({ image: 7 })),
    new RegExp(`^${at}\\.image must be a string, not 7$`),
  )
  refused(
    () => pods.fromLegacy(container({ ports: {} })),
    new RegExp(`^${at}\\.ports must be a list, not an object$`),
  )
  refused(() => pods.fromLegacy(container({ memory: 1.5 })), new RegExp(`^${at}\\.memory must be an integer`))
  refused(
    () => pods.fromLegacy(container({ command: [null] })),
    new RegExp(`^${at}\\.command\\[0\\] must be a value`),
  )
  refused(() => pods.fromLegacy({ labels: { a: 1 } }), /^labels\.a must be a string/)
})

test('a body that is no object is refused by every kind', () => {
  for (const kind of legacyKinds) {
    for (const body of ['text', 7, [], true])
      refused(() => kind.fromLegacy(body), /^the body must be an object/)
  }
})

test('another kind or version is refused', () => {
  refused(() => pods.fromLegacy({ kind: 'Service' }), /a Service, where a Pod is wanted/)
  refused(() => pods.fromLegacy({ kind: 'Pod', apiVersion: 'v1' }), /version v1, where v1beta1/)
})

test('what is unknown or null is ignored, as in 2014', () => {
  const draft = pods.fromLegacy({
    id: 'p',
    nope: 1,
    labels: null,
    desiredState: { manifest: { containers: null } },
  })
  assert.equal(draft, { metadata: { name: 'p' }, spec: { containers: [] } })
})

test('names and namespaces are left to the server', () => {
  assert.equal(pods.fromLegacy({}).metadata, {})
})

test('an endpoint that is no address and port is refused', () => {
  const endpoints = kindOf('Endpoints')
  refused(
    () => endpoints.fromLegacy({ endpoints: ['10.0.0.1:1', '10.0.0.2'] }),
    /^endpoints\[1\].*"10\.0\.0\.2"/,
  )
  assert.equal((endpoints.fromLegacy({ endpoints: ['[::1]:80'] }) as object as { subsets: object }).subsets, [
    { addresses: [{ ip: '::1' }], ports: [{ port: 80 }] },
  ])
})

test('field selectors are put into the names of v1', () => {
  const translated = {
    'DesiredState.Host=': 'spec.nodeName=',
    'desiredState.host!=a,id=x': 'spec.nodeName!=a,metadata.name=x',
    'currentState.status==Waiting': 'status.phase=Pending',
    'DesiredState.Status=Running': 'status.phase=Running',
    'DesiredState.Status=Terminated': 'status.phase!=Pending,status.phase!=Running,status.phase!=Unknown',
    'DesiredState.Status!=Terminated': 'status.phase!=Succeeded,status.phase!=Failed',
    'spec.nodeName=a': 'spec.nodeName=a',
    '': '',
  }
  for (const [legacy, v1] of Object.entries(translated)) assert.is(legacyFieldSelector(pods, legacy), v1)
  assert.is(legacyFieldSelector(kindOf('Event'), 'involvedObject.name=a\\,b'), 'involvedObject.name=a\\,b')
})

test('a field that nothing can be selected by is refused, with those that can', () => {
  refused(() => legacyFieldSelector(pods, 'colour=red'), /"colour"; the fields are: id, /)
  refused(() => legacyFieldSelector(pods, 'toString=red'), /cannot be selected/)
  refused(() => legacyFieldSelector(pods, 'id'), /invalid field selector "id"/)
})

test.run()
