import type { Hono } from 'hono'
import { defineKind } from '../../api/define.ts'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import type { Logger } from '../../util/logger.ts'
import { sendError, sendObject } from './reply.ts'
import { type Env, readData } from './request.ts'

const review = (kind: string, plural: string): Kind =>
  defineKind({ group: 'authorization.k8s.io', kind, plural, namespaced: false })

const accessReview = review('SelfSubjectAccessReview', 'selfsubjectaccessreviews')
const rulesReview = review('SelfSubjectRulesReview', 'selfsubjectrulesreviews')

/** Questions about what the client may do. They are answered, never stored. */
export const accessReviews: readonly Kind[] = [accessReview, rulesReview]

/** As long as there is no authorization everybody may do everything. */
const everything = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  incomplete: false,
}

const answers: readonly (readonly [Kind, status: object])[] = [
  [accessReview, { allowed: true, reason: 'there is no authorization' }],
  [rulesReview, everything],
]

export const routeAccessReviews = (app: Hono<Env>, logger: Logger): void => {
  for (const [kind, status] of answers) {
    app.post(`/apis/${apiVersionOf(kind)}/${kind.plural}`, async c => {
      try {
        const body = (await readData(c, kind.kind)) as { spec?: unknown } | null
        const metadata = { creationTimestamp: null }
        const about = { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata, spec: body?.spec ?? {} }
        return sendObject(c, 201, { ...about, status })
      } catch (error) {
        return sendError(c, error, logger)
      }
    })
  }
}
