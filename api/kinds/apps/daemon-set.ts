import { isDeepStrictEqual } from 'node:util'
import type { DaemonSet as V1 } from 'kubernetes-types/apps/v1'
import { defineKind } from '../../define.ts'
import type { WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { checkOwnSelector, selects } from '../../validation/selectors.ts'
import { checkCountOrPercent, checkImmutable, checkNonNegative, checkOneOf } from '../../validation/values.ts'
import { ageColumn, column, labelsText, nameColumn } from '../columns.ts'
import { keepStatus, prepareCreate } from '../strategy.ts'
import { containerColumns, countColumn, selectorColumn } from '../workload/columns.ts'
import { checkLasting, checkSelected, checkTemplate, defaultTemplate } from '../workload/template.ts'

export type DaemonSet = WithSpec<V1>

const prepare = prepareCreate<DaemonSet>(() => ({
  currentNumberScheduled: 0,
  desiredNumberScheduled: 0,
  numberMisscheduled: 0,
  numberReady: 0,
}))

/** Counts the changes of the template: the controllers of old tell by it which pods are of the newest. */
const templateGeneration = 'deprecated.daemonset.template.generation'

const generate = (metadata: { annotations?: Record<string, string> }, generation: number): void => {
  metadata.annotations = { ...metadata.annotations, [templateGeneration]: String(generation) }
}

export const DaemonSet = defineKind<DaemonSet>({
  group: 'apps',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  subresources: ['status'],
  columns: [
    nameColumn(),
    countColumn(
      'Desired',
      'The total number of nodes that should be running the daemon pod (including nodes correctly running the daemon pod).',
      ({ status }) => status?.desiredNumberScheduled,
    ),
    countColumn(
      'Current',
      'The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod.',
      ({ status }) => status?.currentNumberScheduled,
    ),
    countColumn(
      'Ready',
      'The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and ready.',
      ({ status }) => status?.numberReady,
    ),
    countColumn(
      'Up-to-date',
      'The total number of nodes that are running updated daemon pod',
      ({ status }) => status?.updatedNumberScheduled,
    ),
    countColumn(
      'Available',
      'The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and available (ready for at least spec.minReadySeconds)',
      ({ status }) => status?.numberAvailable,
    ),
    column(
      'Node Selector',
      "NodeSelector is a selector which must be true for the pod to fit on a node. Selector which must match a node's labels for the pod to be scheduled on that node.",
      ({ spec }) => labelsText(spec.template.spec?.nodeSelector),
    ),
    ageColumn(),
    ...containerColumns<DaemonSet>(({ spec }) => spec.template),
    selectorColumn(
      'A label query over pods that are managed by the daemon set.',
      ({ spec }) => spec.selector,
    ),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= {} as DaemonSet['spec']
      const { spec } = draft
      spec.revisionHistoryLimit ??= 10
      spec.updateStrategy ??= {}
      spec.updateStrategy.type ||= 'RollingUpdate'
      if (spec.updateStrategy.type === 'RollingUpdate') {
        spec.updateStrategy.rollingUpdate = {
          maxUnavailable: 1,
          maxSurge: 0,
          ...spec.updateStrategy.rollingUpdate,
        }
      }
      defaultTemplate(spec.template)
    },
    prepareCreate: draft => {
      prepare(draft)
      const given = Number(draft.metadata.annotations?.[templateGeneration] ?? 1)
      generate(draft.metadata, given >= 1 ? given : 1)
    },
    prepareUpdate: (draft, old) => {
      keepStatus(draft, old)
      const before = Number(old.metadata.annotations?.[templateGeneration] ?? 0)
      const changed = !isDeepStrictEqual(draft.spec.template, old.spec.template)
      generate(draft.metadata, changed ? before + 1 : before)
    },
    validate: ({ metadata, spec: { selector, template, updateStrategy, minReadySeconds, ...spec } }) => [
      ...checkMetadata(metadata),
      ...checkOwnSelector('spec.selector', selector, 'DaemonSet'),
      ...checkSelected('spec.template', template, selects(selector)),
      ...checkTemplate('spec.template', template),
      ...checkLasting('spec.template', template, 'DaemonSet'),
      ...checkNonNegative('spec.minReadySeconds', minReadySeconds),
      ...checkOneOf('spec.updateStrategy.type', updateStrategy?.type, ['RollingUpdate', 'OnDelete']),
      ...checkCountOrPercent(
        'spec.updateStrategy.rollingUpdate.maxUnavailable',
        updateStrategy?.rollingUpdate?.maxUnavailable,
      ),
      ...checkNonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ],
    validateUpdate: ({ spec }, old) => checkImmutable('spec', spec, old.spec, ['selector']),
  },
})
