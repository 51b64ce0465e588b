import type { TokenRequest, CSIDriver as V1 } from 'kubernetes-types/storage/v1'
import { defineKind } from '../../define.ts'
import { duplicate, type FieldError, invalidValue, notSupported } from '../../field-error.ts'
import type { WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { checkImmutable, checkOneOf, type Errors } from '../../validation/values.ts'
import { ageColumn, column, nameColumn, none } from '../columns.ts'

type Spec = NonNullable<V1['spec']> & { nodeAllocatableUpdatePeriodSeconds?: number }

export type CSIDriver = WithSpec<Omit<V1, 'spec'> & { spec: Spec }>

export const CSIDriver = defineKind<CSIDriver>({
  group: 'storage.k8s.io',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  namespaced: false,
  generations: false,
  columns: [
    nameColumn(),
    column(
      'AttachRequired',
      'attachRequired indicates this CSI volume driver requires an attach operation, and that the attach detach controller should call the attach volume interface and wait until the volume is attached before proceeding to mounting.',
      ({ spec }) => spec.attachRequired ?? true,
      { type: 'boolean' },
    ),
    column(
      'PodInfoOnMount',
      'podInfoOnMount indicates this CSI volume driver requires additional pod information (like podName, podUID, etc.) during mount operations, if set to true.',
      ({ spec }) => spec.podInfoOnMount ?? false,
      { type: 'boolean' },
    ),
    column(
      'Modes',
      'volumeLifecycleModes defines what kind of volumes this CSI volume driver supports.',
      ({ spec }) => spec.volumeLifecycleModes?.join() || none,
    ),
    ageColumn(),
  ],
  strategy: {
    needsRevision: true,
    default: draft => {
      draft.spec ??= {}
      const { spec } = draft
      spec.attachRequired ??= true
      spec.podInfoOnMount ??= false
      spec.storageCapacity ??= false
      spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType'
      if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ['Persistent']
      spec.requiresRepublish ??= false
      spec.seLinuxMount ??= false
    },
    validate: ({ metadata, spec }) => [...checkMetadata(metadata), ...checkSpec(spec)],
    validateUpdate: ({ spec }, old) =>
      checkImmutable('spec', spec, old.spec, ['attachRequired', 'volumeLifecycleModes']),
  },
})

const modes = ['Persistent', 'Ephemeral']

const checkSpec = (spec: Spec): Errors => [
  ...checkOneOf('spec.fsGroupPolicy', spec.fsGroupPolicy, ['File', 'None', 'ReadWriteOnceWithFSType']),
  ...checkTokens('spec.tokenRequests', spec.tokenRequests),
  ...(spec.volumeLifecycleModes ?? [])
    .filter(mode => !modes.includes(mode))
    .map(mode => notSupported('spec.volumeLifecycleModes', mode, modes)),
  ...((spec.nodeAllocatableUpdatePeriodSeconds ?? 10) < 10
    ? [
        invalidValue(
          'spec.nodeAllocatableUpdatePeriodSeconds',
          spec.nodeAllocatableUpdatePeriodSeconds,
          'must be greater than or equal to 10 seconds',
        ),
      ]
    : []),
]

const checkTokens = (field: string, requests: readonly TokenRequest[] = []): Errors =>
  requests.flatMap(({ audience, expirationSeconds = 600 }, i): FieldError[] => {
    const at = `${field}[${i}]`
    if (requests.findIndex(each => each.audience === audience) < i) {
      return [duplicate(`${at}.audience`, audience)]
    }
    const wrong = (detail: string) => [invalidValue(`${at}.expirationSeconds`, expirationSeconds, detail)]
    if (expirationSeconds < 600) return wrong('may not specify a duration less than 10 minutes')
    return expirationSeconds > 2 ** 32 ? wrong('may not specify a duration larger than 2^32 seconds') : []
  })
