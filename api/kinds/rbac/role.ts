import type { PolicyRule, ClusterRole as V1ClusterRole, Role as V1Role } from 'kubernetes-types/rbac/v1'
import { defineKind } from '../../define.ts'
import { invalidValue, required } from '../../field-error.ts'
import type { Strategy } from '../../kind.ts'
import type { Served } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { pathSegment } from '../../validation/names.ts'
import type { Errors } from '../../validation/values.ts'
import { createdAtColumn, nameColumn } from '../columns.ts'

export type Role = Served<V1Role>
export type ClusterRole = Served<V1ClusterRole>

const strategy = (namespaced: boolean): Strategy<Role | ClusterRole> => ({
  default: draft => {
    draft.rules ??= []
  },
  validate: ({ metadata, rules = [] }) => [
    ...checkMetadata(metadata),
    ...rules.flatMap((rule, i) => checkRule(`rules[${i}]`, rule, namespaced)),
  ],
  validateName: name => pathSegment(name)[0],
})

export const Role = defineKind<Role>({
  group: 'rbac.authorization.k8s.io',
  kind: 'Role',
  plural: 'roles',
  generations: false,
  columns: [nameColumn(), createdAtColumn()],
  strategy: strategy(true),
})

export const ClusterRole = defineKind<ClusterRole>({
  group: 'rbac.authorization.k8s.io',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
  generations: false,
  columns: [nameColumn(), createdAtColumn()],
  strategy: strategy(false),
})

const checkRule = (
  field: string,
  { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule,
  namespaced: boolean,
): Errors => {
  const verbless =
    verbs.length > 0 ? [] : [required(`${field}.verbs`, 'verbs must contain at least one value')]
  if (nonResourceURLs.length > 0) {
    const at = `${field}.nonResourceURLs`
    const mixed = apiGroups.length + resources.length + resourceNames.length > 0
    return [
      ...verbless,
      ...(namespaced
        ? [invalidValue(at, nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs')]
        : []),
      ...(mixed
        ? [
            invalidValue(
              at,
              nonResourceURLs,
              'rules cannot apply to both regular resources and non-resource URLs',
            ),
          ]
        : []),
    ]
  }
  return [
    ...verbless,
    ...(apiGroups.length > 0
      ? []
      : [required(`${field}.apiGroups`, 'resource rules must supply at least one api group')]),
    ...(resources.length > 0
      ? []
      : [required(`${field}.resources`, 'resource rules must supply at least one resource')]),
  ]
}
