import { invalidValue } from '../../field-error.ts'
import { type Errors, errorsOf, none } from '../../validation/values.ts'

/** A path may not lead out of what it is in. */
export const checkNoBacksteps = (field: string, path: string): Errors =>
  backstep.test(path) ? [invalidValue(field, path, "must not contain '..'")] : none

const backstep = /(?:^|\/)\.\.(?:\/|$)/

export const checkRelativePath = (field: string, path: string): Errors =>
  errorsOf(
    path.startsWith('/') && invalidValue(field, path, 'must be a relative path'),
    checkNoBacksteps(field, path),
  )
