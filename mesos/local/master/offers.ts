import type { Offer, OfferID, URL } from '../../protocol/messages.gen.ts'
import {
  addResources,
  allocatedTo,
  containsResources,
  noResources,
  type Resources,
  subtractResources,
  toResourceList,
} from '../../protocol/resources.ts'
import { unavailabilityOf } from './machines.ts'
import { type Framework, hasCapability, type MasterAgent, type MasterState, type OpenOffer } from './state.ts'

/**
 * What nobody has. An agent that came back with less than what runs on it has nothing until that fits.
 */
export const freeOn = ({ total, used, offered }: MasterAgent): Resources => {
  const busy = addResources(used, offered)
  return containsResources(total, busy) ? subtractResources(total, busy) : noResources
}

/** Of offers and of inverse offers. */
export const nextOfferId = (state: MasterState): OfferID => ({
  value: `${state.info.id}-O${state.nextOffer++}`,
})

/** Where an agent is, as frameworks are told. */
export const urlOf = (state: MasterState, { info: { hostname, port = 0 } }: MasterAgent): URL => ({
  scheme: 'http',
  address: { hostname, ip: state.info.address?.ip ?? '127.0.0.1', port },
  path: '/slave(1)',
})

/** Makes an offer; the resources are the framework's until the offer is removed. */
export const makeOffer = (
  state: MasterState,
  framework: Framework,
  agent: MasterAgent,
  role: string,
  resources: Resources,
): OpenOffer => {
  const multiRole = hasCapability(framework.info, 'MULTI_ROLE')
  const executors = [...agent.executors.values()].filter(executor => executor.framework === framework.id)
  const { hostname, attributes, domain } = agent.info
  const unavailability = unavailabilityOf(state, agent)
  const offer: Offer = {
    id: nextOfferId(state),
    framework_id: { value: framework.id },
    agent_id: { value: agent.id },
    hostname,
    url: urlOf(state, agent),
    resources: toResourceList(allocatedTo(resources, multiRole ? role : undefined)),
    ...(domain && { domain }),
    ...(attributes && attributes.length > 0 && { attributes }),
    ...(executors.length > 0 && { executor_ids: executors.map(({ info }) => info.executor_id) }),
    ...(unavailability && { unavailability }),
    ...(multiRole && { allocation_info: { role } }),
  }
  const open: OpenOffer = {
    offer,
    framework: framework.id,
    agent: agent.id,
    role,
    resources,
    cancelTimeout: () => {},
  }
  agent.offered = addResources(agent.offered, resources)
  state.shares.add(open, resources)
  state.offers.set(offer.id.value, open)
  return open
}

/** Takes the offer back: it is used, declined, or nobody's any more. */
export const removeOffer = ({ offers, agents, shares }: MasterState, open: OpenOffer): void => {
  open.cancelTimeout()
  offers.delete(open.offer.id.value)
  const owner = agents.get(open.agent)
  if (owner) owner.offered = subtractResources(owner.offered, open.resources)
  shares.subtract(open, open.resources)
}

/** Takes back every offer that `which` picks, and tells the schedulers. */
export const rescindOffers = (state: MasterState, which: (offer: OpenOffer) => boolean): void => {
  for (const open of [...state.offers.values()].filter(which)) {
    removeOffer(state, open)
    const framework = state.frameworks.get(open.framework)
    framework?.subscription?.events.send({ type: 'RESCIND', rescind: { offer_id: open.offer.id } })
  }
}
