import type { PodSecurityContext, SecurityContext, Sysctl } from 'kubernetes-types/core/v1'
import { invalidValue, required } from '../../field-error.ts'
import { checkEach, checkRange, checkUnique, type Errors, errorsOf, none } from '../../validation/values.ts'

const largestId = 2 ** 31 - 1

const checkId = (field: string, id: number | undefined): Errors =>
  id === undefined ? none : checkRange(field, id, 0, largestId)

export const checkContainerSecurity = (field: string, context: SecurityContext): Errors =>
  errorsOf(
    checkId(`${field}.runAsUser`, context.runAsUser),
    checkId(`${field}.runAsGroup`, context.runAsGroup),
    context.privileged &&
      context.allowPrivilegeEscalation === false &&
      invalidValue(field, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'),
  )

const sysctl = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/

export const checkPodSecurity = (field: string, context: PodSecurityContext): Errors =>
  errorsOf(
    checkId(`${field}.fsGroup`, context.fsGroup),
    context.supplementalGroups &&
      checkEach(`${field}.supplementalGroups`, context.supplementalGroups, checkId),
    checkId(`${field}.runAsUser`, context.runAsUser),
    checkId(`${field}.runAsGroup`, context.runAsGroup),
    context.sysctls && checkSysctls(`${field}.sysctls`, context.sysctls),
  )

const checkSysctls = (field: string, sysctls: readonly Sysctl[]): Errors =>
  errorsOf(
    checkEach(field, sysctls, (at, { name }) => checkSysctl(`${at}.name`, name)),
    checkUnique(
      sysctls,
      ({ name }) => name || undefined,
      i => `${field}[${i}].name`,
    ),
  )

const checkSysctl = (field: string, name: string | undefined): Errors => {
  if (!name) return [required(field)]
  if (sysctl.test(name) && name.length <= 253) return none
  return [
    invalidValue(
      field,
      name,
      'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
    ),
  ]
}
