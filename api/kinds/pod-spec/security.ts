import type { PodSecurityContext, SecurityContext } from 'kubernetes-types/core/v1'
import { invalidValue, required } from '../../field-error.ts'
import { checkRange, checkUnique, type Errors } from '../../validation/values.ts'

const largestId = 2 ** 31 - 1

const checkId = (field: string, id: number | undefined): Errors =>
  id === undefined ? [] : checkRange(field, id, 0, largestId)

export const checkContainerSecurity = (field: string, context: SecurityContext | undefined): Errors => {
  const { runAsUser, runAsGroup, privileged, allowPrivilegeEscalation } = context ?? {}
  return [
    ...checkId(`${field}.runAsUser`, runAsUser),
    ...checkId(`${field}.runAsGroup`, runAsGroup),
    ...(privileged && allowPrivilegeEscalation === false
      ? [
          invalidValue(
            field,
            context,
            'cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
          ),
        ]
      : []),
  ]
}

const sysctl = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/

export const checkPodSecurity = (field: string, context: PodSecurityContext | undefined): Errors => {
  const { runAsUser, runAsGroup, fsGroup, supplementalGroups = [], sysctls = [] } = context ?? {}
  return [
    ...checkId(`${field}.fsGroup`, fsGroup),
    ...supplementalGroups.flatMap((id, i) => checkId(`${field}.supplementalGroups[${i}]`, id)),
    ...checkId(`${field}.runAsUser`, runAsUser),
    ...checkId(`${field}.runAsGroup`, runAsGroup),
    ...sysctls.flatMap(({ name }, i) => checkSysctl(`${field}.sysctls[${i}].name`, name)),
    ...checkUnique(sysctls.map(({ name }, i) => [`${field}.sysctls[${i}].name`, name ?? ''])),
  ]
}

const checkSysctl = (field: string, name: string | undefined): Errors => {
  if (!name) return [required(field)]
  if (sysctl.test(name) && name.length <= 253) return []
  return [
    invalidValue(
      field,
      name,
      'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
    ),
  ]
}
