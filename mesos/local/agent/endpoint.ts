import type { Logger } from '../../../util/logger.ts'
import { listen, shut } from '../http/listen.ts'
import { type Routes, requireMethod, respond, serve } from '../http/serve.ts'
import type { Journal } from '../journal.ts'
import type { AgentContext } from './context.ts'
import { executorApi } from './executor-api.ts'
import { operatorApi } from './operator-api.ts'

/** Where an agent's executors find it. */
export interface Endpoint {
  readonly port: number
  /** Begins to answer: before that, requests wait. */
  open(cx: AgentContext): void
  close(): Promise<void>
}

interface EndpointOptions {
  readonly address: string
  /** The port to take when none is remembered; 0 stands for any. */
  readonly port: number
  readonly journal: Journal
  readonly logger: Logger
}

/** Listens on the same port as the last time, if it is still free. */
export const httpEndpoint = async (options: EndpointOptions): Promise<Endpoint> => {
  const { address, journal, logger } = options
  const savedPort = journal.entries.get('port') as number | undefined
  let answer: (routes: Routes) => void = () => {}
  const routes = new Promise<Routes>(resolve => {
    answer = resolve
  })
  const server = serve({ routes, prefixes: ['/slave(1)'], logger })
  // Living executors know the agent by its port.
  const ports = savedPort === undefined ? [] : [savedPort]
  const port = await listen(server, address, [...new Set([...ports, options.port, 0])])
  if (savedPort !== undefined && port !== savedPort) {
    logger.error('port taken by somebody else; living executors cannot find their agent', { port: savedPort })
  }
  if (port !== savedPort) journal.put('port', port)
  return {
    port,
    open: cx =>
      answer({
        '/api/v1/executor': executorApi(cx),
        '/api/v1': operatorApi(cx),
        '/health': (request, response) => {
          requireMethod(request, 'GET')
          respond(response, 200)
        },
      }),
    close: () => shut(server),
  }
}

/** For executors inside this process, which need no port: the one that is told of is Mesos' own. */
export const noEndpoint: Endpoint = { port: 5051, open: () => {}, close: async () => {} }
