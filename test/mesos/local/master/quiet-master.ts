import type { MasterMessage } from '../../../../mesos/local/link.ts'
import { type AgentSession, agentSession } from '../../../../mesos/local/master/agents.ts'
import { type AllocatorOptions, allocator } from '../../../../mesos/local/master/allocator.ts'
import type { MasterContext } from '../../../../mesos/local/master/context.ts'
import { frameworkFor, subscribe } from '../../../../mesos/local/master/frameworks.ts'
import { inverseOffers } from '../../../../mesos/local/master/inverse-offers.ts'
import { newMasterState } from '../../../../mesos/local/master/state.ts'
import { parseDomain, parseResources } from '../../../../mesos/local/resource-text.ts'
import { defaultTiming } from '../../../../mesos/local/timing.ts'
import type {
  AgentInfo,
  FrameworkInfo,
  MasterInfo,
  Offer,
  SchedulerEvent,
} from '../../../../mesos/protocol/messages.gen.ts'
import { silent } from '../../../../util/logger.ts'
import { ManualClock } from '../../../support/manual-clock.ts'
import { framework as standard } from '../scheduler.ts'

interface QuietOptions extends Partial<Pick<AllocatorOptions, 'minAllocatable' | 'offerTimeout'>> {
  readonly domain?: string
}

/** A master without its HTTP. Agents do nothing but remember what they are told, schedulers likewise. */
export const quietMaster = ({ domain, ...allocation }: QuietOptions = {}) => {
  const clock = new ManualClock()
  const place = parseDomain(domain ?? '')
  const info: MasterInfo = { id: 'm', ip: 0, port: 5050, ...(place && { domain: place }) }
  const state = newMasterState(info, clock.now())
  const cx: MasterContext = {
    state,
    allocator: allocator({ state, clock, interval: defaultTiming.allocation, ...allocation }),
    inverseOffers: inverseOffers({ state, clock, interval: defaultTiming.allocation }),
    clock,
    logger: silent,
    timing: defaultTiming,
    credentials: undefined,
    save: async () => {},
  }
  let number = 0

  const addAgent = (resources: string, more: Partial<AgentInfo> = {}) => {
    const told: MasterMessage[] = []
    const session: AgentSession = agentSession(
      cx,
      message => {
        told.push(message)
        if (message.type === 'PING') session.receive({ type: 'PONG' })
      },
      () => {},
    )
    const agent = {
      hostname: `agent${++number}.local`,
      port: 5050 + number,
      resources: parseResources(resources),
      ...more,
    }
    session.receive({ type: 'REGISTER', registration: { agent, frameworks: [], executors: [], tasks: [] } })
    const id = told[0]?.type === 'REGISTERED' ? told[0].agentId : ''
    return { id, told, session }
  }

  const connect = (more: Partial<FrameworkInfo> = {}) => {
    const framework_info = { ...standard, ...more }
    const framework = frameworkFor(cx, { framework_info })
    const events: SchedulerEvent[] = []
    const stream = { send: (event: SchedulerEvent) => void events.push(event), end: () => {} }
    subscribe(cx, framework, { framework_info }, { streamId: framework.id, events: stream })
    const offers = (): Offer[] => events.flatMap(event => [...(event.offers?.offers ?? [])])
    const openOffers = () => offers().filter(({ id }) => state.offers.has(id.value))
    return { framework, events, offers, openOffers }
  }

  return { clock, cx, state, addAgent, connect }
}

export const capable = (
  ...types: readonly NonNullable<FrameworkInfo['capabilities']>[number]['type'][]
): Pick<FrameworkInfo, 'capabilities'> => ({
  capabilities: [...(standard.capabilities ?? []), ...types.map(type => ({ ...(type && { type }) }))],
})
