import type { Hono } from 'hono'
import type { Registry as Register } from 'prom-client'
import type { Store } from '../../store/store.ts'
import { send } from './reply.ts'
import type { Env } from './request.ts'

const text = 'text/plain; charset=utf-8'

/** Health, metrics, and the list of what there is. */
export const routeHealth = (app: Hono<Env>, store: Store, register: Register): void => {
  app.get('/livez', c => send(c, 200, 'ok', text))
  for (const path of ['/healthz', '/readyz']) {
    app.get(path, async c => {
      try {
        await store.revision()
        return send(c, 200, 'ok', text)
      } catch (error) {
        return send(
          c,
          500,
          `the store does not answer: ${error instanceof Error ? error.message : error}`,
          text,
        )
      }
    })
  }
  app.get('/metrics', async c => send(c, 200, await register.metrics(), register.contentType))
}
