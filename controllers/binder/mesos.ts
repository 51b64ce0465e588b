import type { Observable } from 'rxjs'
import type { Offer, TaskInfo } from '../../mesos/protocol/messages.gen.ts'

export type Session =
  | { readonly state: 'subscribed'; readonly session: number; readonly frameworkId: string }
  | { readonly state: 'disconnected' | 'removed' | 'superseded'; readonly reason: string }

/** What the binder needs of Mesos. Calls reject while there is no session. */
export interface OfferFeed {
  readonly session$: Observable<Session>
  /** Every offer that comes or goes; those that are open are in `offers`. */
  readonly offerEvents$: Observable<unknown>
  readonly offers: ReadonlyMap<string, Offer>
  accept(offerIds: readonly string[], tasks: readonly TaskInfo[], refuseSeconds: number): Promise<void>
  decline(offerIds: readonly string[], refuseSeconds: number): Promise<void>
  suppress(): Promise<void>
  revive(): Promise<void>
}
