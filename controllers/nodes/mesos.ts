import type { Observable } from 'rxjs'
import type {
  MasterResponseGetAgents,
  Offer,
  SchedulerEventFailure,
} from '../../mesos/protocol/messages.gen.ts'

/** What is needed of Mesos to know its agents. */
export interface AgentFeed {
  readonly session$: Observable<{ readonly state: string }>
  readonly offerEvents$: Observable<{ readonly type: 'ADDED' | 'DELETED'; readonly offer: Offer }>
  /** Without an executor's id, of an agent that Mesos has removed. */
  readonly failures$: Observable<SchedulerEventFailure>
  /** Rejects with Unauthorized or CallRefused where that is not for us to ask. */
  getAgents(): Promise<MasterResponseGetAgents>
}
