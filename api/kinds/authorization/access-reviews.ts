import type {
  LocalSubjectAccessReview as LocalV1,
  SelfSubjectRulesReview as RulesV1,
  SelfSubjectAccessReview as SelfV1,
  SubjectAccessReviewSpec,
  SubjectAccessReview as V1,
} from 'kubernetes-types/authorization/v1'
import { defineKind } from '../../define.ts'
import { badRequest } from '../../errors.ts'
import { invalidValue } from '../../field-error.ts'
import type { Draft, WithSpec } from '../../resource.ts'
import type { Errors } from '../../validation/values.ts'

const group = 'authorization.k8s.io'

type Spec = Pick<SubjectAccessReviewSpec, 'user' | 'groups' | 'resourceAttributes' | 'nonResourceAttributes'>

/** May somebody do something? */
export type SubjectAccessReview = WithSpec<V1>
export const SubjectAccessReview = defineKind<SubjectAccessReview>({
  group,
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  namespaced: false,
  strategy: {
    default: withSpec,
    validate: ({ metadata, spec }) => [
      ...checkAsked(spec),
      ...checkSubject(spec),
      ...checkNameless(metadata),
    ],
  },
})

/** The same, of who asks. */
export type SelfSubjectAccessReview = WithSpec<SelfV1>
export const SelfSubjectAccessReview = defineKind<SelfSubjectAccessReview>({
  group,
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  namespaced: false,
  strategy: {
    default: withSpec,
    validate: ({ metadata, spec }) => [...checkAsked(spec), ...checkNameless(metadata)],
  },
})

/** The same, in one namespace. */
export type LocalSubjectAccessReview = WithSpec<LocalV1>
export const LocalSubjectAccessReview = defineKind<LocalSubjectAccessReview>({
  group,
  kind: 'LocalSubjectAccessReview',
  plural: 'localsubjectaccessreviews',
  strategy: {
    default: withSpec,
    validate: ({ metadata, spec }) => [
      ...checkAsked(spec),
      ...checkSubject(spec),
      ...checkNameless(metadata),
      ...checkLocal(spec, metadata.namespace ?? ''),
    ],
  },
})

/** What may who asks do in a namespace? */
export type SelfSubjectRulesReview = WithSpec<RulesV1>
export const SelfSubjectRulesReview = defineKind<SelfSubjectRulesReview>({
  group,
  kind: 'SelfSubjectRulesReview',
  plural: 'selfsubjectrulesreviews',
  namespaced: false,
  strategy: {
    default: withSpec,
    validate: ({ spec }) => {
      if (!spec.namespace) throw badRequest('no namespace on request')
      return []
    },
  },
})

function withSpec(draft: Draft<WithSpec<{ spec?: object }>>): void {
  draft.spec ??= {}
}

const checkAsked = ({ resourceAttributes, nonResourceAttributes }: Spec): Errors => {
  if (resourceAttributes && nonResourceAttributes) {
    const why = 'cannot be specified in combination with resourceAttributes'
    return [invalidValue('spec.nonResourceAttributes', nonResourceAttributes, why)]
  }
  if (resourceAttributes || nonResourceAttributes) return []
  const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified'
  return [invalidValue('spec.resourceAttributes', undefined, why)]
}

const checkSubject = ({ user = '', groups = [] }: Spec): Errors =>
  user || groups.length > 0
    ? []
    : [invalidValue('spec.user', user, 'at least one of user or group must be specified')]

/** A question has no name. */
const checkNameless = ({ name }: { readonly name: string }): Errors =>
  name ? [invalidValue('metadata', { name }, 'must be empty')] : []

const checkLocal = ({ resourceAttributes, nonResourceAttributes }: Spec, namespace: string): Errors => [
  ...(resourceAttributes && (resourceAttributes.namespace ?? '') !== namespace
    ? [
        invalidValue(
          'spec.resourceAttributes.namespace',
          resourceAttributes.namespace ?? '',
          'must match metadata.namespace',
        ),
      ]
    : []),
  ...(nonResourceAttributes
    ? [
        invalidValue(
          'spec.nonResourceAttributes',
          nonResourceAttributes,
          'disallowed on this kind of request',
        ),
      ]
    : []),
]
