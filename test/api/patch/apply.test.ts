import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isStatus } from '../../../api/errors.ts'
import { deepFreeze } from '../../../api/freeze.ts'
import { Pod } from '../../../api/kinds/index.ts'
import { type Applied, apply, applyNew } from '../../../api/patch/apply.ts'
import type { Entry, Manager } from '../../../api/patch/managed-fields/entries.ts'
import { trackCreate, trackUpdate } from '../../../api/patch/managed-fields/track.ts'
import { schemaOf } from '../../../api/schema/schema.ts'

const schema = schemaOf(Pod)
const time = '2026-01-01T00:00:00Z'
const by = (manager: string): Manager => ({ manager, apiVersion: 'v1' })

const applyAs = (manager: string, live: Applied | undefined, config: object, force = false): Applied => {
  const application = deepFreeze({ config, manager: by(manager), force, time })
  return live
    ? apply(deepFreeze(live.object), live.entries, application, schema)
    : applyNew(application, schema)
}

const updateAs = (manager: string, live: Applied, object: object): Applied => ({
  object,
  entries: trackUpdate(live.entries, live.object, object, schema, by(manager), time),
})

const createAs = (manager: string, object: object): Applied => ({
  object,
  entries: trackCreate(object, schema, by(manager), time),
})

const fieldsOf = ({ entries }: Applied, manager: string, operation: Entry['operation'] = 'Apply'): unknown =>
  entries.find(each => each.manager === manager && each.operation === operation)?.fieldsV1

const labels = (all: Record<string, string>) => ({ metadata: { labels: all } })
const pod = (...containers: object[]) => ({ spec: { containers } })

test('an applier owns what it says', () => {
  const made = applyAs('one', undefined, { ...labels({ a: '1' }), ...pod({ name: 'c', image: 'x' }) })
  assert.equal(fieldsOf(made, 'one'), {
    'f:metadata': { 'f:labels': { 'f:a': {} } },
    'f:spec': { 'f:containers': { 'k:{"name":"c"}': { '.': {}, 'f:image': {}, 'f:name': {} } } },
  })
})

test('what names an object is nobodys', () => {
  const made = applyAs('one', undefined, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default' },
  })
  assert.equal(made.entries, [])
})

test('another value for a field of somebody else is a conflict, which force settles', () => {
  const made = applyAs('one', undefined, labels({ a: '1', b: '1' }))
  assert.throws(
    () => applyAs('two', made, labels({ a: '2', b: '2' })),
    (error: unknown) => {
      if (!isStatus(error, 'Conflict')) return false
      assert.is(
        error.message,
        'Apply failed with 2 conflicts: conflicts with "one":\n- .metadata.labels.a\n- .metadata.labels.b',
      )
      assert.equal(error.status.details?.causes?.[0], {
        reason: 'FieldManagerConflict',
        message: 'conflict with "one"',
        field: '.metadata.labels.a',
      })
      return true
    },
  )
  const forced = applyAs('two', made, labels({ a: '2' }), true)
  assert.equal(forced.object, labels({ a: '2', b: '1' }))
  assert.equal(fieldsOf(forced, 'one'), { 'f:metadata': { 'f:labels': { 'f:b': {} } } })
  assert.equal(fieldsOf(forced, 'two'), { 'f:metadata': { 'f:labels': { 'f:a': {} } } })
})

test('a conflict shows items by their keys, and who wrote without applying', () => {
  const made = createAs('kubectl-create', pod({ name: 'c', image: 'x' }))
  assert.throws(
    () => applyAs('two', made, pod({ name: 'c', image: 'y' })),
    (error: unknown) =>
      isStatus(error, 'Conflict') &&
      error.message ===
        'Apply failed with 1 conflict: conflict with "kubectl-create" using v1: .spec.containers[name="c"].image',
  )
})

test('the same value is owned together; it stays until the last has given it up', () => {
  const one = applyAs('one', undefined, labels({ a: '1' }))
  const both = applyAs('two', one, labels({ a: '1' }))
  assert.equal(fieldsOf(both, 'one'), fieldsOf(both, 'two'))
  const left = applyAs('one', both, { metadata: {} })
  assert.equal(left.object, labels({ a: '1' }))
  assert.equal(applyAs('two', left, { metadata: {} }).object, { metadata: {} })
})

test('what is applied no more goes; what nobody owns in it goes along', () => {
  const made = applyAs('one', undefined, { ...pod({ name: 'a', image: 'x' }, { name: 'b', image: 'x' }) })
  const defaulted = {
    ...made,
    object: pod({ name: 'a', image: 'x', tty: true }, { name: 'b', image: 'x', tty: true }),
  }
  const fewer = applyAs('one', defaulted, pod({ name: 'a', image: 'x' }))
  assert.equal(fewer.object, pod({ name: 'a', image: 'x', tty: true }))
})

test('an item stays as long as somebody owns the item itself', () => {
  const both = pod({ name: 'a', image: 'x' }, { name: 'b', image: 'x' })
  const made = applyAs('one', undefined, both)
  const touched = updateAs('two', made, pod({ name: 'a', image: 'x' }, { name: 'b', image: 'x', tty: true }))
  assert.equal(applyAs('one', touched, pod({ name: 'a', image: 'x' })).object, pod({ name: 'a', image: 'x' }))
  const shared = applyAs('two', made, pod({ name: 'b', tty: true }))
  assert.equal(
    applyAs('one', shared, pod({ name: 'a', image: 'x' })).object,
    pod({ name: 'a', image: 'x' }, { name: 'b', tty: true }),
  )
})

test('who writes owns what changes, alone', () => {
  const made = applyAs('one', undefined, labels({ a: '1', b: '1' }))
  const written = updateAs('two', made, labels({ a: '2', b: '1', c: '1' }))
  assert.equal(fieldsOf(written, 'one'), { 'f:metadata': { 'f:labels': { 'f:b': {} } } })
  assert.equal(fieldsOf(written, 'two', 'Update'), { 'f:metadata': { 'f:labels': { 'f:a': {}, 'f:c': {} } } })
  const cleared = updateAs('three', written, labels({ b: '1' }))
  assert.equal(
    cleared.entries.map(each => each.manager),
    ['one'],
  )
})

test('a write that changes nothing leaves the entries as they are', () => {
  const made = createAs('one', labels({ a: '1' }))
  assert.is(updateAs('two', made, labels({ a: '1' })).entries, made.entries)
})

test('an object that nobody tracked belongs to whoever made it', () => {
  const live: Applied = { object: labels({ a: '1' }), entries: [] }
  assert.throws(
    () => applyAs('one', live, labels({ a: '2' })),
    /conflict with "before-first-apply" using v1: .metadata.labels.a/,
  )
})

test('kubectl goes on from what it has applied client-side, and notes what it applies', () => {
  const annotation = 'kubectl.kubernetes.io/last-applied-configuration'
  const noted = (config: object, of = config) => ({
    metadata: {
      ...(of as ReturnType<typeof labels>).metadata,
      annotations: { [annotation]: `${JSON.stringify(config)}\n` },
    },
  })
  const config = labels({ a: '1', b: '1' })
  const made = createAs('kubectl-client-side-apply', noted(config))
  const next = applyAs('kubectl', made, labels({ a: '2', b: '1' }))
  const note = JSON.stringify({ metadata: { labels: { a: '2', b: '1' }, annotations: {} } })
  assert.equal(next.object, {
    metadata: { labels: { a: '2', b: '1' }, annotations: { [annotation]: `${note}\n` } },
  })
  assert.throws(() => applyAs('other', made, labels({ a: '2' })), /conflict with "kubectl-client-side-apply"/)
  // Somebody else has changed it since: it is not kubectl's any longer.
  const touched = updateAs('other', made, noted(config, labels({ a: '3', b: '1' })))
  assert.throws(
    () => applyAs('kubectl', touched, labels({ a: '2' })),
    /conflict with "other" using v1: .metadata.labels.a/,
  )
})

test('atomic lists are owned as one', () => {
  const made = applyAs('one', undefined, { spec: { tolerations: [{ key: 'a' }] } })
  assert.throws(
    () => applyAs('two', made, { spec: { tolerations: [{ key: 'b' }] } }),
    /conflict with "one": .spec.tolerations$/,
  )
})

const name = fc.constantFrom('a', 'b', 'c', 'd')
const configs = fc.record(
  {
    metadata: fc.record(
      { labels: fc.dictionary(name, name), finalizers: fc.uniqueArray(name) },
      { requiredKeys: [] },
    ),
    spec: fc.record(
      {
        nodeName: name,
        nodeSelector: fc.dictionary(name, name),
        containers: fc.uniqueArray(fc.record({ name, image: name }, { requiredKeys: ['name'] }), {
          minLength: 1,
          selector: each => each.name,
        }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['metadata'] },
)

const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value))

test('applying again changes nothing', () => {
  fc.assert(
    fc.property(configs, configs, (live, config) => {
      const made = applyAs('one', undefined, plain(live))
      const once = applyAs('two', made, plain(config), true)
      assert.equal(applyAs('two', once, plain(config)), once)
    }),
  )
})

test('one applier makes the object what it says', () => {
  fc.assert(
    fc.property(configs, configs, (first, second) => {
      const once = applyAs('one', undefined, plain(first))
      const twice = applyAs('one', once, plain(second))
      assert.equal(fieldsOf(twice, 'one'), fieldsOf(applyAs('one', undefined, plain(second)), 'one'))
      for (const [key, value] of Object.entries(second.spec ?? {})) {
        assert.equal((twice.object as { spec: Record<string, unknown> }).spec[key], plain(value))
      }
    }),
  )
})

test('appliers of different fields never conflict', () => {
  const one = fc.dictionary(fc.constantFrom('a', 'b'), name)
  const two = fc.dictionary(fc.constantFrom('c', 'd'), name)
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          one.map(all => ['one', all] as const),
          two.map(all => ['two', all] as const),
        ),
      ),
      steps => {
        let live: Applied | undefined
        const last: Record<string, Record<string, string>> = {}
        for (const [manager, all] of steps) {
          live = applyAs(manager, live, labels(plain(all)))
          last[manager] = plain(all)
        }
        const { metadata } = (live?.object ?? labels({})) as { metadata: { labels?: object } }
        assert.equal(metadata.labels ?? {}, { ...last.one, ...last.two })
      },
    ),
  )
})

test.run()
