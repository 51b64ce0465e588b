import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A wire to a server on 127.0.0.1 that a test can cut, or make deaf in one direction. */
export interface Wire {
  readonly endpoint: string
  /** The server hears everything, and none of its answers comes through. */
  swallowAnswers(): void
  cut(): void
  mend(): void
  close(): Promise<void>
}

export const wireTo = async (endpoint: string): Promise<Wire> => {
  const { hostname, port } = new URL(endpoint)
  const sockets = new Set<Socket>()
  let whole = true
  let answers = true

  const server = createServer(near => {
    if (!whole) return near.destroy()
    const far = connect(Number(port), hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    near.pipe(far)
    far.on('data', chunk => {
      if (answers) near.write(chunk)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const cut = (): void => {
    whole = false
    for (const socket of sockets) socket.destroy()
  }
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    swallowAnswers() {
      answers = false
    },
    cut,
    mend() {
      whole = true
      answers = true
    },
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
