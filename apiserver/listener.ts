import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Observable } from 'rxjs'
import { systemClock } from '../util/clock.ts'
import { serveUpgrades, type UpgradeBindings } from './websocket/serve-upgrades.ts'

/** A certificate, with those between it and its CA behind it, and its private key, in PEM. */
export interface KeyPair {
  readonly cert: string | Buffer
  readonly key: string | Buffer
}

export interface ListenOptions {
  readonly address: string
  /** 0 takes a free one. */
  readonly port: number
  /** HTTPS instead of HTTP. What `renewed$` gives is used for the connections that come after it. */
  readonly tls?: KeyPair & { readonly renewed$?: Observable<KeyPair> }
}

export interface Listener {
  /** The address and port that were taken. */
  readonly address: string
  readonly port: number
  /** Requests that are being answered get a moment; then whatever holds a connection is cut. */
  close(): Promise<void>
}

/** Answers a request; the bindings are Node's request and response, or the way to accept a WebSocket. */
export type Answer = (request: Request, bindings: object | UpgradeBindings) => Response | Promise<Response>

/** How long an idle connection is kept, milliseconds: longer than Go's clients keep theirs, who would run into its end. */
const keepAlive = 120_000

/** Bytes of a request's line and headers, as Go has it: selectors stand in the line. */
const maxHeaderSize = 1024 * 1024

/** How long a client may take to shake hands, milliseconds. */
const handshakePatience = 10_000

/** How long the end waits for requests that are being answered, milliseconds. */
const closePatience = 1_000

export const openListener = async (
  { address, port, tls }: ListenOptions,
  answer: Answer,
): Promise<Listener> => {
  // Handlers write to Node's response: the global Response stays as it is.
  const listen = getRequestListener(answer, { overrideGlobalObjects: false })
  const secure =
    tls &&
    createSecureServer(
      { cert: tls.cert, key: tls.key, handshakeTimeout: handshakePatience, maxHeaderSize },
      listen,
    )
  const server = secure ?? createServer({ maxHeaderSize }, listen)
  serveUpgrades(server, answer)
  server.keepAliveTimeout = keepAlive
  // Node knows of the connections that speak HTTP; neither of those that still shake hands nor of WebSockets.
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(port, address)
  await once(server, 'listening')
  const renewal = tls?.renewed$?.subscribe(({ cert, key }) => secure?.setSecureContext({ cert, key }))
  const bound = server.address() as AddressInfo

  return {
    address: bound.address,
    port: bound.port,
    async close() {
      renewal?.unsubscribe()
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const cancel = systemClock.after(closePatience, () => {
        for (const socket of sockets) socket.destroy()
      })
      await closed
      cancel()
    },
  }
}
