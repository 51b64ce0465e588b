import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Resource, ResourceList } from '../../../api/resource.ts'
import { legacyKinds, legacyList } from '../../../api/v1beta1/index.ts'
import { exchanges, kindOf, recordedLists, recordedObjects, stored } from './recordings.ts'

/** To the byte: the order of the fields is part of what clients saw. */
const bytes = (value: unknown): string => JSON.stringify(value, null, 1)

test('every recorded object survives the way to v1 and back', () => {
  assert.ok(recordedObjects.length > 30)
  for (const object of recordedObjects) {
    const kind = kindOf(object.kind)
    assert.is(bytes(kind.toLegacy(kind.fromLegacy(object) as Resource)), bytes(object))
  }
})

test('every recorded list comes out as recorded', () => {
  assert.ok(recordedLists.length > 10)
  for (const recorded of recordedLists) {
    const kind = kindOf(String(recorded.kind).replace(/List$/, ''))
    const items = (recorded.items as unknown[]).map(item => kind.fromLegacy(item) as Resource)
    const list: ResourceList<Resource> = {
      apiVersion: 'v1',
      kind: `${kind.kind.kind}List`,
      metadata: { resourceVersion: String(recorded.resourceVersion ?? '') },
      items,
    }
    assert.is(bytes(legacyList(kind, list)), bytes(recorded))
  }
})

test('what the server stores of every recorded write is answered as recorded', () => {
  const writes = exchanges.filter(
    ({ request, response }) => /POST|PUT/.test(request.method) && response.body.kind !== 'Status',
  )
  assert.ok(writes.length >= 10)
  for (const { request, response } of writes) {
    const kind = kindOf(response.body.kind)
    const object = stored(kind.legacyKind, kind.fromLegacy(request.body), response.body)
    assert.is(bytes(kind.toLegacy(object)), bytes(response.body))
  }
})

test('a binding names its pod and host', () => {
  const kind = kindOf('Binding')
  const body = { kind: 'Binding', apiVersion: 'v1beta1', podID: 'nginx-id-01', host: '10.0.0.1' }
  const draft = kind.fromLegacy(body) as unknown as { metadata: { name: string }; target: object }
  assert.is(draft.metadata.name, 'nginx-id-01')
  assert.equal(draft.target, { kind: 'Node', name: '10.0.0.1' })
  assert.equal(kind.toLegacy(draft as unknown as Resource), {
    ...body,
    creationTimestamp: null,
    selfLink: '/api/v1beta1/bindings',
  })
})

test('the table has every resource of 2014 once', () => {
  assert.equal(
    legacyKinds.map(({ plural }) => plural),
    ['pods', 'replicationControllers', 'services', 'endpoints', 'minions', 'events', 'bindings'],
  )
})

test.run()
