import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Listens on the first of `ports` that is free and answers it; 0 stands for any free port. */
export const listen = async (server: Server, address: string, ports: readonly number[]): Promise<number> => {
  const [port, ...others] = ports
  try {
    server.listen(port, address)
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  } catch (error) {
    if (others.length === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return listen(server, address, others)
  }
}

/** Closes the server and every connection, the event streams too. */
export const shut = async (server: Server): Promise<void> => {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
