import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fieldErrorBody } from '../../../api/field-error.ts'
import type { SubresourceWrite } from '../../../api/kind.ts'
import { CertificateSigningRequest } from '../../../api/kinds/certificates/certificate-signing-request.ts'
import { defaulted, wrongWith } from './admit.ts'
import { minimalOf } from './minimal.ts'

const { strategy } = CertificateSigningRequest
const now = '2026-01-01T00:00:00Z'
const spec = (minimalOf(CertificateSigningRequest) as CertificateSigningRequest).spec
const request = (status: CertificateSigningRequest['status'] = {}): CertificateSigningRequest => ({
  ...defaulted(CertificateSigningRequest, { metadata: { name: 'r' }, spec: { ...spec } }),
  status,
})
const condition = (type: string, status = 'True') => ({ type, status })

const write = (
  next: CertificateSigningRequest,
  old: CertificateSigningRequest,
  subresource: SubresourceWrite<CertificateSigningRequest>['subresource'],
) => {
  const draft = structuredClone(next)
  const how = { subresource, old, now }
  strategy.prepareStatus?.(draft, how)
  const wrong = strategy.validateSubresource?.(draft, how) ?? []
  return { draft, wrong: wrong.map(error => `${error.field}: ${fieldErrorBody(error)}`) }
}

test('who asks is not for the client to say', () => {
  const draft = defaulted(CertificateSigningRequest, {
    metadata: { name: 'r' },
    spec: { ...spec, username: 'root', uid: '0', groups: ['system:masters'], extra: { a: ['b'] } },
    status: { conditions: [condition('Approved')] },
  })
  assert.equal(draft.spec, {
    ...spec,
    username: 'system:anonymous',
    groups: ['system:unauthenticated'],
  })
  assert.equal(draft.status, {})
})

test('requests that cannot be', () => {
  const wrong = wrongWith(CertificateSigningRequest, {
    metadata: { name: 'r' },
    spec: { request: 'eA==', signerName: 'x', usages: ['any', 'any'], expirationSeconds: 5 },
  })
  assert.equal(wrong, [
    'spec.request: Invalid value: "eA==": PEM block type must be CERTIFICATE REQUEST',
    'spec.usages[1]: Duplicate value: "any"',
    'spec.signerName: Invalid value: "x": must be a fully qualified domain and path of the form \'example.com/signer-name\'',
    'spec.expirationSeconds: Invalid value: 5: may not specify a duration less than 600 seconds (10 minutes)',
  ])
})

test('only /approval decides, and it does nothing else', () => {
  const old = request({ certificate: '' })
  const next = request({ certificate: 'eA==', conditions: [condition('Approved')] })
  const approved = write(next, old, 'approval')
  assert.equal(approved.wrong, [])
  assert.equal(approved.draft.status, {
    certificate: '',
    conditions: [{ ...condition('Approved'), lastUpdateTime: now, lastTransitionTime: now }],
  })
  assert.equal(write(request({ conditions: [condition('Approved')] }), old, 'status').wrong, [
    'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
  ])
})

test('what has been decided stays decided', () => {
  const old = request({ conditions: [condition('Approved')] })
  assert.equal(write(request(), old, 'approval').wrong, [])
  assert.equal(write(request({ conditions: [] }), old, 'approval').wrong, [
    'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
  ])
  const both = request({ conditions: [condition('Approved'), condition('Denied', 'False')] })
  assert.equal(write(both, old, 'approval').wrong, [
    'status.conditions[1].status: Unsupported value: "False": supported values: "True"',
    'status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
  ])
})

test('what becomes of a request is told in one word', () => {
  const state = CertificateSigningRequest.columns.find(({ name }) => name === 'Condition')
  assert.is(state?.cell(request()), 'Pending')
  assert.is(state?.cell(request({ conditions: [condition('Denied')] })), 'Denied')
  const issued = request({ certificate: 'eA==', conditions: [condition('Approved')] })
  assert.is(state?.cell(issued), 'Approved,Issued')
})

test.run()
