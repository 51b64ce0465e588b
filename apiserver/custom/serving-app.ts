import type { Hono } from 'hono'
import type { Kind } from '../../api/kind.ts'
import type { Env, Request } from '../handlers/request.ts'
import type { Definitions } from './definitions.ts'

type App = Hono<Env>

interface Parts {
  readonly kinds: readonly Kind[]
  elsewhere(c: Request): Promise<Response | undefined>
}

/**
 * The app for the kinds that are served now. Definitions change rarely: an app is made anew when the first request
 * after such a change comes, and all others pay nothing for it.
 */
export const servingApp = (definitions: Definitions, make: (parts: Parts) => App): (() => App) => {
  const build = (kinds: readonly Kind[]) => {
    const app: App = make({
      kinds,
      // A client that has just been told of a resource, perhaps by another server, finds it here.
      async elsewhere(c) {
        if (!c.req.path.startsWith('/apis/')) return undefined
        await definitions.settled()
        const now = current()
        return now === app ? undefined : now.fetch(c.req.raw, c.env)
      },
    })
    return { kinds, app }
  }
  let built = build(definitions.kinds)
  const current = (): App => {
    if (built.kinds !== definitions.kinds) built = build(definitions.kinds)
    return built.app
  }
  return current
}
