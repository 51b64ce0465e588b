import type { Clock } from '../../../util/clock.ts'
import type { AllocatorInverseOfferStatus, Filters, InverseOffer } from '../../protocol/messages.gen.ts'
import { isTerminal } from '../task-state.ts'
import { unavailabilityOf } from './machines.ts'
import { nextOfferId, urlOf } from './offers.ts'
import type { Framework, MasterAgent, MasterState } from './state.ts'

/** Asks frameworks to leave agents whose machines are scheduled for maintenance. */
export interface InverseOffers {
  /** The agent's schedule has changed: what was asked, answered and refused is forgotten, and asked anew. */
  renew(agent: string): void
  /** The agent is not there for frameworks any more. */
  rescind(agent: string): void
  /** The framework's stream has ended: it is asked again in the next one. */
  forget(framework: string): void
  /** Asks, as long as there is a schedule; a master that begins to lead may have inherited one. */
  wake(): void
  answer(framework: string, ids: readonly { value: string }[], answer: Answer, filters?: Filters): void
  answers(agent: string): readonly AllocatorInverseOfferStatus[]
  close(): void
}

type Answer = 'ACCEPT' | 'DECLINE'

interface Options {
  readonly state: MasterState
  readonly clock: Clock
  /** Between two looks at who is to be asked, milliseconds. */
  readonly interval: number
}

interface Open {
  readonly offer: InverseOffer
  readonly framework: string
  readonly agent: string
}

const defaultRefuseSeconds = 5

/** The frameworks that have something to lose on an agent: tasks, executors or offers. */
const holdersOn = (state: MasterState, agent: MasterAgent): readonly Framework[] => {
  const ids = new Set([
    ...[...agent.tasks.values()].filter(task => !isTerminal(task.state)).map(({ framework }) => framework),
    ...[...agent.executors.values()].map(({ framework }) => framework),
    ...[...state.offers.values()].filter(open => open.agent === agent.id).map(({ framework }) => framework),
  ])
  return [...ids].flatMap(id => state.frameworks.get(id) ?? [])
}

export const inverseOffers = ({ state, clock, interval }: Options): InverseOffers => {
  const open = new Map<string, Open>()
  /** By agent and framework. */
  const answered = new Map<string, Map<string, AllocatorInverseOfferStatus>>()
  /** When the framework may be asked again about the agent, milliseconds; by agent and framework. */
  const filtered = new Map<string, Map<string, number>>()
  let cancel: (() => void) | undefined

  const isAsked = (agent: string, framework: string): boolean =>
    [...open.values()].some(one => one.agent === agent && one.framework === framework) ||
    (filtered.get(agent)?.get(framework) ?? 0) > clock.now()

  const make = (framework: Framework, agent: MasterAgent): InverseOffer | undefined => {
    const unavailability = unavailabilityOf(state, agent)
    if (!unavailability || !agent.send || agent.deactivated) return undefined
    if (!framework.subscription || isAsked(agent.id, framework.id)) return undefined
    const offer: InverseOffer = {
      id: nextOfferId(state),
      url: urlOf(state, agent),
      framework_id: { value: framework.id },
      agent_id: { value: agent.id },
      unavailability,
    }
    open.set(offer.id.value, { offer, framework: framework.id, agent: agent.id })
    return offer
  }

  const ask = (): void => {
    const lists = new Map<Framework, InverseOffer[]>()
    for (const agent of state.agents.values()) {
      if (!unavailabilityOf(state, agent)) continue
      for (const framework of holdersOn(state, agent)) {
        const offer = make(framework, agent)
        if (offer) lists.set(framework, [...(lists.get(framework) ?? []), offer])
      }
    }
    for (const [{ subscription }, list] of lists) {
      subscription?.events.send({ type: 'INVERSE_OFFERS', inverse_offers: { inverse_offers: list } })
    }
  }

  /** Mesos does this with every allocation, once in an interval. */
  const wake = (ms = 0): void => {
    if (state.windows.length === 0) return
    cancel ??= clock.after(ms, () => {
      cancel = undefined
      ask()
      wake(interval)
    })
  }

  const rescind = (agent: string): void => {
    for (const [id, { offer, framework, agent: its }] of open) {
      if (its !== agent) continue
      open.delete(id)
      state.frameworks.get(framework)?.subscription?.events.send({
        type: 'RESCIND_INVERSE_OFFER',
        rescind_inverse_offer: { inverse_offer_id: offer.id },
      })
    }
  }

  const child = <V>(parent: Map<string, Map<string, V>>, key: string): Map<string, V> => {
    const there = parent.get(key) ?? new Map<string, V>()
    parent.set(key, there)
    return there
  }

  return {
    wake: () => wake(),
    rescind,
    renew(agent) {
      rescind(agent)
      answered.delete(agent)
      filtered.delete(agent)
      wake()
    },
    forget(framework) {
      for (const [id, one] of open) if (one.framework === framework) open.delete(id)
      for (const frameworks of filtered.values()) frameworks.delete(framework)
    },
    answer(framework, ids, answer, filters) {
      const wished = filters?.refuse_seconds ?? defaultRefuseSeconds
      const seconds = wished >= 0 ? wished : defaultRefuseSeconds
      for (const { value } of ids) {
        const one = open.get(value)
        // One that is no longer open is of an older schedule.
        if (one?.framework !== framework) continue
        open.delete(value)
        const timestamp = { nanoseconds: clock.now() * 1e6 }
        child(answered, one.agent).set(framework, {
          status: answer,
          framework_id: { value: framework },
          timestamp,
        })
        child(filtered, one.agent).set(framework, clock.now() + seconds * 1000)
      }
    },
    answers: agent => [...(answered.get(agent)?.values() ?? [])],
    close: () => cancel?.(),
  }
}
