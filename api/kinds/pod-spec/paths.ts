import { invalidValue } from '../../field-error.ts'
import { type Errors, errorsOf, none } from '../../validation/values.ts'

const backstep = /(?:^|\/)\.\.(?:\/|$)/

export const hasBacksteps = (path: string): boolean => backstep.test(path)

/** A path may not lead out of what it is in. */
export const checkNoBacksteps = (field: string, path: string): Errors =>
  hasBacksteps(path) ? [invalidValue(field, path, "must not contain '..'")] : none

export const checkRelativePath = (field: string, path: string): Errors =>
  errorsOf(
    path.startsWith('/') && invalidValue(field, path, 'must be a relative path'),
    checkNoBacksteps(field, path),
  )

/** Of a file in a volume: what begins with two dots is the kubelet's own. */
export const checkFilePath = (field: string, path: string): Errors =>
  errorsOf(
    checkRelativePath(field, path),
    path.startsWith('..') && !path.startsWith('../') && invalidValue(field, path, "must not start with '..'"),
  )
