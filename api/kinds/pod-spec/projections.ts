import type {
  KeyToPath,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
} from 'kubernetes-types/core/v1'
import { forbiddenField, invalidValue, required } from '../../field-error.ts'
import { checkEach, type Errors, errorsOf, none } from '../../validation/values.ts'
import { checkDownwardFiles, checkFiles, checkGiven, checkMode } from './files.ts'
import { checkFilePath } from './paths.ts'

/** A volume that shows files of several sources. */
export const checkProjected = (
  field: string,
  { defaultMode, sources = [] }: Partial<ProjectedVolumeSource>,
): Errors => {
  const taken = new Set<string>()
  return errorsOf(
    checkMode(`${field}.defaultMode`, defaultMode),
    checkEach(`${field}.sources`, sources, (at, source) => {
      const { secret, configMap, downwardAPI, serviceAccountToken: token } = source
      return errorsOf(
        secret && checkNamed(`${at}.secret`, secret),
        secret?.items && checkNew(field, secret.items, taken, secret.name ?? ''),
        configMap && checkNamed(`${at}.configMap`, configMap),
        configMap?.items && checkNew(field, configMap.items, taken, configMap.name ?? ''),
        downwardAPI?.items && checkDownwardFiles(`${at}.downwardAPI`, downwardAPI.items),
        downwardAPI?.items && checkNew(field, downwardAPI.items, taken),
        token && checkToken(field, `${at}.serviceAccountToken`, token),
        Object.keys(source).length > 1 &&
          forbiddenField(at, 'may not specify more than 1 volume type per source'),
      )
    }),
  )
}

const checkNamed = (field: string, source: { name?: string; items?: readonly KeyToPath[] }): Errors =>
  errorsOf(checkGiven(`${field}.name`, source.name), checkFiles(field, source))

/** No two files have one path; the error tells the path, or else whose the file is. */
const checkNew = (
  field: string,
  files: readonly { path?: string }[],
  taken: Set<string>,
  owner?: string,
): Errors =>
  checkEach(field, files, (_, { path }) => {
    if (!path) return none
    if (taken.has(path)) return [invalidValue(field, owner ?? path, 'conflicting duplicate paths')]
    taken.add(path)
    return none
  })

const leastSeconds = 10 * 60
const mostSeconds = 2 ** 32

/** As in kube-apiserver, an error about the token's path does not say which of the sources it is. */
const checkToken = (
  volume: string,
  field: string,
  { expirationSeconds: seconds = leastSeconds, path }: ServiceAccountTokenProjection,
): Errors => {
  const wrong = (why: string) => invalidValue(`${field}.expirationSeconds`, seconds, why)
  return errorsOf(
    seconds < leastSeconds && wrong('may not specify a duration less than 10 minutes'),
    seconds > mostSeconds && wrong('may not specify a duration larger than 2^32 seconds'),
    path ? checkFilePath(`${volume}.path`, path) : required(`${volume}.path`),
  )
}
