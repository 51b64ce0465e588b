import type {
  CertificateSigningRequestCondition as Condition,
  CertificateSigningRequest as V1,
} from 'kubernetes-types/certificates/v1'
import { defineKind } from '../../define.ts'
import { forbiddenField, invalidValue } from '../../field-error.ts'
import type { SubresourceWrite } from '../../kind.ts'
import type { WithSpec } from '../../resource.ts'
import { clearServerMetadata } from '../../validation/metadata.ts'
import type { Errors } from '../../validation/values.ts'
import { ageColumn, column, nameColumn, none } from '../columns.ts'
import { keepStatus } from '../strategy.ts'
import { checkRequest, checkStatus, decisions } from './checks.ts'

export type CertificateSigningRequest = WithSpec<V1>

/** Kept for whoever signs: nobody here does. */
export const CertificateSigningRequest = defineKind<CertificateSigningRequest>({
  group: 'certificates.k8s.io',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  shortNames: ['csr'],
  namespaced: false,
  generations: false,
  subresources: ['approval', 'status'],
  fields: { 'spec.signerName': ({ spec }) => spec.signerName ?? '' },
  columns: [
    nameColumn(),
    ageColumn(),
    column(
      'SignerName',
      'signerName indicates the requested signer, and is a qualified name.',
      ({ spec }) => spec.signerName || none,
    ),
    column(
      'Requestor',
      'username contains the name of the user that created the CertificateSigningRequest. Populated by the API server on creation and immutable.',
      ({ spec }) => spec.username ?? '',
    ),
    column('Condition', 'Conditions applied to the request, such as approval or denial.', stateText),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= { request: '', signerName: '' }
    },
    prepareCreate: draft => {
      clearServerMetadata(draft.metadata)
      const { uid: _, extra: __, ...spec } = draft.spec
      // As long as there is no authentication, this is who everybody is.
      draft.spec = { ...spec, username: 'system:anonymous', groups: ['system:unauthenticated'] }
      draft.status = {}
    },
    prepareUpdate: (draft, old) => {
      keepStatus(draft, old)
      draft.spec = old.spec
    },
    prepareStatus: (draft, { old, subresource, now }) => {
      const conditions = draft.status?.conditions?.map(each => timed(each, old, now))
      const status = subresource === 'approval' ? old.status : draft.status
      draft.status = { ...status, ...(conditions && { conditions }) }
    },
    validate: checkRequest,
    validateSubresource: (next, write) => [...checkStatus(next), ...checkDecisions(next, write)],
    // Any name will do, as long as it can be in a path.
    validateName: name => (/[/%]/.test(name) || /^\.\.?$/.test(name) ? `may not be '${name}'` : undefined),
  },
})

function stateText({ status = {} }: CertificateSigningRequest): string {
  const has = (wanted: string) => status.conditions?.some(({ type }) => type === wanted)
  const decided = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'
  return `${decided}${has('Failed') ? ',Failed' : ''}${status.certificate ? ',Issued' : ''}`
}

/** A condition with the times that its writer has left out. */
const timed = (condition: Condition, { status = {} }: CertificateSigningRequest, now: string): Condition => {
  const before = status.conditions?.find(({ type }) => type === condition.type)
  return {
    ...condition,
    lastUpdateTime: condition.lastUpdateTime ?? now,
    lastTransitionTime:
      condition.lastTransitionTime ??
      (before?.status === condition.status ? before?.lastTransitionTime : undefined) ??
      now,
  }
}

const ofType = ({ status }: CertificateSigningRequest, wanted: string): readonly Condition[] =>
  status?.conditions?.filter(({ type }) => type === wanted) ?? []

const may = (what: string, type: string) =>
  forbiddenField('status.conditions', `updates may not ${what} a condition of type "${type}"`)

/** What has been decided stays so; only `/approval` decides, and only `/status` brings the certificate. */
const checkDecisions = (
  next: CertificateSigningRequest,
  { old, subresource }: SubresourceWrite<CertificateSigningRequest>,
): Errors => [
  ...[...decisions, 'Failed']
    .filter(type => ofType(next, type).length < ofType(old, type).length)
    .map(type => may('remove', type)),
  ...(subresource === 'approval'
    ? []
    : decisions
        .filter(type => ofType(next, type).length > ofType(old, type).length)
        .map(type => may('add', type))),
  ...(old.status?.certificate && next.status?.certificate !== old.status.certificate
    ? [forbiddenField('status.certificate', 'updates may not modify existing certificate content')]
    : []),
  ...(ofType(next, 'Approved').length > 0 && ofType(next, 'Denied').length > 0
    ? [invalidValue('status.conditions', 'Denied', 'Approved and Denied conditions are mutually exclusive')]
    : []),
]
