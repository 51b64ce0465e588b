import { type Observable, Subject } from 'rxjs'
import type { Offer } from '../protocol/messages.gen.ts'

interface OfferEvent {
  readonly type: 'ADDED' | 'DELETED'
  readonly offer: Offer
}

export interface OpenOffers {
  readonly offers: ReadonlyMap<string, Offer>
  /** `offers` is already as the event says. */
  readonly events$: Observable<OfferEvent>
  add(offers: readonly Offer[]): void
  /** Answers those that were open. */
  remove(offerIds: Iterable<string>): readonly Offer[]
}

/** The offers that may be accepted or declined now. */
export const openOffers = (): OpenOffers => {
  const offers = new Map<string, Offer>()
  const events$ = new Subject<OfferEvent>()
  return {
    offers,
    events$: events$.asObservable(),
    add(added) {
      for (const offer of added) {
        offers.set(offer.id.value, offer)
        events$.next({ type: 'ADDED', offer })
      }
    },
    remove(offerIds) {
      const removed: Offer[] = []
      for (const id of [...offerIds]) {
        const offer = offers.get(id)
        if (!offer) continue
        offers.delete(id)
        removed.push(offer)
        events$.next({ type: 'DELETED', offer })
      }
      return removed
    },
  }
}
