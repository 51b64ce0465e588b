import type { SelfSubjectReview as SelfV1, TokenReview as V1 } from 'kubernetes-types/authentication/v1'
import { defineKind } from '../../define.ts'
import { badRequest } from '../../errors.ts'
import type { Served, WithSpec } from '../../resource.ts'

const group = 'authentication.k8s.io'

/** Whose token is this? */
export type TokenReview = WithSpec<V1>
export const TokenReview = defineKind<TokenReview>({
  group,
  kind: 'TokenReview',
  plural: 'tokenreviews',
  namespaced: false,
  strategy: {
    default: draft => {
      draft.spec ??= {}
    },
    validate: ({ spec }) => {
      if (!spec.token) throw badRequest('token is required for TokenReview in authentication')
      return []
    },
  },
})

/** Who am I? */
export type SelfSubjectReview = Served<SelfV1>
export const SelfSubjectReview = defineKind<SelfSubjectReview>({
  group,
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  namespaced: false,
  strategy: {},
})
