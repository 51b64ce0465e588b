import type { Clock } from '../../../util/clock.ts'
import type { Logger } from '../../../util/logger.ts'
import type { DomainInfo, MasterInfo } from '../../protocol/messages.gen.ts'
import type { Election } from '../election.ts'
import { listen, shut } from '../http/listen.ts'
import { type Routes, serve } from '../http/serve.ts'
import type { MasterLink } from '../link.ts'
import type { Timing } from '../timing.ts'
import { mesosVersion } from '../version.ts'
import { agentConnections } from './agent-connections.ts'
import { forgetMissing } from './agent-removal.ts'
import { type AllocatorOptions, allocator, defaultMinAllocatable } from './allocator.ts'
import type { MasterContext } from './context.ts'
import { inverseOffers } from './inverse-offers.ts'
import { operatorApi } from './operator-api.ts'
import type { Registry } from './registry.ts'
import { schedulerApi } from './scheduler-api.ts'
import { newMasterState } from './state.ts'

export interface Master extends MasterLink {
  readonly info: MasterInfo
  readonly port: number
  isLeading(): boolean
  /** Begins to answer. Before that agents register, so that the first scheduler is told of all their tasks. */
  open(): void
  /** As a crash would end it: nobody is told anything. */
  close(): Promise<void>
}

export interface MasterOptions {
  readonly address: string
  /** The first that is free is taken; 0 stands for any. */
  readonly ports: readonly number[]
  readonly clock: Clock
  readonly logger: Logger
  readonly timing: Timing
  readonly election: Election
  readonly registry: Registry
  /** Resolves when the registry, as it is now, is on disk. */
  readonly save: () => Promise<void>
  /** Somebody else leads now, or nobody. */
  readonly elected: () => void
  readonly credentials?: ReadonlyMap<string, string> | undefined
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
  const {
    domain,
    election,
    registry,
    credentials,
    offerTimeout,
    minAllocatable = defaultMinAllocatable,
  } = options
  let open: (routes: Routes) => void = () => {}
  const routes = new Promise<Routes>(resolve => {
    open = resolve
  })
  const server = serve({ routes, prefixes: ['/master'], logger })
  const port = await listen(server, address, ports)
  const info = masterInfo(address, port, domain)
  const state = newMasterState(info, clock.now(), registry)
  const cx: MasterContext = {
    state,
    allocator: allocator({ state, clock, interval: timing.allocation, offerTimeout, minAllocatable }),
    inverseOffers: inverseOffers({ state, clock, interval: timing.allocation }),
    clock,
    logger,
    timing,
    credentials,
    save: options.save,
  }
  const connections = agentConnections(cx)
  let leader: MasterInfo | undefined
  let cancelRecovery = () => {}
  let closing: Promise<void> | undefined
  const isLeading = () => leader?.id === info.id
  const leadership = { self: info, leader: () => leader }

  const stop = async () => {
    leader = undefined
    cancelRecovery()
    for (const framework of state.frameworks.values()) {
      framework.cancelFailover()
      // Its end is the master's, not the framework's.
      framework.subscription = undefined
    }
    connections.break()
    cx.allocator.close()
    cx.inverseOffers.close()
    for (const agent of state.agents.values()) agent.cancelRemoval()
    await withdraw()
    await shut(server)
  }
  const close = () => (closing ??= stop())

  const withdraw = await election.enter(info, now => {
    if (closing) return
    const led = isLeading()
    leader = now
    if (led && !isLeading()) {
      // Its state is not to be believed any more: Mesos' masters end themselves, too.
      logger.error('lost the leadership')
      close().catch(error => logger.error('not closed', { error }))
    }
    if (!led && isLeading()) {
      logger.verbose(1, 'leads', { master: info.pid })
      cx.inverseOffers.wake()
      cancelRecovery = clock.after(timing.agentReregistration, () => forgetMissing(cx))
    }
    options.elected()
  })

  return {
    info,
    port,
    connect: connections.connect,
    isLeading,
    open: () => open({ ...operatorApi(cx, leadership), '/api/v1/scheduler': schedulerApi(cx, leadership) }),
    close,
  }
}
