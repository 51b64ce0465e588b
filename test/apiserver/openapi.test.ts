import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { apiVersionOf } from '../../api/kind.ts'
import { kinds } from '../../api/kinds/index.ts'
import { startServer } from './running-server.ts'

interface Schema {
  readonly $ref?: string
  readonly allOf?: readonly Schema[]
  readonly description?: string
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly 'x-kubernetes-group-version-kind'?: readonly object[]
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly type?: string
  readonly schema?: { readonly type: string }
  readonly description: string
}

interface Operation {
  readonly operationId: string
  readonly parameters: readonly (Parameter | { readonly $ref: string })[]
  readonly 'x-kubernetes-group-version-kind': object
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly definitions?: Readonly<Record<string, Schema>>
  readonly parameters?: Readonly<Record<string, Parameter>>
  readonly components?: { readonly schemas: Readonly<Record<string, Schema>> }
}

const { url, stop } = await startServer()
test.after(stop)

const get = async (path: string) => (await fetch(url + path)).json() as Promise<Document>

const pod = '/api/v1/namespaces/{namespace}/pods/{name}'
const podKind = { group: '', version: 'v1', kind: 'Pod' }

/** Every reference of a document has to lead somewhere. */
const checkReferences = (document: Document, schemas: Readonly<Record<string, Schema>>, prefix: string) => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = '']) => ref)
  assert.ok(references.length > 100)
  for (const reference of references) {
    const parameter = reference.replace('#/parameters/', '')
    if (document.parameters?.[parameter]) continue
    assert.ok(reference.startsWith(prefix), reference)
    assert.ok(schemas[reference.slice(prefix.length)], reference)
  }
}

/** The parameters of an operation, wherever the document has them. */
const parametersOf = (document: Document, operation: Operation | undefined): readonly Parameter[] =>
  (operation?.parameters ?? []).map(each => {
    const found = '$ref' in each ? document.parameters?.[each.$ref.replace('#/parameters/', '')] : each
    assert.ok(found)
    return found
  })

const checkPatch = (document: Document) => {
  const patch = document.paths[pod]?.patch
  assert.equal(patch?.['x-kubernetes-group-version-kind'], podKind)
  const query = parametersOf(document, patch)
    .filter(each => each.in === 'query')
    .map(({ name }) => name)
  // By these kubectl knows that it may ask for them.
  for (const name of ['dryRun', 'fieldValidation', 'fieldManager', 'force']) assert.ok(query?.includes(name))
  const ids = Object.values(document.paths).flatMap(path =>
    Object.values(path).flatMap(({ operationId }) => operationId ?? []),
  )
  assert.is(new Set(ids).size, ids.length)
}

test('v2 describes every kind and how it is patched', async () => {
  const document = await get('/openapi/v2')
  const { definitions = {} } = document
  checkReferences(document, definitions, '#/definitions/')
  checkPatch(document)
  const described = Object.values(definitions).flatMap(each => each['x-kubernetes-group-version-kind'] ?? [])
  for (const { group, version, kind } of kinds) {
    const found = described.some(each => JSON.stringify(each) === JSON.stringify({ group, kind, version }))
    assert.ok(found, kind)
  }
})

test('v2 in protobuf has the same definitions', async () => {
  const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'
  const response = await fetch(`${url}/openapi/v2`, { headers: { accept } })
  assert.is(
    response.headers.get('content-type'),
    'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
  )
  const bytes = Buffer.from(await response.arrayBuffer())
  // Field 1, `swagger`, as kubectl's decoder wants it first.
  assert.equal(bytes.subarray(0, 5), Buffer.from('\n\x032.0', 'latin1'))
  const { definitions = {} } = await get('/openapi/v2')
  for (const name of Object.keys(definitions)) assert.ok(bytes.includes(name), name)
  const etag = response.headers.get('etag') ?? ''
  const headers = { accept, 'if-none-match': etag }
  assert.is((await fetch(`${url}/openapi/v2`, { headers })).status, 304)
  assert.is((await fetch(`${url}/openapi/v2`, { headers: { accept: 'text/plain' } })).status, 406)
})

/** The words of Kubernetes on a type, on its fields, on one that is of another type and on what every kind has. */
const described = (schemas: Readonly<Record<string, Schema>> = {}) => {
  const spec = schemas['io.k8s.api.core.v1.PodSpec']
  const { affinity, nodeName } = spec?.properties ?? {}
  const { apiVersion } = schemas['io.k8s.api.core.v1.Pod']?.properties ?? {}
  return [spec, nodeName, affinity, apiVersion].map(each => each?.description?.slice(0, 27))
}
const words = [
  'PodSpec is a description of',
  'NodeName indicates in which',
  "If specified, the pod's sch",
  'APIVersion defines the vers',
]

test('every document has the descriptions of Kubernetes, for kubectl explain', async () => {
  const { definitions } = await get('/openapi/v2')
  assert.equal(described(definitions), words)
  const { schemas } = (await get('/openapi/v3/api/v1')).components ?? {}
  assert.equal(described(schemas), words)
  const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'
  const response = await fetch(`${url}/openapi/v2`, { headers: { accept } })
  const bytes = Buffer.from(await response.arrayBuffer())
  for (const text of words) assert.ok(bytes.includes(text), text)
})

test('parameters are described, and of the type that they are', async () => {
  const [v2, v3] = await Promise.all([get('/openapi/v2'), get('/openapi/v3/api/v1')])
  const typeOf = ({ name, type, schema }: Parameter) => [name, type ?? schema?.type]
  for (const document of [v2, v3]) {
    const list = parametersOf(document, document.paths['/api/v1/namespaces/{namespace}/pods']?.get)
    for (const each of list) assert.ok(each.description, each.name)
    const types = Object.fromEntries(list.map(typeOf))
    assert.equal([types.limit, types.watch, types.labelSelector], ['integer', 'boolean', 'string'])
    assert.match(list.find(({ name }) => name === 'watch')?.description ?? '', /^Watch for changes/)
  }
  // The kubectl of old looks for these in the operation, and follows no reference.
  const named = v2.paths[pod]?.patch?.parameters.flatMap(each => ('name' in each ? each.name : []))
  for (const name of ['dryRun', 'fieldValidation']) assert.ok(named?.includes(name), name)
})

test('in v3 a reference stands alone', async () => {
  const { schemas = {} } = (await get('/openapi/v3/api/v1')).components ?? {}
  const affinity = schemas['io.k8s.api.core.v1.PodSpec']?.properties?.affinity
  assert.equal(affinity?.allOf, [{ $ref: '#/components/schemas/io.k8s.api.core.v1.Affinity' }])
  const references = JSON.stringify(schemas).matchAll(/\{[^{}]*"\$ref":[^{}]*\}/g)
  for (const [text] of references) assert.equal(Object.keys(JSON.parse(text)), ['$ref'])
})

test('v3 has a document for each version of a group, named by its hash', async () => {
  const { paths } = (await get('/openapi/v3')) as unknown as {
    paths: Record<string, { serverRelativeURL: string }>
  }
  for (const version of kinds.map(apiVersionOf)) {
    assert.ok(paths[version.includes('/') ? `apis/${version}` : `api/${version}`], version)
  }
  const address = paths['api/v1']?.serverRelativeURL ?? ''
  const document = await get(address)
  const { schemas = {} } = document.components ?? {}
  checkReferences(document, schemas, '#/components/schemas/')
  checkPatch(document)
  const containers = schemas['io.k8s.api.core.v1.PodSpec']?.properties?.containers
  assert.is(containers?.type, 'array')
  const outdated = await fetch(url + address.replace(/hash=.*/, 'hash=OLD'), { redirect: 'manual' })
  assert.equal([outdated.status, outdated.headers.get('location')], [301, address])
})

/** Go's types leave such parts out when they write what they have read. */
const emptyLists = (part: unknown, at = ''): readonly string[] => {
  if (typeof part !== 'object' || part === null) return []
  if (Array.isArray(part) && part.length === 0) return [at]
  return Object.entries(part).flatMap(([key, each]) => emptyLists(each, `${at}.${key}`))
}

test('no document has an empty list, which another program would lose', async () => {
  for (const path of ['/openapi/v2', '/openapi/v3/api/v1', '/openapi/v3/apis/apps/v1']) {
    assert.equal(emptyLists(await get(path)), [], path)
  }
})

test('the paths of the documents are those that are served', async () => {
  const { paths } = await get('/openapi/v2')
  for (const [path, { get: read }] of Object.entries(paths)) {
    if (!read) continue
    const response = await fetch(url + path.replace('{namespace}', 'default').replace('{name}', 'absent'))
    // An absent object, not an absent resource.
    const { details } = (await response.json()) as { details?: { name?: string } }
    assert.ok(response.ok || details?.name === 'absent', path)
  }
})

test('the descriptor of protobuf and the definitions know the same kinds', () => {
  const descriptor = readFileSync('api/schema/protobuf.json', 'utf8')
  for (const { kind } of kinds) assert.ok(descriptor.includes(`"${kind}": {`), kind)
})

test.run()
