import type { CronJob as V1 } from 'kubernetes-types/batch/v1'
import { CronError, parseCron } from '../../cron.ts'
import { defineKind } from '../../define.ts'
import { invalidValue, required } from '../../field-error.ts'
import type { WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { dnsSubdomain } from '../../validation/names.ts'
import { checkNonNegative, checkOneOf, type Errors } from '../../validation/values.ts'
import { ageColumn, ageOf, column, integer, nameColumn, none } from '../columns.ts'
import { keepStatus, prepareCreate } from '../strategy.ts'
import { containerColumns, countOf, selectorColumn } from '../workload/columns.ts'
import { defaultTemplate } from '../workload/template.ts'
import { checkJobSpec } from './job-spec.ts'

export type CronJob = WithSpec<V1>

/** The names of its jobs end in the minute that they were due at. */
const longestName = 52

export const CronJob = defineKind<CronJob>({
  group: 'batch',
  kind: 'CronJob',
  plural: 'cronjobs',
  shortNames: ['cj'],
  categories: ['all'],
  subresources: ['status'],
  columns: [
    nameColumn(),
    column(
      'Schedule',
      'The schedule in Cron format, see https://en.wikipedia.org/wiki/Cron.',
      ({ spec }) => spec.schedule,
    ),
    column('Timezone', 'The time zone name for the given schedule.', ({ spec }) => spec.timeZone || none),
    column(
      'Suspend',
      'This flag tells the controller to suspend subsequent executions.',
      ({ spec }) => (spec.suspend ? 'True' : 'False'),
      { type: 'boolean' },
    ),
    column(
      'Active',
      'A list of pointers to currently running jobs.',
      countOf(({ status }) => status?.active?.length),
      integer,
    ),
    column(
      'Last Schedule',
      'Information when was the last time the job was successfully scheduled.',
      ({ status }, now) => (status?.lastScheduleTime ? ageOf(status.lastScheduleTime, now) : none),
    ),
    ageColumn(),
    ...containerColumns<CronJob>(({ spec }) => spec.jobTemplate.spec?.template),
    selectorColumn(
      'A label query over pods that should match the pod count.',
      ({ spec }) => spec.jobTemplate.spec?.selector,
    ),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= {} as CronJob['spec']
      const { spec } = draft
      spec.jobTemplate ??= {}
      spec.concurrencyPolicy ||= 'Allow'
      spec.suspend ??= false
      spec.successfulJobsHistoryLimit ??= 3
      spec.failedJobsHistoryLimit ??= 1
      defaultTemplate(spec.jobTemplate.spec?.template)
    },
    prepareCreate: prepareCreate<CronJob>(() => ({})),
    prepareUpdate: keepStatus,
    validate: ({ metadata, spec }) => [
      ...checkMetadata(metadata),
      ...checkSchedule('spec.schedule', spec.schedule),
      ...checkTimeZone('spec.timeZone', spec.timeZone),
      ...checkNonNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds),
      ...checkOneOf('spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']),
      ...checkNonNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit),
      ...checkNonNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit),
      ...(spec.jobTemplate.spec
        ? checkJobSpec('spec.jobTemplate.spec', spec.jobTemplate.spec)
        : [required('spec.jobTemplate.spec')]),
    ],
    validateName: name =>
      dnsSubdomain(name)[0] ??
      (name.length > longestName ? `must be no more than ${longestName} characters` : undefined),
  },
})

const checkSchedule = (field: string, schedule: string | undefined): Errors => {
  if (!schedule) return [required(field)]
  try {
    parseCron(schedule)
    return []
  } catch (error) {
    if (error instanceof CronError) return [invalidValue(field, schedule, error.message)]
    throw error
  }
}

const checkTimeZone = (field: string, zone: string | undefined): Errors => {
  if (zone === undefined) return []
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return []
  } catch {
    return [invalidValue(field, zone, `unknown time zone ${zone}`)]
  }
}
