import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

export interface Received {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  /** The client's port: tells connections apart. */
  readonly connection: number
}

export type Answer = (response: ServerResponse, received: Received) => void

export interface ScriptedServer {
  /** `127.0.0.1:port`. */
  readonly host: string
  readonly received: readonly Received[]
  /** Breaks every connection, as a crash would. */
  reset(): void
  close(): Promise<void>
}

/** A server on 127.0.0.1 that answers every POST with `answer`. */
export const scriptedServer = async (answer: Answer): Promise<ScriptedServer> => {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    const seen = {
      path: request.url ?? '',
      headers: request.headers,
      body,
      connection: request.socket.remotePort ?? 0,
    }
    received.push(seen)
    answer(response, seen)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    host: `127.0.0.1:${address.port}`,
    received,
    reset: () => server.closeAllConnections(),
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
