import { BehaviorSubject, type Observable, Subject } from 'rxjs'
import { type Clock, systemClock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import type { Codec } from '../protocol/codec.ts'
import { Unavailable } from '../protocol/http.ts'
import type {
  FrameworkInfo,
  InverseOffer,
  SchedulerCall,
  SchedulerEvent,
  SchedulerEventFailure,
  URL,
} from '../protocol/messages.gen.ts'
import { authorizationOf, type Credentials } from './credentials.ts'
import type { Detected } from './detection/detected.ts'
import { type Framework, NotSubscribed, type Session, type TaskUpdate } from './framework.ts'
import { openOffers } from './open-offers.ts'
import { type FrameworkIdStore, runSession } from './run-session.ts'
import { sandboxTail } from './sandbox.ts'

export interface FrameworkOptions {
  /** See `detectMasters`. */
  readonly masters$: Observable<Detected>
  readonly codec: Codec
  /** Without id: that comes from the store. */
  readonly frameworkInfo: FrameworkInfo
  readonly frameworkId: FrameworkIdStore
  /** Start over where Mesos has removed the stored framework before we came; otherwise that is the end. */
  readonly reset?: boolean
  /** Where masters authenticate frameworks; `frameworkInfo.principal` must be the same principal. */
  readonly credentials?: Credentials | undefined
  /** Where agents ask who reads the files of sandboxes. They are others than the master, and need not have its secrets. */
  readonly agentCredentials?: Credentials | undefined
  readonly logger: Logger
  readonly clock?: Clock
}

export interface RunningFramework extends Framework {
  start(): void
  /** Closes the session. The framework and its tasks go on until its failover timeout. */
  stop(): Promise<void>
  /** Ends the framework and all its tasks for good. Rejects as calls do. */
  teardown(): Promise<void>
}

const idsOf = (offerIds: readonly string[]) => offerIds.map(value => ({ value }))

/** A framework on the Mesos v1 HTTP API. It does nothing before `start()`. */
export const createFramework = (options: FrameworkOptions): RunningFramework => {
  const { logger, clock = systemClock } = options
  const session$ = new BehaviorSubject<Session>({ state: 'disconnected', reason: 'not started' })
  const updates$ = new Subject<TaskUpdate>()
  const failures$ = new Subject<SchedulerEventFailure>()
  const inverseOffers$ = new Subject<InverseOffer>()
  const open = openOffers()
  /** Where the agents are that have offered something. */
  const agents = new Map<string, URL>()

  const announce = (session: Session): void => {
    // Offers die with the session in which they came.
    if (session.state !== 'subscribed') open.remove(open.offers.keys())
    const { value } = session$
    const again = 'reason' in session && 'reason' in value && session.reason === value.reason
    if (!again || session.state !== value.state) session$.next(session)
  }

  const deliver = (event: SchedulerEvent): void => {
    const { value } = session$
    if (event.type === 'OFFERS') {
      const offers = event.offers?.offers ?? []
      for (const { agent_id, url } of offers) if (url) agents.set(agent_id.value, url)
      open.add(offers)
    } else if (event.type === 'RESCIND' && event.rescind) open.remove([event.rescind.offer_id.value])
    else if (event.type === 'INVERSE_OFFERS') {
      for (const offer of event.inverse_offers?.inverse_offers ?? []) inverseOffers$.next(offer)
    } else if (event.type === 'FAILURE' && event.failure) failures$.next(event.failure)
    else if (event.type === 'UPDATE' && event.update && value.state === 'subscribed') {
      updates$.next({ status: event.update.status, session: value.session })
    } else logger.verbose(3, 'event without a use', { event })
  }

  const session = runSession({
    masters$: options.masters$,
    codec: options.codec,
    headers: authorizationOf(options.credentials),
    frameworkInfo: options.frameworkInfo,
    frameworkId: options.frameworkId,
    reset: options.reset ?? false,
    logger,
    clock,
    announce,
    deliver,
  })

  const callWithOffers = async (offerIds: readonly string[], call: SchedulerCall): Promise<void> => {
    const used = open.remove(offerIds)
    try {
      await session.call(call)
    } catch (error) {
      // A call that was refused has used nothing: the offers would stay with us, unseen, until Mesos times them out.
      if (!(error instanceof NotSubscribed)) open.add(used)
      throw error
    }
  }

  return {
    session$: session$.asObservable(),
    offerEvents$: open.events$,
    offers: open.offers,
    updates$: updates$.asObservable(),
    failures$: failures$.asObservable(),
    async sandboxTail({ agentId, executorId }, file, bytes) {
      const { value } = session$
      if (value.state !== 'subscribed') throw new NotSubscribed(value.reason)
      const agent = agents.get(agentId)
      if (!agent) throw new Unavailable(`the agent ${agentId} has offered nothing yet`)
      const { frameworkId } = value
      const { codec, agentCredentials: credentials } = options
      return sandboxTail({ agent, credentials, frameworkId, executorId, codec, clock }, file, bytes)
    },
    inverseOffers$: inverseOffers$.asObservable(),
    getAgents: async () => (await session.ask({ type: 'GET_AGENTS' })).get_agents ?? {},

    accept: (offerIds, tasks, refuseSeconds) =>
      callWithOffers(offerIds, {
        type: 'ACCEPT',
        accept: {
          offer_ids: idsOf(offerIds),
          operations: [{ type: 'LAUNCH', launch: { task_infos: tasks } }],
          filters: { refuse_seconds: refuseSeconds },
        },
      }),

    decline: (offerIds, refuseSeconds) =>
      callWithOffers(offerIds, {
        type: 'DECLINE',
        decline: { offer_ids: idsOf(offerIds), filters: { refuse_seconds: refuseSeconds } },
      }),

    answerInverse(offerId, answer, refuseSeconds) {
      const body = { inverse_offer_ids: idsOf([offerId]), filters: { refuse_seconds: refuseSeconds } }
      return session.call(
        answer === 'accept'
          ? { type: 'ACCEPT_INVERSE_OFFERS', accept_inverse_offers: body }
          : { type: 'DECLINE_INVERSE_OFFERS', decline_inverse_offers: body },
      )
    },

    kill: (taskId, agentId, graceSeconds) =>
      session.call({
        type: 'KILL',
        kill: {
          task_id: { value: taskId },
          ...(agentId !== undefined && { agent_id: { value: agentId } }),
          ...(graceSeconds !== undefined && {
            kill_policy: { grace_period: { nanoseconds: Math.round(graceSeconds * 1e9) } },
          }),
        },
      }),

    shutdown: (executorId, agentId) =>
      session.call({
        type: 'SHUTDOWN',
        shutdown: { executor_id: { value: executorId }, agent_id: { value: agentId } },
      }),

    async acknowledge({ status, session: heardIn }) {
      const { value } = session$
      // Mesos sends an update of an earlier session again; one of the master's own, without uuid, is never owed.
      if (value.state !== 'subscribed' || value.session !== heardIn) return
      const { task_id, agent_id, uuid } = status
      if (uuid === undefined || agent_id === undefined) return
      await session.call({ type: 'ACKNOWLEDGE', acknowledge: { agent_id, task_id, uuid } })
    },

    reconcile: tasks =>
      session.call({
        type: 'RECONCILE',
        reconcile: {
          tasks: tasks.map(({ taskId, agentId }) => ({
            task_id: { value: taskId },
            ...(agentId !== undefined && { agent_id: { value: agentId } }),
          })),
        },
      }),

    suppress: () => session.call({ type: 'SUPPRESS' }),
    revive: () => session.call({ type: 'REVIVE' }),

    start: session.start,
    stop: session.stop,
    teardown: session.teardown,
  }
}
