import type { Job as V1 } from 'kubernetes-types/batch/v1'
import { defineKind } from '../../define.ts'
import { invalidValue, required } from '../../field-error.ts'
import type { Draft, WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { selects } from '../../validation/selectors.ts'
import { checkImmutable, type Errors, none } from '../../validation/values.ts'
import { ageColumn, ageOf, column, humanDuration, nameColumn } from '../columns.ts'
import { keepStatus, prepareCreate } from '../strategy.ts'
import { containerColumns, selectorColumn } from '../workload/columns.ts'
import { checkSelected, defaultTemplate } from '../workload/template.ts'
import { checkJobSpec } from './job-spec.ts'

export type Job = WithSpec<V1>

const prepare = prepareCreate<Job>(() => ({}))

export const Job = defineKind<Job>({
  group: 'batch',
  kind: 'Job',
  plural: 'jobs',
  categories: ['all'],
  subresources: ['status'],
  fields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
  columns: [
    nameColumn(),
    column('Completions', 'Status of the job: how many of its pods succeeded, of how many.', completionsText),
    column('Duration', 'Time required to complete the job.', durationText),
    ageColumn(),
    ...containerColumns<Job>(({ spec }) => spec.template),
    selectorColumn('A label query over pods that should match the pod count.', ({ spec }) => spec.selector),
  ],
  strategy: {
    // As in Kubernetes, for those who deleted jobs before there was a garbage collector.
    dependents: 'orphaned',
    default: draft => {
      draft.spec ??= {} as Job['spec']
      const { spec } = draft
      // Without both a job is one pod; a job without completions is done when one of its pods is.
      if (spec.parallelism === undefined) spec.completions ??= 1
      spec.parallelism ??= 1
      spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : 2 ** 31 - 1
      spec.completionMode ??= 'NonIndexed'
      spec.suspend ??= false
      spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'
      spec.manualSelector ??= false
      labelLikePods(draft)
      defaultTemplate(spec.template)
    },
    prepareCreate: draft => {
      prepare(draft)
      selectByUid(draft)
      labelLikePods(draft)
    },
    prepareUpdate: keepStatus,
    validate: ({ metadata, spec }) => [
      ...checkMetadata(metadata),
      ...checkJobSpec('spec', spec),
      ...(spec.selector ? [] : [required('spec.selector')]),
      ...checkSelected('spec.template', spec.template, selects(spec.selector)),
    ],
    validateCreate: job => checkGenerated(job),
    validateUpdate: ({ spec }, old) =>
      checkImmutable('spec', spec, old.spec, ['completions', 'selector', 'template', 'completionMode']),
  },
})

/** A job finds its pods by its own uid: two jobs of the same template never share one. */
const selectByUid = ({ metadata, spec }: Draft<Job>): void => {
  if (spec.manualSelector || !spec.template) return
  const labels = { ...ownLabels(metadata), ...spec.template.metadata?.labels }
  spec.template.metadata = { ...spec.template.metadata, labels }
  spec.selector = {
    ...spec.selector,
    matchLabels: { [controllerUid]: metadata.uid ?? '', ...spec.selector?.matchLabels },
  }
}

const controllerUid = 'batch.kubernetes.io/controller-uid'

/** With the names of before they had a prefix. */
const ownLabels = ({ name = '', uid = '' }: Draft<Job>['metadata']): Record<string, string> => ({
  'batch.kubernetes.io/job-name': name,
  'job-name': name,
  [controllerUid]: uid,
  'controller-uid': uid,
})

/** Somebody else's labels would give the job pods of others. */
const checkGenerated = ({ metadata, spec }: Job): Errors => {
  if (spec.manualSelector || !spec.selector) return none
  const own = ownLabels(metadata)
  const labels = spec.template?.metadata?.labels ?? {}
  const field = 'spec.template.metadata.labels'
  return [
    ...Object.entries(own)
      .filter(([name, value]) => labels[name] !== value)
      .map(([name, value]) => invalidValue(`${field}[${name}]`, labels, `must be '${value}'`)),
    ...(selects(spec.selector)(own)
      ? none
      : [invalidValue('spec.selector', spec.selector, '`selector` not auto-generated')]),
  ]
}

/** A job without labels of its own has those of its pods. */
const labelLikePods = ({ metadata, spec }: Draft<Job>): void => {
  const labels = spec.template?.metadata?.labels
  if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels }
}

function completionsText({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`
  const { parallelism = 0 } = spec
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
}

function durationText({ status }: Job, now?: number): string {
  const { startTime, completionTime } = status ?? {}
  if (!startTime) return ''
  return completionTime
    ? humanDuration((Date.parse(completionTime) - Date.parse(startTime)) / 1000)
    : ageOf(startTime, now)
}
