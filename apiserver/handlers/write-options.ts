import { invalid } from '../../api/errors.ts'
import { type FieldError, invalidValue, notSupported, tooLong } from '../../api/field-error.ts'
import type { WriteOptions } from '../registry/writer.ts'
import { type Request, readDryRun } from './request.ts'

/** What becomes of fields that the kind does not have. They are dropped in any case. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict'

const validations: readonly FieldValidation[] = ['Ignore', 'Strict', 'Warn']

type Options = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions'

const longestManager = 128

/** The options of a write, from its query; `options` names their kind, for the messages. */
export const readWriteOptions = (
  c: Request,
  options: Options,
): Required<WriteOptions> & { readonly fieldManager: string; readonly fieldValidation: FieldValidation } => {
  const dryRun = readDryRun(c, options)
  const fieldManager = c.req.query('fieldManager') ?? ''
  const validation = c.req.query('fieldValidation') || 'Warn'
  const fieldValidation = validations.find(each => each === validation)
  const errors: FieldError[] = []
  if (fieldManager.length > longestManager) {
    errors.push(tooLong('fieldManager', fieldManager, longestManager))
  }
  if (!printable.test(fieldManager)) {
    errors.push(invalidValue('fieldManager', fieldManager, 'should only contain printable characters'))
  }
  if (!fieldValidation) errors.push(notSupported('fieldValidation', validation, validations))
  if (errors.length > 0 || !fieldValidation) {
    throw invalid({ group: 'meta.k8s.io', kind: options }, '', errors)
  }
  return {
    dryRun,
    fieldManager,
    manager: fieldManager || managerIn(c.req.header('user-agent')),
    fieldValidation,
  }
}

const printable = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u

/** `kubectl/v1.32.4 (linux/amd64) ...` -> `kubectl`. */
export const managerIn = (userAgent = ''): string =>
  (userAgent.split('/', 1)[0] ?? '').replaceAll(/[\p{Cc}\p{Cf}]/gu, '').slice(0, longestManager)

/** `unknown field "spec.a"`. */
export const unknownField = (path: string): string => `unknown field ${JSON.stringify(path)}`
