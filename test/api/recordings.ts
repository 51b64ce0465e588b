import { readFileSync } from 'node:fs'
import type { Status } from '../../api/errors.ts'
import type { Resource } from '../../api/resource.ts'

export interface Exchange {
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown }
  readonly response: { readonly status: number; readonly body: Resource & Status }
}

/** What a real kube-apiserver 1.20 answered. */
export const exchanges: readonly Exchange[] = JSON.parse(
  readFileSync('test/fixtures/kubernetes/transcripts/exchanges.json', 'utf8'),
)

/** The recorded answer to a request; fails when there is none. */
export const recorded = (method: string, path: string, nth = 0): Exchange => {
  const found = exchanges.filter(({ request }) => request.method === method && request.path === path)[nth]
  if (!found) throw new Error(`no recording of ${method} ${path}`)
  return found
}

/** The recorded refusal whose message has `part` in it. */
export const refusal = (part: string): Status => {
  const found = exchanges.find(
    ({ response }) => response.status >= 400 && response.body.message?.includes(part),
  )
  if (!found) throw new Error(`no recorded error with ${part}`)
  return found.response.body
}
