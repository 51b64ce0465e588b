import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, systemClock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import { type Agent, startAgent } from './agent/agent.ts'
import { openJournal } from './journal.ts'
import { machineResources } from './machine.ts'
import { startMaster } from './master/master.ts'
import { parseAttributes, parseResources } from './resource-text.ts'
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
  /** Of each agent, in Mesos' syntax: `cpus:8;mem:8192;disk:20000;ports:[31000-31999]`. Default: the machine's. */
  readonly resources?: string
  /** Of agent 1, 2, ..., in Mesos' syntax: `rack:r1;zone:z1`. */
  readonly attributes?: (agent: number) => string
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

/** A Mesos master and its agents in this process. Throws InvalidText for wrong resources or attributes. */
export const startLocalMesos = async (options: LocalMesosOptions): Promise<LocalMesos> => {
  const { workDir, address = '127.0.0.1', masterPort = 0, agents: count = 1, logger } = options
  const { clock = systemClock, attributes = () => '' } = options
  const timing = { ...defaultTiming, ...options.timing }
  mkdirSync(workDir, { recursive: true })
  const infos = Array.from({ length: count }, (_, index) => ({
    hostname: `agent${index + 1}.local`,
    resources: parseResources(options.resources ?? machineResources(workDir, index + 1)),
    attributes: parseAttributes(attributes(index + 1)),
  }))

  const journal = openJournal(join(workDir, 'master', 'journal'))
  const remembered = (journal.entries.get('port') as number | undefined) ?? 0
  const ports = masterPort === 0 ? [...new Set([remembered, 0])] : [masterPort]
  const master = await startMaster({
    address,
    ports,
    clock,
    timing,
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
      const agent = await startAgent({
        workDir: join(workDir, `agent${index + 1}`),
        address,
        port: masterPort === 0 ? 0 : masterPort + index + 1,
        info,
        master,
        clock,
        timing,
        logger: logger.child({ component: `mesos-agent${index + 1}` }),
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
