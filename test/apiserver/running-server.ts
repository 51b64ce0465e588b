import { join } from 'node:path'
import { HttpClient } from '../../api/http-client.ts'
import type { Pod } from '../../api/kinds/index.ts'
import type { Draft } from '../../api/resource.ts'
import { type ApiServer, type ApiServerOptions, createApiServer } from '../../apiserver/index.ts'
import { openEmbeddedStore } from '../../store/embedded/embedded-store.ts'
import type { Store } from '../../store/store.ts'
import { silent } from '../../util/logger.ts'
import { tempDir } from '../support/temp.ts'

const root = tempDir('apiserver')
let stores = 0

export interface RunningServer {
  readonly server: ApiServer
  readonly store: Store
  readonly url: string
  readonly http: HttpClient
  stop(): Promise<void>
}

/** An API server that listens on a free port, over an embedded store of its own unless one is given. */
export const startServer = async (options: Partial<ApiServerOptions> = {}): Promise<RunningServer> => {
  const { store = await openEmbeddedStore({ path: join(root, String(stores++)), logger: silent }) } = options
  const server = await createApiServer({ logger: silent, ...options, store })
  const { port } = await server.listen({ address: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${port}`
  return {
    server,
    store,
    url,
    http: new HttpClient({ baseUrl: url }),
    async stop() {
      await server.close()
      if (!options.store) await store.close()
    },
  }
}

export const podNamed = (name: string, labels?: Record<string, string>): Draft<Pod> => ({
  metadata: { name, namespace: 'default', ...(labels && { labels }) },
  spec: { containers: [{ name: 'main', image: 'busybox' }] },
})
