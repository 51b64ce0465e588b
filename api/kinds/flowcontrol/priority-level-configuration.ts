import type {
  ExemptPriorityLevelConfiguration,
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfiguration as V1,
} from 'kubernetes-types/flowcontrol/v1'
import { defineKind } from '../../define.ts'
import { forbiddenField, invalidValue, required } from '../../field-error.ts'
import type { WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { checkOneOf, type Errors } from '../../validation/values.ts'
import { ageColumn, column, nameColumn, none } from '../columns.ts'
import { keepStatus, prepareCreate } from '../strategy.ts'

export type PriorityLevelConfiguration = WithSpec<V1>

type Spec = PriorityLevelConfiguration['spec']

export const PriorityLevelConfiguration = defineKind<PriorityLevelConfiguration>({
  group: 'flowcontrol.apiserver.k8s.io',
  kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations',
  namespaced: false,
  subresources: ['status'],
  columns: [
    nameColumn(),
    column(
      'Type',
      '`type` indicates whether this priority level is subject to limitation on request execution.  A value of `"Exempt"` means that requests of this priority level are not subject to a limit (and thus are never queued) and do not detract from the capacity made available to other priority levels.  A value of `"Limited"` means that (a) requests of this priority level _are_ subject to limits and (b) some of the server\'s limited capacity is made available exclusively to this priority level. Required.',
      ({ spec }) => spec.type,
    ),
    column(
      'NominalConcurrencyShares',
      '`nominalConcurrencyShares` (NCS) contributes to the computation of the NominalConcurrencyLimit (NominalCL) of this level. This is the number of execution seats available at this priority level. This is used both for requests dispatched from this priority level as well as requests dispatched from other priority levels borrowing seats from this level. The server\'s concurrency limit (ServerCL) is divided among the Limited priority levels in proportion to their NCS values:\n\nNominalCL(i)  = ceil( ServerCL * NCS(i) / sum_ncs ) sum_ncs = sum[priority level k] NCS(k)\n\nBigger numbers mean a larger nominal concurrency limit, at the expense of every other priority level.\n\nIf not specified, this field defaults to a value of 30.\n\nSetting this field to zero supports the construction of a "jail" for this priority level that is used to hold some request(s)',
      ({ spec }) => spec.limited?.nominalConcurrencyShares ?? none,
    ),
    column(
      'Queues',
      '`queues` is the number of queues for this priority level. The queues exist independently at each apiserver. The value must be positive.  Setting it to 1 effectively precludes shufflesharding and thus makes the distinguisher method of associated flow schemas irrelevant.  This field has a default value of 64.',
      ({ spec }) => queuingOf(spec)?.queues ?? none,
    ),
    column(
      'HandSize',
      "`handSize` is a small positive number that configures the shuffle sharding of requests into queues.  When enqueuing a request at this priority level the request's flow identifier (a string pair) is hashed and the hash value is used to shuffle the list of queues and deal a hand of the size specified here.  The request is put into one of the shortest queues in that hand. `handSize` must be no larger than `queues`, and should be significantly smaller (so that a few heavy flows do not saturate most of the queues).  See the user-facing documentation for more extensive guidance on setting this field.  This field has a default value of 8.",
      ({ spec }) => queuingOf(spec)?.handSize ?? none,
    ),
    column(
      'QueueLengthLimit',
      '`queueLengthLimit` is the maximum number of requests allowed to be waiting in a given queue of this priority level at a time; excess requests are rejected.  This value must be positive.  If not specified, it will be defaulted to 50.',
      ({ spec }) => queuingOf(spec)?.queueLengthLimit ?? none,
    ),
    ageColumn(),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= { type: '' }
      const { limited, exempt } = draft.spec
      if (exempt) {
        exempt.nominalConcurrencyShares ??= 0
        exempt.lendablePercent ??= 0
      }
      if (!limited) return
      limited.nominalConcurrencyShares ??= 30
      limited.lendablePercent ??= 0
      limited.limitResponse ??= { type: '' }
      const { queuing } = limited.limitResponse
      if (!queuing) return
      queuing.queues ||= 64
      queuing.handSize ||= 8
      queuing.queueLengthLimit ||= 50
    },
    prepareCreate: prepareCreate<PriorityLevelConfiguration>(() => ({})),
    prepareUpdate: keepStatus,
    validate: ({ metadata, spec }) => [...checkMetadata(metadata), ...checkSpec(metadata.name, spec)],
  },
})

const queuingOf = ({ limited }: Spec) => limited?.limitResponse?.queuing

const checkSpec = (name: string, { type, exempt, limited }: Spec): Errors => [
  ...((name === 'exempt') === (type === 'Exempt')
    ? []
    : [invalidValue('spec.type', type, "must be 'Exempt' if and only if `name` is 'exempt'")]),
  ...(type === 'Exempt' && limited
    ? [forbiddenField('spec.limited', 'must be nil if the type is not Limited')]
    : []),
  ...(type === 'Exempt' && exempt ? checkShares('spec.exempt', exempt) : []),
  ...(type === 'Limited' && exempt
    ? [forbiddenField('spec.exempt', 'must be nil if the type is Limited')]
    : []),
  ...(type === 'Limited'
    ? limited
      ? checkLimited('spec.limited', limited)
      : [required('spec.limited', 'must not be empty when type is Limited')]
    : []),
  ...checkOneOf('spec.type', type, ['Exempt', 'Limited']),
]

const checkShares = (
  field: string,
  { nominalConcurrencyShares: shares = 0, lendablePercent: percent = 0 }: ExemptPriorityLevelConfiguration,
): Errors => [
  ...(shares < 0
    ? [invalidValue(`${field}.nominalConcurrencyShares`, shares, 'must be a non-negative integer')]
    : []),
  ...(percent < 0 || percent > 100
    ? [invalidValue(`${field}.lendablePercent`, percent, 'must be between 0 and 100, inclusive')]
    : []),
]

const checkLimited = (field: string, limited: LimitedPriorityLevelConfiguration): Errors => {
  const { borrowingLimitPercent: most = 0, limitResponse = { type: '' } } = limited
  return [
    ...checkShares(field, limited),
    ...checkResponse(`${field}.limitResponse`, limitResponse),
    ...(most < 0
      ? [invalidValue(`${field}.borrowingLimitPercent`, most, 'if specified, must be a non-negative integer')]
      : []),
  ]
}

const checkResponse = (field: string, { type, queuing }: LimitResponse): Errors => {
  if (type !== 'Queue') {
    const detail = 'must be nil if limited.limitResponse.type is not Limited'
    return [
      ...(type === 'Reject' && queuing ? [forbiddenField(`${field}.queuing`, detail)] : []),
      ...checkOneOf(`${field}.type`, type, ['Queue', 'Reject']),
    ]
  }
  if (!queuing) {
    return [required(`${field}.queuing`, 'must not be empty if limited.limitResponse.type is Limited')]
  }
  const { queues = 0, handSize = 0, queueLengthLimit = 0 } = queuing
  const positive = (name: string, value: number): Errors =>
    value > 0 ? [] : [invalidValue(`${field}.queuing.${name}`, value, 'must be positive')]
  return [
    ...positive('queueLengthLimit', queueLengthLimit),
    ...positive('queues', queues),
    ...positive('handSize', handSize),
    ...(handSize > queues
      ? [invalidValue(`${field}.queuing.handSize`, handSize, `should not be greater than queues (${queues})`)]
      : []),
  ]
}
