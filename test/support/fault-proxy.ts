import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/**
 * What the network does: `refuse` takes no connections and ends those that are there, `cut` ends them once,
 * `silence` swallows everything without a word, `delay` lets everything come late, `garbage` mixes noise into what the
 * server says, `loss` leaves out every second piece of it.
 */
export const faults = ['refuse', 'cut', 'silence', 'delay', 'garbage', 'loss'] as const
export type Fault = (typeof faults)[number]

/** Of `delay`, milliseconds. */
const lateness = 300

/** A way to a server on 127.0.0.1 that can be disturbed. */
export class FaultProxy {
  readonly #server: Server
  readonly #target: { readonly host: string; readonly port: number }
  readonly #sockets = new Set<Socket>()
  #fault: Fault | undefined
  #pieces = 0
  #harm = 0

  private constructor(target: string) {
    const [host = '', port] = target.split(':')
    this.#target = { host, port: Number(port) }
    this.#server = createServer(socket => this.#serve(socket))
  }

  static async open(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(target)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  /** host:port */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** From now on; undefined: all is well again, for new connections. */
  set fault(fault: Fault | undefined) {
    // A connection that was silent, or came to harm, does not get well again.
    if (this.#fault === 'silence') this.#cut()
    this.#fault = fault
    if (fault) this.#harm = 0
    if (fault === 'refuse' || fault === 'cut') this.#cut()
  }

  /** What the last fault has cut, swallowed, delayed or spoilt so far. */
  get harm(): number {
    return this.#harm
  }

  async close(): Promise<void> {
    this.#cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #cut(): void {
    for (const socket of this.#sockets) {
      socket.destroy()
      this.#harm++
    }
  }

  #serve(client: Socket): void {
    if (this.#fault === 'refuse') {
      this.#harm++
      client.destroy()
      return
    }
    const server = connect(this.#target)
    this.#join(client, server, piece => [piece])
    this.#join(server, client, piece => this.#disturbed(piece))
  }

  /** What becomes of a piece on its way back. */
  #disturbed(piece: Buffer): Buffer[] {
    this.#pieces++
    if (this.#fault === 'garbage') return [Buffer.from([0xff, 0x00, 0x7f, 0x31, 0x0a]), piece]
    return this.#fault === 'loss' && this.#pieces % 2 === 0 ? [] : [piece]
  }

  #join(from: Socket, to: Socket, become: (piece: Buffer) => Buffer[]): void {
    this.#sockets.add(from)
    const send = (piece: Buffer): void => {
      if (!to.destroyed) to.write(piece)
    }
    from.on('data', piece => {
      if (this.#fault) this.#harm++
      if (this.#fault === 'silence') return
      for (const part of become(piece)) {
        if (this.#fault === 'delay') setTimeout(send, lateness, part)
        else send(part)
      }
    })
    // A lost connection is what this is for.
    from.on('error', () => {})
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }
}
