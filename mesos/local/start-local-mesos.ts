import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, systemClock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import { fakeParts, realParts } from './agent/parts.ts'
import { type RunningAgent, runAgent } from './agent/run-agent.ts'
import { type Election, localElection } from './election.ts'
import { openJournal } from './journal.ts'
import { machineResources } from './machine.ts'
import { type Master, type MasterOptions, startMaster } from './master/master.ts'
import { savedRegistry } from './master/saved-registry.ts'
import { memoryJournal } from './memory-journal.ts'
import { type AgentNetwork, agentNetwork } from './network.ts'
import { parseAttributes, parseDomain, parseQuantities, parseResources } from './resource-text.ts'
import { defaultTiming, type Timing } from './timing.ts'

export interface LocalMesosOptions {
  /** Everything is kept here: started again on the same folder, it goes on where it was. */
  readonly workDir: string
  /** IPv4; default 127.0.0.1. */
  readonly address?: string
  /** 0, the default, takes a free port, and the same one the next time if it is still free. */
  readonly masterPort?: number
  /** Default 1. Of several one leads, and the others send everybody to it. */
  readonly masters?: number
  /** Where the masters elect their leader; default: among themselves. */
  readonly election?: Election
  /** Secrets of frameworks by principal: without one of them no framework is served. */
  readonly credentials?: ReadonlyMap<string, string> | undefined
  /** Signs the tokens that executors must show to their agents; without it anybody may speak for an executor. */
  readonly executorSecret?: string | undefined
  /** Secrets by principal of who may read the files of sandboxes; undefined: anybody may. */
  readonly readers?: ReadonlyMap<string, string> | undefined
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

export interface LocalMaster {
  readonly url: string
  isLeading(): boolean
  /** Ends it for good, as a crash would; agents and frameworks find the next leader. */
  kill(): Promise<void>
}

export interface LocalAgent {
  /** Another one after it was shut down by the master: gone, or its machine taken down. */
  readonly id: string
  readonly url: string
  readonly hostname: string
  /** Ends the agent without a word; its executors go on. */
  kill(): Promise<void>
  /** Starts it again where it was, after a kill. */
  restart(): Promise<void>
  /** Cuts it off from the masters; neither side is told. */
  partition(): void
  /** Ends the partition: what was sent meanwhile arrives. */
  heal(): void
}

export interface LocalMesos {
  /** Of the first master: `http://127.0.0.1:5050` */
  readonly masterUrl: string
  /** host:port */
  readonly master: string
  readonly masters: readonly LocalMaster[]
  readonly agents: readonly LocalAgent[]
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

type MasterCommon = Omit<MasterOptions, 'address' | 'ports' | 'logger'>

/** Masters on `ports` (0 is any), the first of which takes the port that it had, if it can. */
const startMasters = async (options: LocalMesosOptions, common: MasterCommon): Promise<Master[]> => {
  const { workDir, address = '127.0.0.1', masterPort = 0, masters: count = 1, logger } = options
  const journal = openJournal(join(workDir, 'master', 'journal'))
  const masters: Master[] = []
  for (let number = 0; number < count; number++) {
    const key = number === 0 ? 'port' : `port${number + 1}`
    const remembered = (journal.entries.get(key) as number | undefined) ?? 0
    const chosen = masterPort === 0 ? [...new Set([remembered, 0])] : [masterPort + number]
    const component = number === 0 ? 'mesos-master' : `mesos-master${number + 1}`
    const master = await startMaster({
      ...common,
      address,
      ports: chosen,
      logger: logger.child({ component }),
    })
    if (master.port !== remembered) journal.put(key, master.port)
    masters.push(master)
  }
  await journal.close()
  return masters
}

/** A Mesos master, or several, and agents in this process. Throws InvalidText for wrong resources or attributes. */
export const startLocalMesos = async (options: LocalMesosOptions): Promise<LocalMesos> => {
  const { workDir, address = '127.0.0.1', masterPort = 0, agents: count = 1, logger, fakeExecutors } = options
  const { clock = systemClock, masters: masterCount = 1, minAllocatableResources: least } = options
  const timing = { ...defaultTiming, ...options.timing }
  mkdirSync(workDir, { recursive: true })
  const infos = Array.from({ length: count }, (_, index) => describeAgent(options, index + 1))

  // Fake agents are new ones after a restart: nothing of them is to be remembered.
  const journal = fakeExecutors ? memoryJournal() : openJournal(join(workDir, 'master', 'registry'))
  const agents: RunningAgent[] = []
  const networks: AgentNetwork[] = []
  const masters = await startMasters(options, {
    clock,
    timing,
    election: options.election ?? localElection(),
    ...savedRegistry(journal),
    elected: () => {
      for (const network of networks) network.elected()
    },
    credentials: options.credentials,
    domain: infos[0]?.domain,
    offerTimeout: options.offerTimeout,
    ...(least !== undefined && { minAllocatable: parseQuantities(least) }),
  })
  const close = async () => {
    await Promise.all(agents.map(agent => agent.kill()))
    await Promise.all(masters.map(master => master.close()))
    await journal.close()
  }
  try {
    // One after the other: the first has the first id.
    for (const [index, info] of infos.entries()) {
      const place = join(workDir, `agent${index + 1}`)
      const own = logger.child({ component: `mesos-agent${index + 1}` })
      const port = masterPort === 0 ? 0 : masterPort + masterCount + index
      const network = agentNetwork(() => masters.find(master => master.isLeading()))
      networks.push(network)
      agents.push(
        await runAgent({
          ...{ workDir: place, address, info, master: network, clock, timing, logger: own },
          executorSecret: options.executorSecret,
          readers: options.readers,
          parts: fakeExecutors
            ? fakeParts(fakeExecutors)
            : () => realParts({ workDir: place, address, port, logger: own }),
        }),
      )
    }
  } catch (error) {
    await close()
    throw error
  }
  for (const master of masters) master.open()
  const urlOf = (port: number) => `http://${address}:${port}`
  return {
    masterUrl: urlOf(masters[0]?.port ?? 0),
    master: `${address}:${masters[0]?.port}`,
    masters: masters.map(({ port, isLeading, close: kill }) => ({ url: urlOf(port), isLeading, kill })),
    agents: agents.map((agent, index) => ({
      get id() {
        return agent.current.id
      },
      hostname: agent.current.hostname,
      url: urlOf(agent.current.port),
      kill: agent.kill,
      restart: agent.restart,
      partition: () => networks[index]?.cut(),
      heal: () => networks[index]?.mend(),
    })),
    close,
  }
}
