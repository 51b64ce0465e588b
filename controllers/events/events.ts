import { of } from 'rxjs'
import { Event } from '../../api/kinds/index.ts'
import { after, type Controller, keyed, settleAll } from '../runtime/index.ts'

/** How long what happened is told, milliseconds; as long as kube-apiserver does. */
const ttl = 60 * 60_000

const all = { namespace: '', name: 'all events' }

/** Deletes events that nobody needs any more. */
export const events = (): Controller =>
  keyed('events')
    .uses(Event)
    .on(of(all))
    .reconcile(async (_, cx) => {
      const old = cx.list(Event).filter(event => lastSeen(event) < cx.clock.now() - ttl)
      await settleAll(old.map(event => cx.delete(Event, event)))
      return after('1m')
    })

/** Milliseconds since the epoch. */
const lastSeen = ({ metadata, lastTimestamp, series }: Event): number =>
  Date.parse(series?.lastObservedTime ?? lastTimestamp ?? metadata.creationTimestamp)
