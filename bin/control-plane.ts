import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Registry as Register } from 'prom-client'
import { Pod } from '../api/kinds/index.ts'
import type { IPv4Net } from '../apiserver/allocation/ipv4-net.ts'
import { createApiServer } from '../apiserver/index.ts'
import { events } from '../controllers/events/index.ts'
import { masters } from '../controllers/masters/index.ts'
import { createManager } from '../controllers/runtime/index.ts'
import { startLocalMesos } from '../mesos/local/index.ts'
import { detectMasters } from '../mesos/scheduler/index.ts'
import type { Store } from '../store/store.ts'
import { systemClock } from '../util/clock.ts'
import type { Logger } from '../util/logger.ts'
import { startCompaction } from './compaction.ts'
import { startControllers } from './controllers.ts'
import { frameworkInfo } from './framework-info.ts'
import { listen, listenReadOnly, listenSecurely } from './listen.ts'
import { lockDataDir } from './lock.ts'
import type { Running } from './main.ts'
import type { MesosOptions } from './mesos-flags.ts'
import { createMetrics } from './metrics.ts'
import { ownAddress } from './own-address.ts'
import { startScheduler } from './scheduler.ts'
import type { Secure } from './secure-flags.ts'

export interface ControlPlaneOptions {
  readonly address: string
  readonly port: number
  /** HTTPS beside HTTP. */
  readonly secure?: Secure
  readonly dataDir: string
  /** Empty: the embedded store. */
  readonly etcdServers: readonly string[]
  readonly mesos: MesosOptions
  readonly localAgents: number
  readonly localResources?: string
  /** The executor's bundle. */
  readonly executorPath: string
  readonly executorVerbosity: number
  /** What a container that asks for nothing gets. CPUs, MiB. */
  readonly defaultCpus: number
  readonly defaultMem: number
  readonly controllers: boolean
  /** 0: none. */
  readonly readOnlyPort: number
  /** What `/logs/` shows. */
  readonly logDir?: string
  /** Addresses for services. */
  readonly portalNet: IPv4Net
}

export interface ControlPlane extends Running {
  readonly url: string
  /** Undefined without HTTPS. */
  readonly secureUrl: string | undefined
  /** host:port of the Mesos master, or what was given. */
  readonly mesos: string
  /** Rejects when Mesos has ended this scheduler for good; it never resolves. */
  readonly ended: Promise<never>
  /** The pods that go on running when this process ends. */
  runningPods(): Promise<number>
}

/** Where the executor's bundle lies: beside the bundle of the program that runs. */
export const bundledExecutor = (): string =>
  fileURLToPath(new URL('./kubernetes-executor.mjs', import.meta.url))

/** Starts everything that the options ask for; nothing is left running when a part of it fails. */
export const startControlPlane = async (options: ControlPlaneOptions, log: Logger): Promise<ControlPlane> => {
  const clock = systemClock
  const closers: (() => unknown)[] = []
  const close = async (): Promise<void> => {
    // The last to start is the first to stop: what it needs is still there.
    for (const end of closers.splice(0).reverse()) await end()
  }
  try {
    closers.push(lockDataDir(options.dataDir, 'data_dir'))
    const store = await openStore(options, log)
    closers.push(() => store.close(), startCompaction(store, clock, log.child({ component: 'compaction' })))

    const node = nodeArtifact()
    const artifacts = [{ name: executorFile, path: options.executorPath, executable: false }, ...node]
    const register = new Register()
    const metrics = createMetrics(register)
    const api = await createApiServer({
      store,
      logger: log.child({ component: 'apiserver' }),
      clock,
      artifacts,
      metrics: register,
      portalNet: options.portalNet,
      ...(options.logDir !== undefined && { logDir: options.logDir }),
    })
    closers.push(() => api.close())
    const { address, secure } = options
    const host = advertised(address)
    const plain = await listen(api, address, options.port)
    const url = `http://${host}:${plain.port}`
    const { readOnlyPort } = options
    if (readOnlyPort > 0) await listenReadOnly(api, address, readOnlyPort)
    const secured =
      secure && (await listenSecurely(api, address, secure, clock, log.child({ component: 'apiserver' })))

    const { mesos } = options
    const mesosMasters = mesos.master ?? (await startEmbeddedMesos(options, log, closers))
    // The same address on the same machine is the same place: started again there, it goes on without waiting for
    // its own lease.
    const identity = `${hostname()}@${url}`
    const { client } = api
    const scheduler = startScheduler({
      client,
      store,
      logger: log,
      clock,
      identity,
      metrics,
      masters$: detectMasters({
        masters: mesosMasters,
        tls: mesos.tls,
        logger: log.child({ component: 'scheduler' }),
        clock,
      }),
      frameworkInfo: frameworkInfo(mesos, url),
      credentials: mesos.credentials,
      agentCredentials: mesos.agentCredentials,
      reset: mesos.reset,
      launchTimeout: mesos.launchTimeout * 1_000,
      defaults: { cpu: options.defaultCpus, mem: options.defaultMem },
      executor: {
        bundleUrl: url + api.artifactUrl(executorFile),
        ...(node.length > 0 && { nodeUrl: url + api.artifactUrl(nodeFile) }),
        ...executorOverhead,
        user: mesos.user,
        verbosity: options.executorVerbosity,
      },
    })
    closers.push(() => scheduler.stop())
    const manager = createManager({ client, logger: log, clock })
    manager.add(events())
    const self = secured
      ? ({ ...secured, scheme: 'https' } as const)
      : ({ ...plain, scheme: 'http' } as const)
    const found = { ...self, address: ownAddress(self.address) }
    for (const each of masters({ identity, self: found, net: options.portalNet })) manager.add(each)
    metrics.manager(manager)
    closers.push(() => manager.stop())
    await manager.start()
    if (options.controllers) {
      const controllers = startControllers({
        client,
        logger: log,
        clock,
        identity,
        leading: metrics.manager,
        ...(secure && { certificate: readFileSync(secure.certFile, 'utf8') }),
      })
      closers.push(() => controllers.stop())
    }

    return {
      url,
      secureUrl: secured && `https://${host}:${secured.port}`,
      ended: scheduler.ended,
      mesos: mesosMasters,
      async runningPods() {
        // From the cache: the store may be away when this process is told to end.
        const query = { fieldSelector: 'status.phase=Running', resourceVersion: '0' }
        return (await api.client.list(Pod, query)).items.length
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

const executorFile = 'kubernetes-executor.mjs'
const nodeFile = 'node'

/** What an executor uses besides its pods. CPUs, MiB. */
const executorOverhead = { cpus: 0.1, mem: 128 }

/** Our own Node goes to the agents, unless it is one that needs libraries beside it. */
const nodeArtifact = () =>
  (process.config.variables as { node_shared?: boolean }).node_shared
    ? []
    : [
        {
          name: nodeFile,
          path: process.execPath,
          executable: true,
          version: `${process.version}-${process.arch}`,
        },
      ]

const openStore = async ({ etcdServers, dataDir }: ControlPlaneOptions, log: Logger): Promise<Store> => {
  const logger = log.child({ component: 'store' })
  if (etcdServers.length === 0) {
    const { openEmbeddedStore } = await import('../store/embedded/embedded-store.ts')
    return openEmbeddedStore({ path: join(dataDir, 'store'), logger })
  }
  // Loaded only where it is needed: it takes a fifth of a second.
  const { openEtcdStore } = await import('../store/etcd/etcd-store.ts')
  return openEtcdStore({ endpoints: [...etcdServers], prefix: '/kubernetes-mesos', logger })
}

/** Answers where its master listens. */
const startEmbeddedMesos = async (
  options: ControlPlaneOptions,
  log: Logger,
  closers: (() => unknown)[],
): Promise<string> => {
  const mesos = await startLocalMesos({
    workDir: join(options.dataDir, 'mesos'),
    agents: options.localAgents,
    ...(options.localResources !== undefined && { resources: options.localResources }),
    logger: log.child({ component: 'mesos' }),
  })
  closers.push(() => mesos.close())
  return mesos.master
}

/** The address under which agents and clients reach us. */
const advertised = (address: string): string =>
  address === '0.0.0.0' || address === '::' ? hostname() : address
