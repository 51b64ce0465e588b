import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ConfigMap, Lease, Secret } from '../../../api/kinds/index.ts'
import { LimitRange } from '../../../api/kinds/limit-range.ts'
import { PersistentVolume } from '../../../api/kinds/persistent-volume.ts'
import { PersistentVolumeClaim } from '../../../api/kinds/persistent-volume-claim.ts'
import { decode } from '../../../api/validation/structure.ts'
import { defaulted, wrongChange, wrongWith } from './admit.ts'

const metadata = { name: 'n' }
const meta: ConfigMap['metadata'] = {
  ...metadata,
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2026-01-01T00:00:00Z',
}
const base64 = (text: string) => Buffer.from(text).toString('base64')

test('keys of config maps name files', () => {
  const wrong = wrongWith(ConfigMap, {
    metadata,
    data: { 'a b': '', '..': '', ok: '' },
    binaryData: { ok: '' },
  })
  assert.is(wrong.length, 3)
  assert.match(
    wrong[0] ?? '',
    `data[a b]: Invalid value: "a b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
  )
  assert.is(wrong[1], `data[..]: Invalid value: "..": must not be '..'`)
  assert.is(wrong[2], 'data[ok]: Invalid value: "ok": duplicate of key present in binaryData')
})

test('a mebibyte is the most', () => {
  const text = 'x'.repeat(1024 * 1024)
  assert.equal(wrongWith(ConfigMap, { metadata, data: { text } }), [])
  assert.equal(wrongWith(ConfigMap, { metadata, data: { text, more: 'x' } }), [
    ': Too long: may not be more than 1048576 bytes',
  ])
  assert.equal(wrongWith(Secret, { metadata, data: { text: base64(text) } }), [])
  assert.equal(wrongWith(Secret, { metadata, data: { text: base64(`${text}x`) } }), [
    'data: Too long: may not be more than 1048576 bytes',
  ])
})

test('what is immutable stays', () => {
  const old = { ...defaulted(ConfigMap, { metadata, data: { a: '1' }, immutable: true }), metadata: meta }
  assert.equal(wrongChange(ConfigMap, { ...old, data: { a: '2' }, immutable: false }, old), [
    'immutable: Forbidden: field is immutable when `immutable` is set',
    'data: Forbidden: field is immutable when `immutable` is set',
  ])
  assert.equal(wrongChange(ConfigMap, { ...old, metadata: { ...meta, labels: { a: 'b' } } }, old), [])
})

test('secrets are written in plain text, and read as base64', () => {
  const secret = defaulted(Secret, { metadata, data: { a: 'YQ\n==' }, stringData: { b: 'ü', a: 'new' } })
  assert.equal(
    [secret.type, secret.data, secret.stringData],
    ['Opaque', { a: base64('new'), b: base64('ü') }, undefined],
  )
})

test('secrets of a type', () => {
  assert.equal(wrongWith(Secret, { metadata, type: 'kubernetes.io/tls', data: { 'tls.crt': '' } }), [
    'data[tls.key]: Required value',
  ])
  assert.equal(wrongWith(Secret, { metadata, type: 'kubernetes.io/service-account-token' }), [
    'metadata.annotations[kubernetes.io/service-account.name]: Required value',
  ])
  const old = defaulted(Secret, { metadata })
  assert.equal(wrongChange(Secret, { ...old, type: 'other' }, old), [
    'type: Invalid value: "other": field is immutable',
  ])
})

for (const [text, at] of [
  ['a?==', 1],
  ['YWJj*', 4],
  ['YWJjYQ', 4],
] as const) {
  test(`data that is no base64 is refused: ${text}`, () =>
    assert.throws(
      () => decode(Secret, { data: { a: text } }),
      (error: Error) =>
        error.message.endsWith(`v1.Secret.Data: decode base64: illegal base64 data at input byte ${at}`),
    ))
}

test('a limit range fills itself in', () => {
  const { spec } = defaulted(LimitRange, {
    metadata,
    spec: {
      limits: [
        { type: 'Container', max: { cpu: '2' }, min: { memory: '1Mi' } },
        { type: 'Pod', max: { cpu: '4' } },
      ],
    },
  })
  assert.equal(spec?.limits, [
    {
      type: 'Container',
      max: { cpu: '2' },
      min: { memory: '1Mi' },
      default: { cpu: '2' },
      defaultRequest: { memory: '1Mi', cpu: '2' },
    },
    { type: 'Pod', max: { cpu: '4' } },
  ])
})

test('volumes and claims', () => {
  assert.equal(wrongWith(PersistentVolume, { metadata, spec: {} }), [
    'spec.accessModes: Required value: at least 1 access mode is required',
    'spec.capacity: Required value',
    'spec: Required value: must specify a volume type',
  ])
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
  const old = defaulted(PersistentVolumeClaim, { metadata, spec })
  assert.is(old.status?.phase, 'Pending')
  const bound = {
    ...old,
    spec: { ...old.spec, volumeName: 'pv', resources: { requests: { storage: '2Gi' } } },
  }
  assert.equal(wrongChange(PersistentVolumeClaim, bound, old), [])
  assert.equal(
    wrongChange(
      PersistentVolumeClaim,
      { ...old, spec: { ...old.spec, accessModes: ['ReadWriteMany'] } },
      old,
    ),
    ['spec: Forbidden: spec is immutable after creation except resources.requests for bound claims'],
  )
})

test('leases', () => {
  assert.equal(wrongWith(Lease, { metadata, spec: { leaseDurationSeconds: 0, leaseTransitions: -1 } }), [
    'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
    'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
  ])
})

test.run()
