import { isDeepStrictEqual } from 'node:util'
import type {
  RoleRef,
  Subject,
  ClusterRoleBinding as V1ClusterRoleBinding,
  RoleBinding as V1RoleBinding,
} from 'kubernetes-types/rbac/v1'
import { defineKind } from '../../define.ts'
import { invalidValue, notSupported, required } from '../../field-error.ts'
import type { Column, Strategy } from '../../kind.ts'
import type { Served } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { pathSegment } from '../../validation/names.ts'
import type { Errors } from '../../validation/values.ts'
import { ageColumn, column, nameColumn, wide } from '../columns.ts'

export type RoleBinding = Served<V1RoleBinding>
export type ClusterRoleBinding = Served<V1ClusterRoleBinding>

type Binding = RoleBinding | ClusterRoleBinding

const group = 'rbac.authorization.k8s.io'

const subjectColumn = (name: string, kind: string, text: (subject: Subject) => string): Column<Binding> =>
  column(
    name,
    `${name} in the binding`,
    ({ subjects = [] }) =>
      subjects
        .filter(each => each.kind === kind)
        .map(text)
        .join(', '),
    wide,
  )

const columns: Column<Binding>[] = [
  nameColumn(),
  column('Role', 'The role that is granted', ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
  ageColumn(),
  subjectColumn('Users', 'User', ({ name }) => name),
  subjectColumn('Groups', 'Group', ({ name }) => name),
  subjectColumn('ServiceAccounts', 'ServiceAccount', ({ namespace, name }) =>
    namespace ? `${namespace}/${name}` : `/${name}`,
  ),
]

const strategy = (roles: readonly string[]): Strategy<Binding> => ({
  default: draft => {
    if (draft.roleRef) draft.roleRef.apiGroup ||= group
    for (const subject of draft.subjects ?? []) {
      if (subject.kind !== 'ServiceAccount') subject.apiGroup ||= group
    }
  },
  validate: ({ metadata, roleRef, subjects = [] }) => [
    ...checkMetadata(metadata),
    ...checkRoleRef('roleRef', roleRef, roles),
    ...subjects.flatMap((subject, i) => checkSubject(`subjects[${i}]`, subject, Boolean(metadata.namespace))),
  ],
  validateUpdate: ({ roleRef }, old) =>
    isDeepStrictEqual(roleRef, old.roleRef)
      ? []
      : [invalidValue('roleRef', roleRef, 'cannot change roleRef')],
  validateName: name => pathSegment(name)[0],
})

export const RoleBinding = defineKind<RoleBinding>({
  group,
  kind: 'RoleBinding',
  plural: 'rolebindings',
  generations: false,
  columns,
  strategy: strategy(['Role', 'ClusterRole']),
})

export const ClusterRoleBinding = defineKind<ClusterRoleBinding>({
  group,
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
  generations: false,
  columns,
  strategy: strategy(['ClusterRole']),
})

const checkRoleRef = (field: string, role: RoleRef | undefined, roles: readonly string[]): Errors => [
  ...(role && role.apiGroup !== group ? [notSupported(`${field}.apiGroup`, role.apiGroup, [group])] : []),
  ...(roles.includes(role?.kind ?? '') ? [] : [notSupported(`${field}.kind`, role?.kind ?? '', roles)]),
  ...(role?.name ? [] : [required(`${field}.name`)]),
]

/** A binding in a namespace may leave out whose service account it names. */
const checkSubject = (field: string, { kind, name, namespace }: Subject, namespaced: boolean): Errors => [
  ...(name ? [] : [required(`${field}.name`)]),
  ...(['ServiceAccount', 'User', 'Group'].includes(kind)
    ? []
    : [notSupported(`${field}.kind`, kind ?? '', ['ServiceAccount', 'User', 'Group'])]),
  ...(kind === 'ServiceAccount' && !namespace && !namespaced ? [required(`${field}.namespace`)] : []),
]
