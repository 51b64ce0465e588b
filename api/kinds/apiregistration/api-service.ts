import { defineKind } from '../../define.ts'
import { type FieldError, invalidValue, required } from '../../field-error.ts'
import type { Resource } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { dns1035Label, dnsSubdomain, pathSegment } from '../../validation/names.ts'
import { checkPort, checkText, type Errors } from '../../validation/values.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { keepStatus, prepareCreate } from '../strategy.ts'

interface Condition {
  readonly type: string
  readonly status: string
  readonly lastTransitionTime?: string
  readonly reason?: string
  readonly message?: string
}

/** Who answers for a version of a group. Without `service` it is this API server. */
export interface APIService extends Resource {
  spec: {
    group?: string
    version?: string
    service?: { namespace?: string; name?: string; port?: number }
    insecureSkipTLSVerify?: boolean
    /** Base64. */
    caBundle?: string
    groupPriorityMinimum: number
    versionPriority: number
  }
  status?: { conditions?: readonly Condition[] }
}

export const APIService = defineKind<APIService>({
  group: 'apiregistration.k8s.io',
  kind: 'APIService',
  plural: 'apiservices',
  namespaced: false,
  generations: false,
  categories: ['api-extensions'],
  subresources: ['status'],
  columns: [
    nameColumn(),
    column(
      'Service',
      'The reference to the service that hosts this API endpoint.',
      ({ spec: { service } }) => (service ? `${service.namespace}/${service.name}` : 'Local'),
    ),
    column('Available', 'Whether this service is available.', availableText),
    ageColumn(),
  ],
  strategy: {
    needsRevision: true,
    default: draft => {
      draft.spec ??= { groupPriorityMinimum: 0, versionPriority: 0 }
      if (draft.spec.service) draft.spec.service.port ??= 443
    },
    prepareCreate: prepareCreate<APIService>(({ spec }) => ({
      conditions: [spec.service ? elsewhere : local],
    })),
    prepareUpdate: keepStatus,
    validate: ({ metadata, spec }) => [
      ...checkMetadata(metadata),
      ...checkOwnName(metadata.name, spec),
      ...checkSpec(spec),
    ],
    // It ends with a dot for the group without a name.
    validateName: name => pathSegment(name)[0],
  },
})

const local: Condition = {
  type: 'Available',
  status: 'True',
  reason: 'Local',
  message: 'Local APIServices are always available',
}

const elsewhere: Condition = {
  type: 'Available',
  status: 'False',
  reason: 'NotAggregated',
  message: 'this API server passes no requests on to others',
}

function availableText({ status }: APIService): string {
  const found = status?.conditions?.find(({ type }) => type === 'Available')
  if (!found) return 'Unknown'
  return found.status === 'True' || !found.reason ? found.status : `${found.status} (${found.reason})`
}

const checkOwnName = (name: string, { group = '', version = '' }: APIService['spec']): Errors =>
  name === `${version}.${group}`
    ? []
    : [
        invalidValue(
          'metadata.name',
          name,
          `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(`${version}.${group}`)}`,
        ),
      ]

const checkSpec = (spec: APIService['spec']): Errors => {
  const { group = '', version = '', groupPriorityMinimum, versionPriority } = spec
  return [
    ...(group === '' && version !== 'v1'
      ? [required('spec.group', 'only v1 may have an empty group and it better be legacy kube')]
      : []),
    ...(group === '' ? [] : checkText('spec.group', group, dnsSubdomain)),
    ...checkText('spec.version', version, dns1035Label),
    ...checkPriority('spec.groupPriorityMinimum', groupPriorityMinimum, 20_000),
    ...checkPriority('spec.versionPriority', versionPriority, 1_000),
    ...(spec.service ? checkService(spec.service, spec) : checkLocal(spec)),
  ]
}

const checkPriority = (field: string, value: number, most: number): readonly FieldError[] =>
  value > 0 && value <= most ? [] : [invalidValue(field, value, `must be positive and less than ${most}`)]

const checkLocal = ({ caBundle, insecureSkipTLSVerify }: APIService['spec']): Errors => [
  ...(caBundle
    ? [
        invalidValue(
          'spec.caBundle',
          `${Buffer.from(caBundle, 'base64').length} bytes`,
          'local APIServices may not have a caBundle',
        ),
      ]
    : []),
  ...(insecureSkipTLSVerify
    ? [
        invalidValue(
          'spec.insecureSkipTLSVerify',
          true,
          'local APIServices may not have insecureSkipTLSVerify',
        ),
      ]
    : []),
]

const checkService = (
  { namespace, name, port = 0 }: NonNullable<APIService['spec']['service']>,
  { caBundle, insecureSkipTLSVerify }: APIService['spec'],
): Errors => [
  ...(namespace ? [] : [required('spec.service.namespace')]),
  ...(name ? [] : [required('spec.service.name')]),
  ...checkPort('spec.service.port', port),
  ...(insecureSkipTLSVerify && caBundle
    ? [invalidValue('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present')]
    : []),
]
