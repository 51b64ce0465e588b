import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { acceptWebSocket, type OneWaySocket, wantsWebSocket } from './one-way-socket.ts'

/** Given to the handler of a request that asks for a WebSocket: calling it accepts. */
export type Upgrade = () => OneWaySocket

/** Node's part of a request for any other protocol, for a handler that leads it elsewhere. */
export interface RawUpgrade {
  readonly incoming: IncomingMessage
  readonly socket: Duplex
  /** What the client has sent behind the request. */
  readonly head: Buffer
  /** From here on the socket is the caller's: no answer is written to it. */
  readonly take: () => void
}

export interface UpgradeBindings {
  readonly upgrade?: Upgrade
  readonly rawUpgrade: RawUpgrade
}

type Handle = (request: Request, bindings: UpgradeBindings) => Response | Promise<Response>

const requestOf = ({ method, url = '/', headers }: IncomingMessage): Request => {
  const plain = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  )
  return new Request(new URL(url, `http://${headers.host ?? 'localhost'}`), { method, headers: plain })
}

/** What the handler answers when it has not accepted, as the last answer of the connection. */
const answer = async (socket: Duplex, response: Response): Promise<void> => {
  const body = Buffer.from(await response.arrayBuffer())
  const { status } = response
  const headers = [...response.headers, ['content-length', body.length], ['connection', 'close']]
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}\r\n`), body]))
}

/**
 * Node hands requests with an Upgrade header to whoever listens for them, and to nobody else: `handle` gets them as it
 * gets all others, and may accept.
 */
export const serveUpgrades = (server: Server, handle: Handle): void => {
  server.on('upgrade', async (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    let accepted = false
    const take = (): void => {
      accepted = true
    }
    const upgrade = (): OneWaySocket => {
      take()
      return acceptWebSocket(incoming, socket, head)
    }
    try {
      const response = await handle(requestOf(incoming), {
        ...(wantsWebSocket(incoming) && { upgrade }),
        rawUpgrade: { incoming, socket, head, take },
      })
      if (!accepted) await answer(socket, response)
    } catch {
      // The request was none: a path or a header that no URL or Request can hold.
      if (!accepted) await answer(socket, new Response('', { status: 400 }))
    }
  })
}
