import type { Hono } from 'hono'
import type { Registry as Register } from 'prom-client'
import type { Store } from '../../store/store.ts'
import { send } from './reply.ts'
import { type Env, readFlag } from './request.ts'

const text = 'text/plain; charset=utf-8'

/** Why the store does not answer; undefined when it does. */
const failureOf = async (store: Store): Promise<string | undefined> => {
  try {
    await store.revision()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** What `?verbose` shows, in kube-apiserver's form: the parts, and the verdict. */
const report = (path: string, failure: string | undefined): string => {
  const store = failure ? `[-]store failed: ${failure}` : '[+]store ok'
  return `[+]ping ok\n${store}\n${path.slice(1)} check ${failure ? 'failed' : 'passed'}\n`
}

/** Health, metrics, and the list of what there is. */
export const routeHealth = (app: Hono<Env>, store: Store, register: Register): void => {
  app.get('/livez', c =>
    send(c, 200, readFlag(c, 'verbose') ? '[+]ping ok\nlivez check passed\n' : 'ok', text),
  )
  for (const path of ['/healthz', '/readyz']) {
    app.get(path, async c => {
      const failure = await failureOf(store)
      if (readFlag(c, 'verbose')) return send(c, failure ? 500 : 200, report(path, failure), text)
      return failure ? send(c, 500, `the store does not answer: ${failure}`, text) : send(c, 200, 'ok', text)
    })
  }
  // As in 2014, of the parts that this process cannot do without.
  app.get('/validate', async c => {
    const err = await failureOf(store)
    const status = { component: 'store', health: err ? 'unhealthy' : 'healthy', err: err ?? 'nil' }
    return send(c, err ? 500 : 200, JSON.stringify([status]))
  })
  app.get('/metrics', async c => send(c, 200, await register.metrics(), register.contentType))
}
