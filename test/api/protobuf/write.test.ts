import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { apiVersionOf, type Kind, listKindOf } from '../../../api/kind.ts'
import { kinds } from '../../../api/kinds/index.ts'
import { isFields } from '../../../api/patch/json.ts'
import { readProtobuf } from '../../../api/protobuf/read.ts'
import { typeOf } from '../../../api/protobuf/types.ts'
import {
  encodeMessage,
  encodeWatchEvent,
  writeProtobuf,
  writeProtobufList,
} from '../../../api/protobuf/write.ts'
import { anyObjectOf } from '../kinds/any-object.ts'
import { messageOf, root } from './messages.ts'

/**
 * What protobuf can tell: not whether a list, a map or the zero of an optional field is there, nor the kind of what is
 * inside of another object.
 */
const told = (json: unknown, field = ''): unknown => {
  if (Array.isArray(json)) return json.length > 0 ? json.map(each => told(each, field) ?? {}) : undefined
  if (isFields(json)) {
    const { kind, apiVersion, ...rest } = json
    const shown = field === 'volumeClaimTemplates' ? rest : json
    const entries = Object.entries(shown).map(([name, value]) => [name, told(value, name)] as const)
    const left = entries.filter(([, value]) => value !== undefined)
    return left.length > 0 ? Object.fromEntries(left) : undefined
  }
  if (typeof json === 'string') return json.replace('.000000Z', 'Z') || undefined
  return json || undefined
}

const named = (kind: Kind, fields: object) => ({ kind: kind.kind, apiVersion: apiVersionOf(kind), ...fields })

for (const kind of kinds) {
  test(`a ${kind.kind} of ${apiVersionOf(kind)} is read as it was written`, () => {
    fc.assert(
      fc.property(anyObjectOf(kind), fields => {
        const object = named(kind, fields)
        const read = readProtobuf(writeProtobuf(object))
        assert.equal(told(read), told(object))
        // What is read has the zeros that say something: they are written, too.
        assert.equal(readProtobuf(writeProtobuf(read as object)), read)
      }),
      { numRuns: 100 },
    )
  })

  test(`metadata of a ${kind.kind} of ${apiVersionOf(kind)}, and its list`, () => {
    const metadata = {
      name: 'a',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { a: '' },
      managedFields: [{ manager: 'm', time: '2026-01-01T00:00:00Z', fieldsV1: { 'f:a': { '.': {} } } }],
    }
    const object = named(kind, { metadata })
    assert.equal(readProtobuf(writeProtobuf(object)), object)
    const list = {
      kind: listKindOf(kind),
      apiVersion: apiVersionOf(kind),
      metadata: { resourceVersion: '7' },
    }
    if (!typeOf(list.apiVersion, list.kind)) {
      // These are not stored, and so never listed.
      assert.match(kind.kind, /Review$|^(Binding|Eviction|Scale)$/)
      return
    }
    const bytes = writeProtobufList(list, [encodeMessage(object), encodeMessage(object)])
    assert.equal(readProtobuf(bytes), { ...list, items: [{ metadata }, { metadata }] })
  })
}

test('the form of every message is written as it is read', () => {
  const types = kinds.flatMap(kind => {
    const { kind: name, group, version } = kind
    const found = root.lookup(`k8s.io.api.${group.split('.', 1)[0] || 'core'}.${version}.${name}`)
    return found ? [[kind, root.lookupType(found.fullName)] as const] : []
  })
  assert.ok(types.length > 50)
  const any = fc
    .constantFrom(...types)
    .chain(([kind, type]) => messageOf(type, 4).map(({ json }) => named(kind, json as object)))
  fc.assert(
    fc.property(any, json => assert.equal(readProtobuf(writeProtobuf(json)), json)),
    { numRuns: 1000 },
  )
})

test('times, quantities, numbers or texts, bytes', () => {
  const decoded = (object: { kind: string; apiVersion: string }, type: string) =>
    root.lookupType(type).toObject(root.lookupType(type).decode(encodeMessage(object)), { longs: Number })
  const lease = {
    kind: 'Lease',
    apiVersion: 'coordination.k8s.io/v1',
    spec: { renewTime: '2023-11-14T22:13:20.012345Z', leaseTransitions: 0 },
  }
  assert.equal(decoded(lease, 'k8s.io.api.coordination.v1.Lease'), {
    spec: { renewTime: { seconds: 1_700_000_000, nanos: 12_345_000 }, leaseTransitions: 0 },
  })
  const service = {
    kind: 'Service',
    apiVersion: 'v1',
    // Go's own times have no fractions, and they may be told in any zone.
    metadata: { creationTimestamp: '1969-12-31T23:59:59.9+01:00', deletionTimestamp: null },
    spec: { ports: [{ targetPort: 0 }, { targetPort: 'web' }] },
  }
  assert.equal(decoded(service, 'k8s.io.api.core.v1.Service'), {
    metadata: { creationTimestamp: { seconds: -3601, nanos: 0 } },
    spec: {
      ports: [{ targetPort: { type: 0, intVal: 0 } }, { targetPort: { type: 1, strVal: 'web' } }],
    },
  })
  const secret = { kind: 'Secret', apiVersion: 'v1', data: { k: 'c2VjcmV0' } }
  assert.equal(decoded(secret, 'k8s.io.api.core.v1.Secret'), { data: { k: Buffer.from('secret') } })
})

test('a definition with every form that a schema has', () => {
  const openAPIV3Schema = {
    type: 'object',
    $schema: 'http://json-schema.org/draft-04/schema#',
    properties: {
      size: { minimum: 0, default: 0, enum: [0, null, { a: [1] }], 'x-kubernetes-int-or-string': true },
      list: { items: { type: 'string' } },
      pairs: { items: [{ type: 'string' }, { type: 'integer' }] },
      closed: { additionalProperties: false },
      open: { additionalProperties: true },
      map: { additionalProperties: { nullable: true } },
    },
    dependencies: { a: ['b'], c: { type: 'string' } },
  }
  const definition = {
    kind: 'CustomResourceDefinition',
    apiVersion: 'apiextensions.k8s.io/v1',
    spec: { versions: [{ name: 'v1', served: false, storage: true, schema: { openAPIV3Schema } }] },
  }
  assert.equal(readProtobuf(writeProtobuf(definition)), definition)
})

test('what is of no kind that is stored', () => {
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: { continue: 'token' },
    status: 'Failure',
    reason: 'Expired',
    details: { name: 'a', causes: [{ reason: 'X', message: 'm', field: 'f' }], retryAfterSeconds: 1 },
    code: 410,
  }
  assert.equal(readProtobuf(writeProtobuf(status)), status)
  for (const apiVersion of ['meta.k8s.io/v1', 'meta.k8s.io/v1beta1']) {
    const partial = { kind: 'PartialObjectMetadata', apiVersion, metadata: { name: 'a' } }
    assert.equal(readProtobuf(writeProtobuf(partial)), partial)
  }
  const resources = {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: 'v1',
    resources: [
      {
        name: 'pods',
        singularName: 'pod',
        namespaced: true,
        kind: 'Pod',
        verbs: ['get'],
        shortNames: ['po'],
      },
    ],
  }
  assert.equal(readProtobuf(writeProtobuf(resources)), resources)
  assert.throws(() => writeProtobuf({ kind: 'Cache', apiVersion: 'example.com/v1' }), TypeError)
})

test('an event of a watch holds the object with what says that it is one', () => {
  const pod = { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'a' } }
  const type = root.lookupType('k8s.io.apimachinery.pkg.apis.meta.v1.WatchEvent')
  const event = type.toObject(type.decode(encodeWatchEvent('ADDED', writeProtobuf(pod))))
  assert.is(event.type, 'ADDED')
  assert.equal(readProtobuf(event.object.raw), pod)
})

test.run()
