import type { Ref } from '../../api/resource.ts'
import type { Request } from './request.ts'

/** Answers a request; what it throws is sent as a Status. */
export type Handler = (c: Request) => Promise<Response>

/** The object that the path names. */
export const readRef = (c: Request): Ref => ({
  namespace: c.req.param('namespace') ?? '',
  name: c.req.param('name') ?? '',
})
