import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { encode, someObject } from '../api/protobuf/messages.ts'
import { podNamed, startServer } from './running-server.ts'

const { url, stop } = await startServer()
test.after(stop)

const post = (path: string, body: Uint8Array, method = 'POST') =>
  fetch(url + path, { method, body, headers: { 'content-type': 'application/vnd.kubernetes.protobuf' } })

test('objects are written and deleted, and answered in JSON', async () => {
  const body = encode('v1', 'Namespace', 'k8s.io.api.core.v1.Namespace', { metadata: { name: 'made' } })
  const created = await post('/api/v1/namespaces', body)
  assert.is(created.status, 201)
  assert.is(((await created.json()) as { metadata: { name: string } }).metadata.name, 'made')

  const { spec } = podNamed('gone')
  const pod = encode('v1', 'Pod', 'k8s.io.api.core.v1.Pod', { metadata: { name: 'gone' }, spec })
  const pods = '/api/v1/namespaces/default/pods'
  assert.is((await post(pods, pod)).status, 201)
  const options = (uid: string) =>
    encode('v1', 'DeleteOptions', 'k8s.io.apimachinery.pkg.apis.meta.v1.DeleteOptions', {
      preconditions: { uid },
    })
  assert.is((await post(`${pods}/gone`, options('another'), 'DELETE')).status, 409)
})

test('garbage is told from an object', async () => {
  const refused = async (body: Uint8Array, message: RegExp) => {
    const response = await post('/api/v1/namespaces', body)
    assert.is(response.status, 400)
    assert.match(((await response.json()) as { message: string }).message, message)
  }
  await refused(Buffer.from('{"kind":"Namespace"}'), /does not appear to be a protobuf message/)
  await refused(Buffer.from('k8s\0\xff\xff\xff', 'latin1'), /the object provided is unrecognized/)
  const nonsense = 'k8s.io.api.core.v1.Namespace'
  await refused(encode('v1', 'Nonsense', nonsense, {}), /no kind "Nonsense" is registered for version v1/)
  await refused(encode('v1', 'constructor', nonsense, {}), /no kind "constructor" is registered/)
  await refused(encode('v1', '', nonsense, {}), /'Kind' is missing/)
  await refused(encode('v1', 'Pod', nonsense, {}), /cannot be handled as a Namespace/)
})

test('what is cut off or spoilt is read or refused, and nothing else', async () => {
  const spoilt = fc
    .tuple(someObject, fc.nat(), fc.uint8Array({ maxLength: 8 }), fc.boolean())
    .map(([{ bytes }, at, noise, cut]) => {
      const from = at % bytes.length
      return Buffer.concat([bytes.subarray(0, from), noise, ...(cut ? [] : [bytes.subarray(from + 1)])])
    })
  await fc.assert(
    fc.asyncProperty(spoilt, async bytes => {
      const answer = await post('/api/v1/namespaces/default/pods?dryRun=All', bytes)
      assert.ok([201, 400, 409, 422].includes(answer.status), `${answer.status} ${await answer.text()}`)
    }),
    { numRuns: 300 },
  )
})

test.run()
