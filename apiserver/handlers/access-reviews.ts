import type { Hono } from 'hono'
import { defineKind } from '../../api/define.ts'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import type { Logger } from '../../util/logger.ts'
import { sendError, sendObject } from './reply.ts'
import { type Env, readData } from './request.ts'

const review = (group: string, kind: string, plural: string): Kind =>
  defineKind({ group, kind, plural, namespaced: false })

const accessReview = review('authorization.k8s.io', 'SelfSubjectAccessReview', 'selfsubjectaccessreviews')
const rulesReview = review('authorization.k8s.io', 'SelfSubjectRulesReview', 'selfsubjectrulesreviews')
const selfReview = review('authentication.k8s.io', 'SelfSubjectReview', 'selfsubjectreviews')

/** Questions about who the client is and what it may do. They are answered, never stored. */
export const accessReviews: readonly Kind[] = [accessReview, rulesReview, selfReview]

/** As long as there is no authorization everybody may do everything. */
const everything = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  incomplete: false,
}

const answers: readonly (readonly [Kind, status: object])[] = [
  [accessReview, { allowed: true, reason: 'there is no authorization' }],
  [rulesReview, everything],
  [selfReview, { userInfo: { username: 'system:anonymous', groups: ['system:unauthenticated'] } }],
]

export const routeAccessReviews = (app: Hono<Env>, logger: Logger): void => {
  for (const [kind, status] of answers) {
    app.post(`/apis/${apiVersionOf(kind)}/${kind.plural}`, async c => {
      try {
        const body = (await readData(c, kind.kind)) as { spec?: unknown } | null
        const metadata = { creationTimestamp: null }
        const question = { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata, spec: body?.spec }
        return sendObject(c, 201, { ...question, status })
      } catch (error) {
        return sendError(c, error, logger)
      }
    })
  }
}
