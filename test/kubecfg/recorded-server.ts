import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

type Json = Record<string, unknown>

interface Exchange {
  readonly request: { readonly method: string; readonly path: string }
  readonly response: { readonly status: number; readonly body: Json }
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

const fixture = <T>(name: string): T =>
  JSON.parse(readFileSync(`test/fixtures/kubernetes/v1beta1/${name}.json`, 'utf8')) as T

const exchanges = fixture<Exchange[]>('exchanges')
const watches = fixture<Record<string, { raw: string }>>('watches')

/** A call of kubecfg as recorded, against the server of the recorded exchanges. */
export const calls = fixture<{ args: string[]; exit: number; stdout: string; stderr: string }[]>('kubecfg')

/** The last recorded answer to a request that was well taken. */
const recorded = (method: string, path: string): Json => {
  const found = exchanges.findLast(
    ({ request, response }) => request.method === method && request.path === path && response.status === 200,
  )
  if (!found) throw new Error(`${method} ${path} was not recorded`)
  return found.response.body
}

const item = ({ kind: _, apiVersion: __, ...rest }: Json): Json => rest

/** The pod without a name that the server of 2014 made of a binding to an absent pod. */
const phantom = (): Json => {
  const lines = watches.pods?.raw.split('\n').filter(Boolean) ?? []
  const objects = lines.map(line => (JSON.parse(line) as { object: Json }).object)
  const found = objects.find(({ id }) => id === undefined)
  if (!found) throw new Error('the phantom was not recorded')
  const currentState = { ...(found.currentState as Json), status: 'Terminated' }
  return item({ ...found, currentState })
}

/** The pod of the recorded calls: created anew after the exchanges. */
const nginx = (): Json => {
  const call = calls.find(({ args }) => args[0] === '-json')
  return JSON.parse(call?.stdout ?? '') as Json
}

const unnamed = exchanges.flatMap(({ response: { body } }) =>
  body.kind === 'Pod' && body.id === body.uid ? [item(body)] : [],
)

const pods = (): Json[] => {
  const second = item(recorded('POST', '/api/v1beta1/pods?sync=true'))
  const named = exchanges.flatMap(({ response: { body } }) =>
    body.kind === 'Pod' && body.id === 'second' ? [item(body)] : [],
  )
  return [item(nginx()), named[0] ?? second, ...unnamed.slice(0, 1), phantom()]
}

const list = (kind: string, items: readonly Json[]): Json => ({
  kind: `${kind}List`,
  creationTimestamp: null,
  selfLink: '',
  resourceVersion: 26,
  apiVersion: 'v1beta1',
  items,
})

const failure = (status: number, message: string): Answer => ({
  status,
  body: {
    kind: 'Status',
    creationTimestamp: null,
    apiVersion: 'v1beta1',
    status: 'Failure',
    message,
    code: status,
  },
})

const byId = (items: readonly Json[]): Json[] =>
  [...items].sort((a, b) => String(a.id).localeCompare(String(b.id)))

/** What the recorded server held while kubecfg was recorded: answers of the exchanges, brought up to that time. */
export const recordedState = () => {
  const controllerPath = '/api/v1beta1/replicationControllers/nginxController'
  let controller = recorded('PUT', `${controllerPath}?sync=true`)
  const services = byId(recorded('GET', '/api/v1beta1/services').items as Json[])
  const svc2 = item(recorded('GET', '/api/v1beta1/services/svc2'))

  const respond = async (request: IncomingMessage): Promise<Answer> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const ok = (body: unknown): Answer => ({ status: 200, body })
    switch (`${request.method} ${pathname}`) {
      case 'GET /version':
        return ok(recorded('GET', '/version'))
      case 'POST /api/v1beta1/pods':
      case 'GET /api/v1beta1/pods/nginx-id-01':
        return ok(nginx())
      case 'GET /api/v1beta1/pods': {
        const selector = searchParams.get('labels')
        const wanted = pods().filter(({ labels = {} }) => !selector || (labels as Json).name === 'foo')
        return ok(list('Pod', wanted))
      }
      case 'DELETE /api/v1beta1/pods/nginx-id-01':
        return ok(recorded('DELETE', '/api/v1beta1/pods/nginx-id-01?sync=true'))
      case 'GET /api/v1beta1/replicationControllers':
        return ok(list('ReplicationController', [item(controller)]))
      case `GET ${controllerPath}`:
        return ok(controller)
      case `PUT ${controllerPath}`:
        controller = { ...((await json(request)) as Json), resourceVersion: 27 }
        return ok(controller)
      case 'GET /api/v1beta1/services':
        return ok(list('Service', [...services, svc2]))
      case 'POST /api/v1beta1/services':
        return ok({ ...((await json(request)) as Json), portalIP: '10.10.10.40' })
      case 'GET /api/v1beta1/minions':
      case 'GET /api/v1beta1/events':
        return ok(recorded('GET', pathname))
    }
    const [, resource = '', id = ''] = /v1beta1\/(\w+?)s?\/(.*)$/.exec(pathname) ?? []
    return failure(404, `${resource} "${id}" not found`)
  }
  return respond
}

/** Serves answers on 127.0.0.1. */
export const serve = async (respond: (request: IncomingMessage) => Promise<Answer>) => {
  const server = createServer(async (request, response) => {
    const { status, body } = await respond(request)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
