import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, systemClock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import { type Agent, startAgent } from './agent/agent.ts'
import { httpEndpoint, noEndpoint } from './agent/endpoint.ts'
import { fakeContainers } from './agent/fake-containers.ts'
import { fetcher } from './agent/fetcher.ts'
import { processContainers } from './agent/process-containers.ts'
import { openJournal } from './journal.ts'
import { machineResources } from './machine.ts'
import { startMaster } from './master/master.ts'
import { memoryJournal } from './memory-journal.ts'
import { parseAttributes, parseDomain, parseQuantities, parseResources } from './resource-text.ts'
import { defaultTiming, type Timing } from './timing.ts'

export interface LocalMesosOptions {
  /** Everything is kept here: started again on the same folder, it goes on where it was. */
  readonly workDir: string
  /** IPv4; default 127.0.0.1. */
  readonly address?: string
  /** 0, the default, takes a free port, and the same one the next time if it is still free. */
  readonly masterPort?: number
  /** Default 1. */
  readonly agents?: number
  /** Of each agent, in Mesos' syntax: `cpus:8;mem:8192;disk:20000;ports:[31000-31999]`. Default: the machine's; of
   * fake ones, a machine's of some size. */
  readonly resources?: string
  /** Of agent 1, 2, ..., in Mesos' syntax: `rack:r1;zone:z1`. */
  readonly attributes?: (agent: number) => string
  /** Of each agent, beside the others: what it may take back at any time. */
  readonly revocableResources?: string
  /** `region/zone` of agent 1, 2, ...; the master is in the region of agent 1. */
  readonly domain?: (agent: number) => string
  /** What an offer must have at least: `cpus:0.01|mem:32`, the default, is either of the two. */
  readonly minAllocatableResources?: string
  /** Milliseconds after which an unused offer is rescinded; never when undefined. */
  readonly offerTimeout?: number | undefined
  /** Agents whose executors only pretend, without processes, ports or files: a thousand of them fit in here. */
  readonly fakeExecutors?: { readonly delay: number }
  readonly logger: Logger
  readonly clock?: Clock
  readonly timing?: Partial<Timing>
}

export interface LocalMesos {
  /** `http://127.0.0.1:5050` */
  readonly masterUrl: string
  /** host:port */
  readonly master: string
  readonly agents: readonly { readonly id: string; readonly url: string; readonly hostname: string }[]
  /** Executors and their tasks go on, and are found again at the next start. */
  close(): Promise<void>
}

/** Of a fake agent, which has a machine of its own. */
const fakeResources = 'cpus:16;mem:65536;disk:200000;ports:[31000-32000]'

const describeAgent = (options: LocalMesosOptions, agent: number) => {
  const { workDir, resources, revocableResources = '', attributes, domain, fakeExecutors } = options
  const standard = () => (fakeExecutors ? fakeResources : machineResources(workDir, agent))
  const revocable = parseResources(revocableResources).map(resource => ({ ...resource, revocable: {} }))
  const place = parseDomain(domain?.(agent) ?? '')
  return {
    hostname: `agent${agent}.local`,
    resources: [...parseResources(resources ?? standard()), ...revocable],
    attributes: parseAttributes(attributes?.(agent) ?? ''),
    ...(place && { domain: place }),
  }
}

const fakeParts = (executors: { readonly delay: number }) => ({
  journal: memoryJournal(),
  containers: fakeContainers(executors),
  endpoint: noEndpoint,
})

const realParts = async (options: { workDir: string; address: string; port: number; logger: Logger }) => {
  const journal = openJournal(join(options.workDir, 'journal'))
  return {
    journal,
    containers: processContainers(fetcher(join(options.workDir, 'cache'))),
    endpoint: await httpEndpoint({ ...options, journal }),
  }
}

/** A Mesos master and its agents in this process. Throws InvalidText for wrong resources or attributes. */
export const startLocalMesos = async (options: LocalMesosOptions): Promise<LocalMesos> => {
  const { workDir, address = '127.0.0.1', masterPort = 0, agents: count = 1, logger } = options
  const { clock = systemClock, fakeExecutors } = options
  const timing = { ...defaultTiming, ...options.timing }
  mkdirSync(workDir, { recursive: true })
  const infos = Array.from({ length: count }, (_, index) => describeAgent(options, index + 1))

  const journal = openJournal(join(workDir, 'master', 'journal'))
  const remembered = (journal.entries.get('port') as number | undefined) ?? 0
  const ports = masterPort === 0 ? [...new Set([remembered, 0])] : [masterPort]
  const master = await startMaster({
    address,
    ports,
    clock,
    timing,
    domain: infos[0]?.domain,
    offerTimeout: options.offerTimeout,
    ...(options.minAllocatableResources !== undefined && {
      minAllocatable: parseQuantities(options.minAllocatableResources),
    }),
    logger: logger.child({ component: 'mesos-master' }),
  })
  if (master.port !== remembered) journal.put('port', master.port)
  await journal.close()

  const agents: Agent[] = []
  const close = async () => {
    await Promise.all(agents.map(agent => agent.close()))
    await master.close()
  }
  try {
    // One after the other: the first has the first id.
    for (const [index, info] of infos.entries()) {
      const agentLogger = logger.child({ component: `mesos-agent${index + 1}` })
      const place = join(workDir, `agent${index + 1}`)
      const port = masterPort === 0 ? 0 : masterPort + index + 1
      const parts = fakeExecutors
        ? fakeParts(fakeExecutors)
        : await realParts({ workDir: place, address, port, logger: agentLogger })
      const agent = await startAgent({
        ...{ workDir: place, address, info, master, clock, timing, logger: agentLogger },
        ...parts,
      })
      agents.push(agent)
    }
  } catch (error) {
    await close()
    throw error
  }
  master.open()
  return {
    masterUrl: `http://${address}:${master.port}`,
    master: `${address}:${master.port}`,
    agents: agents.map(({ id, hostname, port }) => ({ id, hostname, url: `http://${address}:${port}` })),
    close,
  }
}
