import type { Observable } from 'rxjs'
import type {
  InverseOffer,
  MasterResponseGetAgents,
  Offer,
  SchedulerEventFailure,
  TaskInfo,
  TaskStatus,
} from '../protocol/messages.gen.ts'
import type { ExecutorPlace } from './sandbox.ts'

/** A task status with what must be known to handle it. */
export interface TaskUpdate {
  readonly status: TaskStatus
  /** Counts subscriptions; an update of an earlier one is not acknowledged any more: Mesos sends it again. */
  readonly session: number
}

/**
 * What the framework has been told since it subscribed last. `removed` (torn down, or its failover timeout has passed)
 * and `superseded` (another scheduler has subscribed with the same framework id) are final.
 */
export type Session =
  | { readonly state: 'disconnected'; readonly reason: string }
  | { readonly state: 'removed'; readonly reason: string }
  | { readonly state: 'superseded'; readonly reason: string }
  | {
      readonly state: 'subscribed'
      readonly session: number
      readonly frameworkId: string
      readonly master: string
    }

/**
 * The scheduler's side of Mesos, for the reconcilers. A call resolves when the master has taken it; what comes of it
 * is told by updates. It rejects with NotSubscribed while there is no session, or when the session ends before the
 * answer: then it may have been handled or not, and only reconciliation in the next session tells. CallRefused and
 * MalformedMessage mean that it never will be handled; the offers it named are open again.
 */
export interface Framework {
  /** The current state first, then every change. */
  readonly session$: Observable<Session>
  /** Offers as they come; `offers` holds those that are open. Rescinded, expired and used ones leave it. */
  readonly offerEvents$: Observable<{ readonly type: 'ADDED' | 'DELETED'; readonly offer: Offer }>
  readonly offers: ReadonlyMap<string, Offer>
  /** Every status update, in order; nothing is acknowledged by itself. */
  readonly updates$: Observable<TaskUpdate>
  /** Agents that we are asked to leave, again and again as long as we have something there. */
  readonly inverseOffers$: Observable<InverseOffer>
  /** Executors that have ended; without an executor's id, agents that Mesos has removed. */
  readonly failures$: Observable<SchedulerEventFailure>
  /**
   * The end of a file in an executor's sandbox; see `sandboxTail`. Rejects with Unavailable also for an agent that has
   * offered nothing yet, and with NotSubscribed.
   */
  sandboxTail(executor: ExecutorPlace, file: 'stdout' | 'stderr', bytes: number): Promise<string>
  /**
   * Every agent that the master knows, whoever is offered its resources. Rejects with Unauthorized or CallRefused
   * where that is not for us to ask, with Unavailable when the master does not answer, and with NotSubscribed.
   */
  getAgents(): Promise<MasterResponseGetAgents>
  /**
   * One ACCEPT with all launches of one agent. Each resource carries `allocation_info.role` as in its offer. The offers
   * leave `offers` at once.
   */
  accept(offerIds: readonly string[], tasks: readonly TaskInfo[], refuseSeconds: number): Promise<void>
  decline(offerIds: readonly string[], refuseSeconds: number): Promise<void>
  /** Whether we are away in time. For `refuseSeconds` the answer stands; an offer that is not open any more has none. */
  answerInverse(offerId: string, answer: 'accept' | 'decline', refuseSeconds: number): Promise<void>
  kill(taskId: string, agentId: string | undefined, graceSeconds: number | undefined): Promise<void>
  /** Ends an executor with all its tasks; nobody answers when there is none. */
  shutdown(executorId: string, agentId: string): Promise<void>
  acknowledge(update: TaskUpdate): Promise<void>
  /** Asks for the state of the tasks; of all that Mesos knows when none is named. */
  reconcile(tasks: readonly { taskId: string; agentId?: string }[]): Promise<void>
  /** Ends with the session: the next one starts with offers. */
  suppress(): Promise<void>
  revive(): Promise<void>
}

/** There is no session with a master now; `session$` tells when there is. */
export class NotSubscribed extends Error {
  override readonly name = 'NotSubscribed'
}
