import { isDeepStrictEqual } from 'node:util'
import type { StatefulSet as V1 } from 'kubernetes-types/apps/v1'
import { defineKind } from '../../define.ts'
import { forbiddenField, invalidValue } from '../../field-error.ts'
import type { WithSpec } from '../../resource.ts'
import { labelSelectorOf } from '../../selectors/labels.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { dnsLabel } from '../../validation/names.ts'
import { checkOwnSelector, selects } from '../../validation/selectors.ts'
import { checkNonNegative, checkOneOf, checkText, type Errors } from '../../validation/values.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defaultClaim } from '../persistent-volume-claim.ts'
import { keepStatus, prepareCreate } from '../strategy.ts'
import { containerColumns } from '../workload/columns.ts'
import { scaleOfReplicas } from '../workload/scale.ts'
import { checkLasting, checkSelected, checkTemplate, defaultTemplate } from '../workload/template.ts'

export type StatefulSet = WithSpec<V1>

export const StatefulSet = defineKind<StatefulSet>({
  group: 'apps',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  subresources: ['status', 'scale'],
  scale: scaleOfReplicas<StatefulSet>(({ spec }) => labelSelectorOf(spec.selector).toString()),
  columns: [
    nameColumn(),
    column(
      'Ready',
      'Number of the pod with ready state',
      ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 1}`,
    ),
    ageColumn(),
    ...containerColumns<StatefulSet>(({ spec }) => spec.template),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= {} as StatefulSet['spec']
      const { spec } = draft
      spec.replicas ??= 1
      spec.podManagementPolicy ||= 'OrderedReady'
      spec.revisionHistoryLimit ??= 10
      defaultUpdateStrategy(spec)
      spec.persistentVolumeClaimRetentionPolicy ??= {}
      spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain'
      spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain'
      defaultTemplate(spec.template)
      for (const claim of spec.volumeClaimTemplates ?? []) {
        defaultClaim(claim)
        Object.assign(claim, {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          status: { phase: 'Pending' },
        })
      }
    },
    prepareCreate: prepareCreate<StatefulSet>(() => ({ replicas: 0, availableReplicas: 0 })),
    prepareUpdate: keepStatus,
    validate: ({ metadata, spec }) => [...checkMetadata(metadata), ...checkSpec(spec)],
    validateUpdate: ({ spec }, old) =>
      isDeepStrictEqual(lasting(spec), lasting(old.spec))
        ? []
        : [
            forbiddenField(
              'spec',
              "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
            ),
          ],
  },
})

type Spec = StatefulSet['spec']

/** Who names the strategy without its parameters means it without any. */
const defaultUpdateStrategy = (spec: Spec): void => {
  spec.updateStrategy ??= {}
  const { updateStrategy } = spec
  if (!updateStrategy.type) {
    updateStrategy.type = 'RollingUpdate'
    updateStrategy.rollingUpdate ??= {}
  }
  if (updateStrategy.type === 'RollingUpdate' && updateStrategy.rollingUpdate) {
    updateStrategy.rollingUpdate.partition ??= 0
  }
}

const changeable = new Set([
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'minReadySeconds',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
])

/** What stays as it was made. */
const lasting = (spec: Spec): object =>
  Object.fromEntries(Object.entries(spec).filter(([member]) => !changeable.has(member)))

const checkSpec = ({ podManagementPolicy, updateStrategy, selector, template, ...spec }: Spec): Errors => [
  ...(podManagementPolicy === 'OrderedReady' || podManagementPolicy === 'Parallel'
    ? []
    : [
        invalidValue('spec.podManagementPolicy', podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"),
      ]),
  ...checkUpdateStrategy('spec.updateStrategy', updateStrategy ?? {}),
  ...checkNonNegative('spec.replicas', spec.replicas),
  ...checkNonNegative('spec.minReadySeconds', spec.minReadySeconds),
  ...checkNonNegative('spec.ordinals.start', spec.ordinals?.start),
  ...(spec.serviceName ? checkText('spec.serviceName', spec.serviceName, dnsLabel) : []),
  ...(['whenDeleted', 'whenScaled'] as const).flatMap(member =>
    checkOneOf(
      `spec.persistentVolumeClaimRetentionPolicy.${member}`,
      spec.persistentVolumeClaimRetentionPolicy?.[member],
      ['Retain', 'Delete'],
    ),
  ),
  ...checkOwnSelector('spec.selector', selector, 'StatefulSet'),
  ...checkSelected('spec.template', template, selects(selector)),
  ...checkTemplate('spec.template', asInPods(template, spec.volumeClaimTemplates)),
  ...checkLasting('spec.template', template, 'StatefulSet'),
]

/** The controller gives each pod its own names, and volumes of its own claims, some in the place of the template's. */
const asInPods = (
  template: Spec['template'],
  claims: Spec['volumeClaimTemplates'] = [],
): Spec['template'] => {
  if (!template?.spec) return template
  const { hostname: _, subdomain: __, volumes = [], ...rest } = template.spec
  const names = new Set(claims.map(({ metadata }) => metadata?.name ?? ''))
  const claimed = [...names].map(name => ({ name, persistentVolumeClaim: { claimName: name } }))
  return {
    ...template,
    spec: { ...rest, volumes: [...claimed, ...volumes.filter(({ name }) => !names.has(name))] },
  }
}

const checkUpdateStrategy = (
  field: string,
  { type, rollingUpdate }: NonNullable<Spec['updateStrategy']>,
): Errors => {
  switch (type) {
    case 'OnDelete':
      return rollingUpdate
        ? [
            invalidValue(
              `${field}.rollingUpdate`,
              rollingUpdate,
              "only allowed for updateStrategy 'RollingUpdate'",
            ),
          ]
        : []
    case 'RollingUpdate':
      return checkNonNegative(`${field}.rollingUpdate.partition`, rollingUpdate?.partition)
    default:
      return [invalidValue(field, { type }, "must be 'RollingUpdate' or 'OnDelete'")]
  }
}
