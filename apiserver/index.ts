import { Registry as Register } from 'prom-client'
import type { Client } from '../api/client.ts'
import { isStatus } from '../api/errors.ts'
import { kinds, Namespace, storedKinds } from '../api/kinds/index.ts'
import type { Store } from '../store/store.ts'
import { type Clock, systemClock } from '../util/clock.ts'
import type { Logger } from '../util/logger.ts'
import { allocatingWriter } from './allocation/allocating-writer.ts'
import { defaultPortalNet, type IPv4Net } from './allocation/ipv4-net.ts'
import { serviceAllocator } from './allocation/service-allocator.ts'
import { createApp } from './app.ts'
import { type Artifact, openArtifacts, routeArtifacts } from './artifacts.ts'
import { createClient } from './client.ts'
import { followDefinitions } from './custom/definitions.ts'
import { servingApp } from './custom/serving-app.ts'
import { type Listener, type ListenOptions, openListener } from './listener.ts'
import { createMetrics, measuredStore } from './metrics.ts'
import { readOnly } from './read-only.ts'
import { systemNamespaces } from './registry/namespaces.ts'
import { createRegistry, type Registry } from './registry/registry.ts'
import { createWriter } from './registry/writer.ts'
import { checkingTimeout } from './request-timeout.ts'
import { Caches } from './watch/caches.ts'

export type { Artifact } from './artifacts.ts'
export type { KeyPair, ListenOptions } from './listener.ts'

export interface ApiServerOptions {
  readonly store: Store
  readonly logger: Logger
  readonly clock?: Clock
  readonly artifacts?: readonly Artifact[]
  /** Where the metrics are kept; a register of its own when left out. */
  readonly metrics?: Register
  /** What the addresses of services are taken from; the same for all servers of a store. */
  readonly portalNet?: IPv4Net
  /** What `/logs/` shows; nothing when left out. */
  readonly logDir?: string
}

export interface ApiServer {
  /** The API without HTTP, with the semantics of `HttpClient`. */
  readonly client: Client
  /** The path of an artifact: `/artifacts/<hash>/<name>`. Throws for a name that was not given. */
  artifactUrl(name: string): string
  /** Answers the address and port that were taken. With `readsOnly` nothing can be changed through it. */
  listen(
    options: ListenOptions & { readonly readsOnly?: boolean },
  ): Promise<{ address: string; port: number }>
  /** Ends the watches, then the listeners. The store stays open. */
  close(): Promise<void>
}

/** Between two bookmarks of a watch, milliseconds. */
const bookmarkInterval = 60_000

const createNamespaces = async (registry: Registry): Promise<void> => {
  for (const name of systemNamespaces) {
    try {
      if (!registry.caches.of(Namespace).get(name)) await registry.create(Namespace, { metadata: { name } })
    } catch (error) {
      // Another API server was faster.
      if (!isStatus(error, 'AlreadyExists')) throw error
    }
  }
}

/** Resolves when the caches are filled, custom resources are served, and the namespaces of the system are there. */
export const createApiServer = async ({
  store: given,
  logger,
  clock = systemClock,
  artifacts = [],
  metrics: register = new Register(),
  portalNet = defaultPortalNet,
  logDir,
}: ApiServerOptions): Promise<ApiServer> => {
  const store = measuredStore(given, register)
  const served = await openArtifacts(artifacts)
  const caches = await Caches.open({ store, kinds: storedKinds, logger, clock })
  const writer = allocatingWriter({
    writer: createWriter(store, caches),
    allocators: [serviceAllocator(portalNet)],
    caches,
    clock,
    logger,
  })
  const registry = createRegistry(store, caches, clock, writer)
  await createNamespaces(registry)
  const metrics = createMetrics(register, caches)
  const definitions = await followDefinitions({ registry, kinds, clock, logger })
  const serving = { store, registry, metrics, register, clock, logger, logDir }
  const app = servingApp(definitions, parts => {
    const made = createApp({ ...serving, ...parts })
    routeArtifacts(made, served)
    return made
  })

  const listeners = new Set<Listener>()
  let cancelBookmarks = () => {}
  const bookmarkLater = (): void => {
    cancelBookmarks = clock.after(bookmarkInterval, () => {
      caches.bookmark()
      bookmarkLater()
    })
  }
  bookmarkLater()

  return {
    client: createClient(registry),
    artifactUrl(name) {
      const artifact = served.find(each => each.name === name)
      if (!artifact) throw new TypeError(`no artifact is named ${name}`)
      return artifact.url
    },

    async listen({ readsOnly = false, ...options }) {
      const answer = checkingTimeout((request, bindings) => app().fetch(request, bindings))
      const listener = await openListener(options, readsOnly ? readOnly(answer, clock) : answer)
      listeners.add(listener)
      return listener
    },

    async close() {
      cancelBookmarks()
      definitions.close()
      caches.close()
      await Promise.all([...listeners].map(listener => listener.close()))
      listeners.clear()
    },
  }
}
