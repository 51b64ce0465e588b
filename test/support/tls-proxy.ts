import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { pipeline, Transform } from 'node:stream'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import type { TestKeyPair } from './key-pair.ts'

/** Speaks TLS before a server on 127.0.0.1 that does not. */
export class TlsProxy {
  readonly #server: Server
  readonly #sockets = new Set<TLSSocket>()

  private constructor(server: Server) {
    this.#server = server
    server.on('secureConnection', socket => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  /** `rewrite` is how the server's words are to be read out here, where they name places: host and port. */
  static async open(
    target: string,
    pair: TestKeyPair,
    rewrite: (text: string) => string = text => text,
  ): Promise<TlsProxy> {
    const [host = '', port] = target.split(':')
    const server = createServer(pair, socket => {
      const words = new Transform({
        transform: (chunk: Buffer, _, done) =>
          done(null, Buffer.from(rewrite(chunk.toString('latin1')), 'latin1')),
      })
      const plain = connect(Number(port), host)
      // The end of one side is the end of the other; why is of no interest here.
      pipeline(socket, plain, words, socket, () => plain.destroy())
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new TlsProxy(server)
  }

  /** host:port */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** How many connections there are now. */
  get connections(): number {
    return this.#sockets.size
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
