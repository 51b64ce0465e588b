import type { JobSpec } from 'kubernetes-types/batch/v1'
import { invalidValue, required } from '../../field-error.ts'
import { checkSelector } from '../../validation/selectors.ts'
import { checkNonNegative, checkOneOf, type Errors } from '../../validation/values.ts'
import { checkTemplate } from '../workload/template.ts'

/** What is wrong with a job, be it one or a cron job's template. */
export const checkJobSpec = (field: string, spec: JobSpec): Errors => {
  const { restartPolicy } = spec.template?.spec ?? {}
  return [
    ...checkNonNegative(`${field}.parallelism`, spec.parallelism),
    ...checkNonNegative(`${field}.completions`, spec.completions),
    ...checkNonNegative(`${field}.activeDeadlineSeconds`, spec.activeDeadlineSeconds),
    ...checkNonNegative(`${field}.backoffLimit`, spec.backoffLimit),
    ...checkNonNegative(`${field}.ttlSecondsAfterFinished`, spec.ttlSecondsAfterFinished),
    ...checkOneOf(`${field}.completionMode`, spec.completionMode, ['NonIndexed', 'Indexed']),
    ...(spec.selector ? checkSelector(`${field}.selector`, spec.selector) : []),
    ...checkTemplate(`${field}.template`, spec.template),
    // What runs to its end is not started again when it got there.
    ...(restartPolicy === 'Always'
      ? [required(`${field}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"')]
      : []),
    ...checkOneOf(`${field}.podReplacementPolicy`, spec.podReplacementPolicy, [
      'Failed',
      'TerminatingOrFailed',
    ]),
    ...(spec.backoffLimitPerIndex !== undefined && spec.completionMode !== 'Indexed'
      ? [
          invalidValue(
            `${field}.backoffLimitPerIndex`,
            spec.backoffLimitPerIndex,
            'requires indexed completion mode',
          ),
        ]
      : []),
  ]
}
