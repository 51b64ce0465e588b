import { fetchFailure } from '../util/fetch-failure.ts'
import { Failure } from './failure.ts'
import type { Io } from './io.ts'

export type Json = Readonly<Record<string, unknown>>

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below /api/v1beta1: `pods/nginx`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
}

/** The API server could not be asked, or has said no. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
}

/** Speaks v1beta1; rejects with a RequestError whose message is the Status' own. */
export interface Server {
  send(request: Request): Promise<Json>
  /** The server's version, as `v0.5-dev`. */
  version(): Promise<string>
  /** The lines of a watch, until the server or the user ends it. */
  watch(path: string, query: Request['query']): AsyncIterable<Json>
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null

const parseJson = (text: string): Json | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isJson(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A Status says what went wrong in its message, or in the messages of its causes. */
const messageOf = (status: Json): string => {
  if (typeof status.message === 'string' && status.message) return status.message
  const details = isJson(status.details) ? status.details : {}
  const causes = Array.isArray(details.causes) ? details.causes : []
  const messages = causes.filter(isJson).map(({ message }) => message)
  return messages.join(', ') || String(status.reason ?? 'the server gave no reason')
}

/** Joins and cuts chunks so that each is a line. */
async function* lines(body: ReadableStream<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
}

/** Finds the server by -h, KUBERNETES_MASTER, or where kubernetes-mesos listens unless told otherwise. */
export const serverOf = (host: string, { env, fetch }: Io): Server => {
  const given = host || env.KUBERNETES_MASTER || 'http://127.0.0.1:8888'
  const base = (/^https?:\/\//.test(given) ? given : `http://${given}`).replace(/\/+$/, '')
  if (!URL.canParse(base)) throw new Failure(`Unable to parse ${given} as a URL`)

  const ask = async (path: string, init?: RequestInit): Promise<Response> => {
    try {
      return await fetch(base + path, init)
    } catch (cause) {
      throw new RequestError(
        `cannot reach the API server at ${base}: ${fetchFailure(cause)}. Is kubernetes-mesos running there? ` +
          'Name another with -h=<url> or KUBERNETES_MASTER',
        { cause },
      )
    }
  }

  const answer = async (response: Response, path: string): Promise<Json> => {
    const text = await response.text()
    const body = parseJson(text)
    if (response.ok && body && body.status !== 'Failure') return body
    if (body?.kind === 'Status') throw new RequestError(messageOf(body))
    const said = text.trim().slice(0, 200)
    throw new RequestError(
      `${base}${path} answered ${response.status} without a Status: ${said || 'nothing'}`,
    )
  }

  const url = (path: string, query: Request['query'] = {}): string => {
    const parameters = Object.entries(query).filter((each): each is [string, string] => Boolean(each[1]))
    const search = new URLSearchParams(parameters).toString()
    return `/api/v1beta1/${path}${search ? `?${search}` : ''}`
  }

  return {
    async send({ method, path, query, body }) {
      // Servers of 2014 answered a slow write before its end unless asked to wait.
      const target = url(path, method === 'GET' ? query : { ...query, sync: 'true' })
      const init = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      return answer(await ask(target, body === undefined ? { method } : init), target)
    },

    async version() {
      const { gitVersion } = await answer(await ask('/version'), '/version')
      return String(gitVersion)
    },

    async *watch(path, query) {
      const target = url(`watch/${path}`, query)
      const response = await ask(target)
      if (!response.ok || !response.body) throw new RequestError(messageOf(await answer(response, target)))
      for await (const line of lines(response.body)) {
        const event = parseJson(line)
        if (event) yield event
      }
    },
  }
}
