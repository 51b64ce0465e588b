import type { DownwardAPIVolumeFile, KeyToPath } from 'kubernetes-types/core/v1'
import { invalidValue, required } from '../../field-error.ts'
import { checkEach, type Errors, errorsOf, none } from '../../validation/values.ts'
import { checkContainerResourceRef, checkFieldRef, ofVolume } from './downward.ts'
import { checkFilePath } from './paths.ts'

export const checkGiven = (field: string, text: string | undefined): Errors =>
  text ? none : [required(field)]

export const checkMode = (field: string, mode: number | undefined): Errors =>
  mode === undefined || (mode >= 0 && mode <= 0o777)
    ? none
    : [invalidValue(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]

interface Files {
  readonly defaultMode?: number
  readonly items?: readonly KeyToPath[]
}

/** The keys of a ConfigMap or a Secret that become files, and the permissions of these. */
export const checkFiles = (field: string, { defaultMode, items }: Files): Errors =>
  errorsOf(
    checkMode(`${field}.defaultMode`, defaultMode),
    items &&
      checkEach(`${field}.items`, items, (at, { key, path, mode }) =>
        errorsOf(
          checkGiven(`${at}.key`, key),
          checkGiven(`${at}.path`, path),
          checkFilePath(`${at}.path`, path ?? ''),
          checkMode(`${at}.mode`, mode),
        ),
      ),
  )

/** What of the pod itself becomes files. As in kube-apiserver, an error does not say which of them it is. */
export const checkDownwardFiles = (field: string, files: readonly DownwardAPIVolumeFile[]): Errors =>
  checkEach(field, files, (_, { path, fieldRef, resourceFieldRef, mode }) =>
    errorsOf(
      checkGiven(`${field}.path`, path),
      checkFilePath(`${field}.path`, path ?? ''),
      fieldRef && checkFieldRef(`${field}.fieldRef`, fieldRef, ofVolume),
      fieldRef &&
        resourceFieldRef &&
        invalidValue(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'),
      !fieldRef &&
        resourceFieldRef &&
        checkContainerResourceRef(`${field}.resourceFieldRef`, resourceFieldRef),
      !fieldRef && !resourceFieldRef && required(field, 'one of fieldRef and resourceFieldRef is required'),
      checkMode(`${field}.mode`, mode),
    ),
  )
