import type { Hono } from 'hono'
import { methodNotAllowed } from '../../api/errors.ts'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import { SelfSubjectReview, TokenReview } from '../../api/kinds/authentication/reviews.ts'
import {
  LocalSubjectAccessReview,
  SelfSubjectAccessReview,
  SelfSubjectRulesReview,
  SubjectAccessReview,
} from '../../api/kinds/authorization/access-reviews.ts'
import type { Resource } from '../../api/resource.ts'
import type { Logger } from '../../util/logger.ts'
import { ensure } from '../registry/identity.ts'
import { sendError, sendObject } from './reply.ts'
import type { Env, Request } from './request.ts'
import { readDraft } from './resource.ts'
import { readWriteOptions } from './write-options.ts'

/** As long as there is no authorization everybody may do everything. */
const allowed = { allowed: true, reason: 'there is no authorization' }

const everything = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  incomplete: false,
}

/** Nor is there authentication: no token is anybody's, and nobody is known. */
const unknown = { user: {}, error: 'there is no authentication: no token is known' }

const anonymous = { userInfo: { username: 'system:anonymous', groups: ['system:unauthenticated'] } }

const answers: readonly (readonly [Kind, status: object])[] = [
  [TokenReview, unknown],
  [SelfSubjectReview, anonymous],
  [SubjectAccessReview, allowed],
  [SelfSubjectAccessReview, allowed],
  [LocalSubjectAccessReview, allowed],
  [SelfSubjectRulesReview, everything],
]

/** Questions about who a client is and what it may do. They are answered, never stored. */
export const reviews: readonly Kind[] = answers.map(([kind]) => kind)

const pathOf = (kind: Kind): string =>
  `/apis/${apiVersionOf(kind)}${kind.namespaced ? '/namespaces/:namespace' : ''}/${kind.plural}`

const answer = async (c: Request, kind: Kind, status: object): Promise<Response> => {
  if (c.req.method !== 'POST') throw methodNotAllowed()
  const { fieldValidation } = readWriteOptions(c, 'CreateOptions')
  const draft = await readDraft(c, kind, fieldValidation)
  kind.strategy.default?.(draft)
  const { apiVersion, kind: name, metadata, status: _, ...question } = draft
  ensure(kind, metadata.name, kind.strategy.validate?.({ ...question, metadata } as Resource) ?? [])
  const review = { kind: name, apiVersion, metadata, ...question, status }
  // Not stored, a review has no Table.
  return sendObject(c, 201, review)
}

export const routeReviews = (app: Hono<Env>, logger: Logger): void => {
  for (const [kind, status] of answers) {
    app.all(pathOf(kind), async c => {
      try {
        return await answer(c, kind, status)
      } catch (error) {
        return sendError(c, error, logger)
      }
    })
  }
}
