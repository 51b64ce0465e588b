import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { columnsOf } from '../../../api/custom/columns.ts'
import { parseJsonPath, parseSimplePath } from '../../../api/custom/json-path.ts'
import { compareVersions } from '../../../api/custom/version-order.ts'
import type { Resource } from '../../../api/resource.ts'

const object = {
  spec: {
    size: 3,
    ports: [
      { name: 'a', port: 1 },
      { name: 'b', port: 2 },
    ],
  },
  metadata: { labels: { 'app.io/x': 'y' } },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Other', status: 'False' },
    ],
  },
}

test('paths', () => {
  const cases: readonly (readonly [path: string, found: unknown[] | undefined])[] = [
    ['.spec.size', [3]],
    ['.spec.none.at.all', []],
    ['.spec.ports[0].name', ['a']],
    ['.spec.ports[-1].name', ['b']],
    ['.spec.ports[*].port', [1, 2]],
    ['.metadata.labels.app\\.io/x', ['y']],
    [".metadata.labels['app\\.io/x']", ['y']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    [".status.conditions[?(@.type != 'Ready')].status", ['False']],
    ['.spec.ports[?(@.port==2)].name', ['b']],
    ['.spec.constructor', []],
    ['spec', undefined],
    ['', undefined],
    ['.spec[', undefined],
    ['.spec.ports[?(@.x =~ "y")]', undefined],
  ]
  for (const [path, found] of cases) assert.equal(parseJsonPath(path)?.(object), found, path)
  assert.equal(parseSimplePath('.spec.replicas'), ['spec', 'replicas'])
  assert.is(parseSimplePath('.spec.ports[0]'), undefined)
})

test('cells by the type of their column', () => {
  const now = Date.parse('2026-01-01T00:10:00Z')
  const cells = (type: string, value: unknown) =>
    columnsOf([{ name: 'X', type, jsonPath: '.x' }])[1]?.cell({ x: value } as unknown as Resource, now)
  assert.equal(
    [
      cells('integer', 3),
      cells('integer', 'x'),
      cells('number', 1.5),
      cells('boolean', false),
      cells('string', [1]),
    ],
    [3, null, 1.5, false, '[1]'],
  )
  assert.equal(
    [cells('date', '2026-01-01T00:00:00Z'), cells('date', 'x'), cells('string', undefined)],
    ['10m', '<invalid>', null],
  )
  assert.equal(
    columnsOf().map(({ name, type }) => [name, type]),
    [
      ['Name', 'string'],
      ['Age', 'date'],
    ],
  )
})

test('versions in the order that clients prefer', () => {
  const versions = ['foo1', 'v1beta1', 'v10', 'v1alpha2', 'v2', 'v11beta2', 'v1beta2', 'bar', 'v1']
  assert.equal(versions.sort(compareVersions), [
    'v10',
    'v2',
    'v1',
    'v11beta2',
    'v1beta2',
    'v1beta1',
    'v1alpha2',
    'bar',
    'foo1',
  ])
})

test.run()
