import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import { Binding, kinds } from '../../api/kinds/index.ts'
import type { Resource } from '../../api/resource.ts'
import { schemaOf } from '../../api/schema/schema.ts'
import { minimalOf } from '../api/kinds/minimal.ts'
import { startServer } from './running-server.ts'

const { url, stop } = await startServer()
test.after(stop)

/** Whatever an answer may hold. */
interface Answer extends Resource {
  readonly spec: {
    readonly replicas?: number
    readonly selector?: object
    readonly template: { readonly metadata: { readonly labels: object } }
  }
  readonly status?: { readonly conditions?: readonly object[] }
  readonly items: readonly Resource[]
}

interface Table {
  readonly columnDefinitions: readonly { readonly name: string }[]
  readonly rows: readonly { readonly cells: readonly unknown[] }[]
}

const asTable = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }

const send = async (method: string, path: string, body?: object) => {
  const answer = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Answer }
}

const pathOf = (kind: Kind) =>
  `${kind.group ? `/apis/${kind.group}` : '/api'}/${kind.version}${kind.namespaced ? '/namespaces/default' : ''}/${kind.plural}`

const create = async (kind: Kind, name: string, more: object) =>
  send('POST', pathOf(kind), { metadata: { name }, ...more })

const stored = kinds.filter(kind => kind !== (Binding as unknown))

/** The names of others say what they are of: they have tests of their own. */
const freelyNamed = stored.filter(
  ({ kind }) => !['APIService', 'CustomResourceDefinition', 'IPAddress'].includes(kind),
)

interface APIResource {
  readonly name: string
  readonly namespaced: boolean
  readonly kind: string
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
}

type Discovered = Record<string, { readonly resources: readonly APIResource[] }>

const readTranscript = (name: string) =>
  JSON.parse(readFileSync(`test/fixtures/kubernetes/transcripts/${name}.json`, 'utf8'))

const discovered: Discovered = readTranscript('discovery')
/** Kinds that were too young when that was recorded. */
const newer: Discovered = readTranscript('newer-kinds').discovery

for (const kind of freelyNamed) {
  test(`${kind.plural}: schema, columns; created, read back, replaced by itself, deleted`, async () => {
    assert.ok(schemaOf(kind))
    assert.ok(minimalOf(kind))
    assert.ok(kind.columns.length > 0)
    const created = await create(kind, 'least', minimalOf(kind) ?? {})
    assert.is(created.status, 201, JSON.stringify(created.body))
    assert.equal([created.body.kind, created.body.apiVersion], [kind.kind, apiVersionOf(kind)])
    assert.is(created.body.metadata.generation, kind.generations ? 1 : undefined)
    for (const column of kind.columns) assert.ok(column.cell(created.body) !== undefined, column.name)

    const path = `${pathOf(kind)}/least`
    assert.equal((await send('GET', path)).body, created.body)
    assert.ok((await send('GET', pathOf(kind))).body.items.some(({ metadata }) => metadata.name === 'least'))
    // Defaults are stable: what was read can be written, and nothing changes.
    const replaced = await send('PUT', path, created.body)
    assert.is(replaced.status, 200, JSON.stringify(replaced.body))
    assert.equal(replaced.body, created.body)
    assert.is((await send('DELETE', path)).status, 200)
  })
}

for (const kind of stored) {
  test(`${kind.plural} are named as in kube-apiserver`, () => {
    const versions = [kind.version, 'v1', 'v1beta1']
    const group = kind.group ? `/apis/${kind.group}` : '/api'
    const known = versions
      .flatMap(version => [discovered, newer].flatMap(each => each[`${group}/${version}`]?.resources ?? []))
      .filter(({ name }) => name.split('/')[0] === kind.plural)
    const [resource] = known
    assert.equal(
      {
        name: kind.plural,
        namespaced: kind.namespaced,
        kind: kind.kind,
        shortNames: kind.shortNames,
        categories: kind.categories,
      },
      {
        name: resource?.name,
        namespaced: resource?.namespaced,
        kind: resource?.kind,
        shortNames: resource?.shortNames ?? [],
        categories: resource?.categories ?? [],
      },
    )
    for (const name of ['status', 'scale', 'approval'] as const) {
      const there = known.some(each => each.name === `${kind.plural}/${name}`)
      assert.is(kind.subresources.includes(name), there, name)
    }
  })
}

test('whatever has /scale is read and resized by it', async () => {
  const scaled = stored.filter(({ subresources }) => subresources.includes('scale'))
  assert.is(scaled.length, 4)
  for (const kind of scaled) {
    const { body } = await create(kind, 'scaled', minimalOf(kind) ?? {})
    const path = `${pathOf(kind)}/scaled`
    const before = await send('GET', `${path}/scale`)
    assert.equal(
      [before.body.spec, before.body.status],
      [{ replicas: 1 }, { replicas: 0, selector: 'app=x' }],
    )
    const table = await fetch(`${url}${path}/scale`, { headers: asTable })
    const { columnDefinitions, rows } = (await table.json()) as Table
    assert.equal(
      columnDefinitions.map(({ name }) => name),
      ['Name', 'Desired', 'Available', 'Age'],
    )
    assert.equal(rows[0]?.cells.slice(0, 3), ['scaled', 1, 0])
    const after = await send('PUT', `${path}/scale`, { metadata: { name: 'scaled' }, spec: { replicas: 4 } })
    assert.is(after.body.spec.replicas, 4)
    const next = (await send('GET', path)).body
    assert.equal([next.spec.replicas, next.metadata.generation], [4, 2])
    assert.equal({ ...next.spec, replicas: 1 }, body.spec)
  }
})

test('a status is written by /status only, and does not count as a generation', async () => {
  for (const kind of freelyNamed.filter(({ subresources }) => subresources.includes('status'))) {
    const status = { conditions: [] }
    // Another version of the kind has the same objects.
    const name = `told-${kind.version}`
    const { body } = await create(kind, name, {
      ...minimalOf(kind),
      ...(kind.kind !== 'Node' && { status }),
    })
    assert.is(body.status?.conditions, undefined, kind.kind)
    const path = `${pathOf(kind)}/${name}`
    const written = await send('PUT', `${path}/status`, {
      ...body,
      status: { conditions: [{ type: 'X', status: 'True' }] },
    })
    assert.is(written.status, 200, JSON.stringify(written.body))
    assert.is(written.body.metadata.generation, body.metadata.generation)
  }
})

test('unknown fields are dropped', async () => {
  const { body } = await send('POST', '/api/v1/namespaces/default/configmaps', {
    metadata: { name: 'odd', clusterNam: 'x' },
    dat: { a: 'b' },
  })
  assert.not.ok('dat' in body || 'clusterNam' in body.metadata)
})

test('a job selects its pods by its uid', async () => {
  const { body } = await send('POST', '/apis/batch/v1/namespaces/default/jobs', {
    metadata: { generateName: 'j-' },
    ...minimalOf({ group: 'batch', kind: 'Job' }),
  })
  const { uid, name } = body.metadata
  assert.equal(body.spec.selector, { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } })
  assert.equal(body.spec.template.metadata.labels, {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  })
})

test.run()
