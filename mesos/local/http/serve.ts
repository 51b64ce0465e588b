import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger } from '../../../util/logger.ts'
import { Refused } from './refused.ts'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

export type Routes = Readonly<Record<string, Handler>>

interface Site {
  /** By path, without the query. Requests wait until there are routes. */
  readonly routes: Promise<Routes>
  /** What may stand before a path, as in `/master/state`. */
  readonly prefixes: readonly string[]
  readonly logger: Logger
}

const text = { 'Content-Type': 'text/plain; charset=utf-8' }

/** A plain answer; an empty body has no content type, as Mesos answers it. */
export const respond = (
  response: ServerResponse,
  status: number,
  body: string | Uint8Array = '',
  headers: Readonly<Record<string, string>> = {},
): void => {
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
}

export const respondJson = (response: ServerResponse, value: unknown): void =>
  respond(response, 200, JSON.stringify(value), { 'Content-Type': 'application/json' })

/** Throws Refused unless the method is `method`. */
export const requireMethod = (request: IncomingMessage, method: 'GET' | 'POST'): void => {
  if (request.method !== method) throw new Refused(405, `Expecting '${method}', received '${request.method}'`)
}

const pathOf = (url: string, prefixes: readonly string[]): string => {
  const path = (url.split('?')[0] ?? '/').replaceAll('%28', '(').replaceAll('%29', ')')
  const prefix = prefixes.find(known => path.startsWith(`${known}/`)) ?? ''
  return path.slice(prefix.length)
}

const fail = (error: unknown, response: ServerResponse, logger: Logger): void => {
  if (error instanceof Refused && !response.headersSent) {
    const allow: Record<string, string> = error.status === 405 ? { Allow: 'GET, POST' } : {}
    respond(response, error.status, error.message, { ...text, ...allow, ...error.headers })
    return
  }
  logger.error('request failed', { error })
  if (response.headersSent) response.destroy()
  else respond(response, 500, 'Internal error', text)
}

/**
 * The requests of one connection are handled in their order, as Mesos does: the next begins when the one before it has
 * been handled, though its body may have come before.
 */
const inOrder = (handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>) => {
  const last = new WeakMap<Socket, Promise<void>>()
  return (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request
    const before = last.get(socket)
    last.set(socket, before ? before.then(() => handle(request, response)) : handle(request, response))
  }
}

export const serve = ({ routes, prefixes, logger }: Site): Server =>
  createServer(
    inOrder(async (request, response) => {
      try {
        const paths = await routes
        const path = pathOf(request.url ?? '/', prefixes)
        const handler = Object.hasOwn(paths, path) ? paths[path] : undefined
        if (!handler) throw new Refused(404, 'Not found')
        await handler(request, response)
      } catch (error) {
        fail(error, response, logger)
      }
    }),
  )
