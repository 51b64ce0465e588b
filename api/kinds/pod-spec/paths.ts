import { invalidValue } from '../../field-error.ts'
import type { Errors } from '../../validation/values.ts'

/** A path may not lead out of what it is in. */
export const checkNoBacksteps = (field: string, path: string): Errors =>
  path.split('/').includes('..') ? [invalidValue(field, path, "must not contain '..'")] : []

export const checkRelativePath = (field: string, path: string): Errors => [
  ...(path.startsWith('/') ? [invalidValue(field, path, 'must be a relative path')] : []),
  ...checkNoBacksteps(field, path),
]
