import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, Socket } from 'node:net'
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
  readonly patience?: Partial<Patience>
}

/** How long a client may take, milliseconds; none of it ends a watch that has nothing to tell. */
export interface Patience {
  /** To shake hands. */
  readonly handshake: number
  /** To say what it asks for. */
  readonly headers: number
  /** To send its whole request. */
  readonly request: number
  /** To take the next bytes of what is written to it. */
  readonly reading: number
}

const defaultPatience: Patience = {
  handshake: 10_000,
  headers: 30_000,
  request: 300_000,
  reading: 60_000,
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

/** Silence after which the kernel asks whether the client is still there, milliseconds. */
const probeAfter = 30_000

/** How long the end waits for requests that are being answered, milliseconds. */
const closePatience = 1_000

export const openListener = async (
  { address, port, tls, patience = {} }: ListenOptions,
  answer: Answer,
): Promise<Listener> => {
  // Handlers write to Node's response: the global Response stays as it is.
  const listen = getRequestListener(answer, { overrideGlobalObjects: false })
  const { handshake, headers, request, reading } = { ...defaultPatience, ...patience }
  const options = {
    maxHeaderSize,
    headersTimeout: headers,
    requestTimeout: request,
    connectionsCheckingInterval: Math.ceil(headers / 3),
    keepAliveTimeout: keepAlive,
    keepAlive: true,
    keepAliveInitialDelay: probeAfter,
  }
  const secure =
    tls &&
    createSecureServer({ ...options, cert: tls.cert, key: tls.key, handshakeTimeout: handshake }, listen)
  const server = secure ?? createServer(options, listen)
  serveUpgrades(server, answer)
  cutWhoDoesNotRead(server, reading)
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

/** Ends the connections that take nothing of what is written to them for so long: it would be kept for them for ever. */
const cutWhoDoesNotRead = (server: Server, patience: number): void => {
  const answers = new WeakMap<Socket, ServerResponse>()
  server.on('request', ({ socket }: IncomingMessage, outgoing: ServerResponse) =>
    answers.set(socket, outgoing),
  )
  // A tunnel stands still as long as its ends like.
  server.on('upgrade', (_incoming, socket) => socket instanceof Socket && socket.setTimeout(0))
  server.timeout = patience
  server.on('timeout', (socket: Socket) => {
    const outgoing = answers.get(socket)
    const waits = outgoing !== undefined && !outgoing.writableFinished && socket.writableLength === 0
    // Whoever waits for an event or for an answer may wait; whoever has an answer is idle.
    if (!waits) socket.destroy()
  })
}
