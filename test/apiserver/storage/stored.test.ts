import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Pod } from '../../../api/kinds/index.ts'
import { type Entry, newEntry } from '../../../api/patch/managed-fields/entries.ts'
import { prefixOf, splitKey, storeKey } from '../../../apiserver/storage/layout.ts'
import { createCodec } from '../../../apiserver/storage/stored.ts'

const codec = createCodec(Pod)
const manager = fc.record({
  manager: fc.string(),
  apiVersion: fc.string(),
  subresource: fc.option(fc.string(), { nil: undefined }),
})
const entry: fc.Arbitrary<Entry> = fc.oneof(
  manager.map(each => newEntry(each, 'Apply', 'now', { 'f:spec': { '.': {}, 'f:"\u00e9': {} } })),
  // As it was read from the store.
  manager.map(each => structuredClone(newEntry(each, 'Update', 'now', { 'f:status': {} }))),
)
const pod = fc
  .record({
    name: fc.string({ minLength: 1 }),
    labels: fc.dictionary(fc.string(), fc.string()),
    managedFields: fc.option(fc.array(entry), { nil: undefined }),
    spec: fc.option(fc.jsonValue(), { nil: undefined }),
    revision: fc.nat(),
  })
  .map(({ name, labels, managedFields, spec, revision }) => ({
    revision,
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels, ...(managedFields && { managedFields }), resourceVersion: 'old' },
      ...(spec !== undefined && { spec }),
    } as unknown as Pod,
  }))

test('what is served is what is stored, with the revision', () => {
  fc.assert(
    fc.property(pod, fc.boolean(), ({ object, revision }, read) => {
      const pending = codec.pending('k', object, () => read)
      const written = pending.at(revision)
      const decoded = codec.decode('k', pending.value, revision)
      assert.not.match(pending.value.toString(), /^.{0,60}resourceVersion/)
      assert.is(written.bytes.toString(), decoded.bytes.toString())
      const served: unknown = JSON.parse(written.bytes.toString())
      assert.equal(served, JSON.parse(JSON.stringify(written.object)))
      assert.equal(served, JSON.parse(JSON.stringify(decoded.object)))
      for (const { object } of [written, decoded]) {
        assert.is(object.metadata.resourceVersion, String(revision))
        assert.ok(Object.isFrozen(object.metadata))
      }
      assert.is(written.object, written.object, 'made once')
      assert.is(pending.at(revision), written, 'made once')
    }),
  )
})

test('a deletion shows the object at its own revision', () => {
  fc.assert(
    fc.property(pod, fc.nat(), fc.boolean(), ({ object, revision }, later, read) => {
      const stored = codec.pending('k', object, () => read).at(revision)
      const deleted = codec.restamp(stored, later)
      assert.is(
        deleted.bytes.toString(),
        codec
          .pending('k', object, () => read)
          .at(later)
          .bytes.toString(),
      )
      assert.is(deleted.object.metadata.resourceVersion, String(later))
    }),
  )
})

test('a key leads back to its kind', () => {
  const deployments = { group: 'apps', plural: 'deployments' }
  const byPrefix = new Map([
    [prefixOf(Pod), 'pods'],
    [prefixOf(deployments), 'deployments'],
  ])
  assert.equal(splitKey(storeKey(Pod, { namespace: 'ns', name: 'a' }), byPrefix), {
    owner: 'pods',
    rest: 'ns/a',
  })
  assert.equal(splitKey(storeKey(deployments, { namespace: 'ns', name: 'a' }), byPrefix), {
    owner: 'deployments',
    rest: 'ns/a',
  })
  for (const key of ['/registry/other/ns/a', '/other', '/registry/', '/registry/apps', '']) {
    assert.is(splitKey(key, byPrefix), undefined)
  }
})

test.run()
