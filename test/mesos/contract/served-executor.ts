import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { ExecutorInfo } from '../../../mesos/protocol/messages.gen.ts'
import { executor } from '../local/scheduler.ts'

const files: Readonly<Record<string, string>> = {
  '/executor.mjs': fileURLToPath(new URL('../local/executor.mjs', import.meta.url)),
  '/node': process.execPath,
}

export interface ServedExecutor {
  /** The executor as an agent on any host can start it: with our own Node. */
  info(id: string): ExecutorInfo
  close(): Promise<void>
}

/** Serves the tests' executor, and our Node, on an address that the agents reach. */
export const serveExecutor = async (address: string): Promise<ServedExecutor> => {
  const server = createServer(({ url = '' }, response) => {
    const file = files[url]
    if (file) createReadStream(file).pipe(response.writeHead(200))
    else response.writeHead(404).end()
  }).listen(0, address)
  await once(server, 'listening')
  const base = `http://${address}:${(server.address() as AddressInfo).port}`
  return {
    info: id => ({
      ...executor(id),
      command: {
        shell: true,
        value: 'exec ./node executor.mjs',
        uris: [
          { value: `${base}/node`, executable: true, extract: false, cache: true },
          { value: `${base}/executor.mjs`, executable: false, extract: false, cache: false },
        ],
      },
    }),
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
