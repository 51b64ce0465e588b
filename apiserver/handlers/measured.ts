import type { Metrics } from '../metrics.ts'
import type { Handler } from './handler.ts'
import type { Request } from './request.ts'

/** The handler, with its time and its outcome measured; `failed` sends what it throws. */
export const measured =
  (
    metrics: Metrics,
    verb: string,
    resource: string,
    handler: Handler,
    failed: (c: Request, error: unknown) => Response,
  ): Handler =>
  async c => {
    const done = metrics.request(verb, resource)
    let response: Response
    try {
      response = await handler(c)
    } catch (error) {
      response = failed(c, error)
    }
    done(c.env?.outgoing?.statusCode ?? response.status)
    return response
  }
