import type { Clock } from '../../../util/clock.ts'
import type { Logger } from '../../../util/logger.ts'
import type { DomainInfo, MasterInfo } from '../../protocol/messages.gen.ts'
import { listen, shut } from '../http/listen.ts'
import { type Routes, serve } from '../http/serve.ts'
import type { MasterLink } from '../link.ts'
import type { Timing } from '../timing.ts'
import { mesosVersion } from '../version.ts'
import { agentConnections } from './agent-connections.ts'
import { type AllocatorOptions, allocator, defaultMinAllocatable } from './allocator.ts'
import type { MasterContext } from './context.ts'
import { operatorApi } from './operator-api.ts'
import { schedulerApi } from './scheduler-api.ts'
import { newMasterState } from './state.ts'

export interface Master extends MasterLink {
  readonly port: number
  /** Begins to answer. Before that agents register, so that the first scheduler is told of all their tasks. */
  open(): void
  close(): Promise<void>
}

interface MasterOptions {
  readonly address: string
  /** The first that is free is taken; 0 stands for any. */
  readonly ports: readonly number[]
  readonly clock: Clock
  readonly logger: Logger
  readonly timing: Timing
  readonly domain?: DomainInfo | undefined
  readonly minAllocatable?: AllocatorOptions['minAllocatable']
  readonly offerTimeout?: number | undefined
}

/** An address as MasterInfo has it: its bytes in network order, read as a number of this machine. */
const ipNumber = (address: string): number =>
  address.split('.').reduceRight((number, byte) => number * 256 + Number(byte), 0)

const masterInfo = (address: string, port: number, domain: DomainInfo | undefined): MasterInfo => ({
  id: crypto.randomUUID(),
  ip: ipNumber(address),
  port,
  pid: `master@${address}:${port}`,
  hostname: address,
  version: mesosVersion,
  address: { hostname: address, ip: address, port },
  capabilities: [{ type: 'AGENT_UPDATE' }, { type: 'AGENT_DRAINING' }, { type: 'QUOTA_V2' }],
  ...(domain && { domain }),
})

export const startMaster = async (options: MasterOptions): Promise<Master> => {
  const { address, ports, clock, logger, timing } = options
  const { domain, offerTimeout, minAllocatable = defaultMinAllocatable } = options
  let open: (routes: Routes) => void = () => {}
  const routes = new Promise<Routes>(resolve => {
    open = resolve
  })
  const server = serve({ routes, prefixes: ['/master'], logger })
  const port = await listen(server, address, ports)
  const state = newMasterState(masterInfo(address, port, domain), clock.now())
  const cx: MasterContext = {
    state,
    allocator: allocator({ state, clock, interval: timing.allocation, offerTimeout, minAllocatable }),
    clock,
    logger,
    timing,
  }
  const connections = agentConnections(cx)
  return {
    port,
    connect: connections.connect,
    open: () => open({ ...operatorApi(cx), '/api/v1/scheduler': schedulerApi(cx) }),
    async close() {
      connections.break()
      for (const framework of state.frameworks.values()) {
        framework.cancelFailover()
        // Its end is the master's, not the framework's.
        framework.subscription = undefined
      }
      cx.allocator.close()
      for (const agent of state.agents.values()) agent.cancelRemoval()
      await shut(server)
    },
  }
}
