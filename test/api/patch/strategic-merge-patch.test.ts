import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { StatusError } from '../../../api/errors.ts'
import { deepFreeze } from '../../../api/freeze.ts'
import { Pod } from '../../../api/kinds/index.ts'
import { applyStrategicMergePatch } from '../../../api/patch/strategic-merge-patch.ts'
import { schemaOf } from '../../../api/schema/schema.ts'

const schema = schemaOf(Pod)
if (!schema) throw new Error('pods have no schema')

const patched = (document: object, patch: object): unknown =>
  applyStrategicMergePatch(deepFreeze(document), deepFreeze(patch), schema)

const containers = (...list: object[]) => ({ spec: { containers: list } })

const works: readonly (readonly [what: string, document: object, patch: object, expected: object])[] = [
  [
    'merges items by their key, and puts new ones where the patch has them',
    containers({ name: 'a', image: 'a:1' }, { name: 'b', image: 'b:1' }),
    containers({ name: 'b', image: 'b:2' }, { name: 'c', image: 'c:1' }),
    containers({ name: 'a', image: 'a:1' }, { name: 'b', image: 'b:2' }, { name: 'c', image: 'c:1' }),
  ],
  [
    '$patch: delete takes an item out',
    containers({ name: 'a' }, { name: 'b' }),
    containers({ name: 'a', $patch: 'delete' }),
    containers({ name: 'b' }),
  ],
  [
    '... and what is not there is no matter',
    containers({ name: 'a' }),
    containers({ name: 'x', $patch: 'delete' }),
    containers({ name: 'a' }),
  ],
  [
    '$patch: replace replaces a list',
    containers({ name: 'a' }, { name: 'b' }),
    containers({ $patch: 'replace' }, { name: 'c' }),
    containers({ name: 'c' }),
  ],
  [
    '$patch: replace replaces an object',
    { metadata: { labels: { a: '1', b: '2' } } },
    { metadata: { labels: { $patch: 'replace', c: '3' } } },
    { metadata: { labels: { c: '3' } } },
  ],
  [
    '$patch: delete empties an object',
    { metadata: { labels: { a: '1' } } },
    { metadata: { labels: { $patch: 'delete' } } },
    { metadata: { labels: {} } },
  ],
  [
    '$patch: merge merges',
    { metadata: { labels: { a: '1' } } },
    { metadata: { labels: { $patch: 'merge', b: '2' } } },
    { metadata: { labels: { a: '1', b: '2' } } },
  ],
  [
    '$setElementOrder orders; what it does not name stays before what it stood before',
    containers({ name: 'a' }, { name: 'x' }, { name: 'b' }),
    { spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] } },
    containers({ name: 'x' }, { name: 'b' }, { name: 'a' }),
  ],
  [
    '... together with a change',
    containers({ name: 'a' }, { name: 'b' }),
    {
      spec: {
        '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }],
        containers: [
          { name: 'c', image: 'c' },
          { name: 'b', $patch: 'delete' },
        ],
      },
    },
    containers({ name: 'c', image: 'c' }, { name: 'a' }),
  ],
  [
    '$retainKeys drops the others',
    { spec: { volumes: [{ name: 'v', emptyDir: {} }] } },
    { spec: { volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/x' } }] } },
    { spec: { volumes: [{ name: 'v', hostPath: { path: '/x' } }] } },
  ],
  [
    'lists of texts are sets where the schema says so',
    { metadata: { finalizers: ['a', 'b'] } },
    { metadata: { finalizers: ['b', 'c'] } },
    { metadata: { finalizers: ['a', 'b', 'c'] } },
  ],
  [
    '$deleteFromPrimitiveList takes out of them',
    { metadata: { finalizers: ['a', 'b'] } },
    { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } },
    { metadata: { finalizers: ['b'] } },
  ],
  [
    'other lists are replaced',
    { spec: { tolerations: [{ key: 'a' }] } },
    { spec: { tolerations: [{ key: 'b' }] } },
    { spec: { tolerations: [{ key: 'b' }] } },
  ],
  [
    'what is new comes without directives and nulls',
    {},
    containers({ name: 'a', image: null, $retainKeys: ['name'] }, { name: 'b', $patch: 'delete' }),
    containers({ name: 'a' }),
  ],
  ['null removes', { metadata: { labels: { a: '1' } } }, { metadata: { labels: null } }, { metadata: {} }],
  [
    'ports are told apart by their number',
    containers({ name: 'a', ports: [{ containerPort: 80, name: 'x' }] }),
    containers({ name: 'a', ports: [{ containerPort: 80, name: 'y' }, { containerPort: 81 }] }),
    containers({ name: 'a', ports: [{ containerPort: 80, name: 'y' }, { containerPort: 81 }] }),
  ],
]
for (const [what, document, patch, expected] of works) {
  test(what, () => assert.equal(patched(document, patch), expected))
}

const fails: readonly (readonly [what: string, patch: object, says: RegExp])[] = [
  ['an item without its key', containers({ image: 'x' }), /does not contain declared merge key: name/],
  ['a directive that is none', { metadata: { $patch: 'swap' } }, /Unknown patch type found/],
  [
    'an order that misses an item',
    { spec: { '$setElementOrder/containers': [{ name: 'b' }], containers: [{ name: 'a', image: 'x' }] } },
    /doesn't match/,
  ],
  ['keys to retain that miss one', { spec: { $retainKeys: ['x'], nodeName: 'n' } }, /retainKeys/],
  [
    'a deletion that is no list',
    { metadata: { '$deleteFromPrimitiveList/finalizers': 'a' } },
    /primitive list/,
  ],
]
for (const [what, patch, says] of fails) {
  test(`is refused: ${what}`, () => {
    const act = () => patched({ metadata: {}, ...containers({ name: 'a' }) }, patch)
    assert.throws(
      act,
      (error: unknown) => error instanceof StatusError && error.code === 400 && says.test(error.message),
    )
  })
}

test('applying a patch again changes nothing', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd')
  const item = fc.record({ name, image: fc.option(name, { nil: undefined }) }, { requiredKeys: ['name'] })
  const list = fc.uniqueArray(item, { selector: each => each.name })
  fc.assert(
    fc.property(list, list, (live, changes) => {
      const once = patched(containers(...live), containers(...changes)) as object
      assert.equal(patched(once, containers(...changes)), once)
      const names = (once as ReturnType<typeof containers>).spec.containers.map(
        each => (each as { name: string }).name,
      )
      assert.equal([...new Set([...live, ...changes].map(each => each.name))].sort(), names.sort())
    }),
  )
})

test.run()
