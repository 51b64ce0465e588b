import { Observable } from 'rxjs'
import { resourceOf } from '../../api/kind.ts'
import type { Ref } from '../../api/resource.ts'
import type { MetadataEvent, MetadataFeed } from '../metadata/index.ts'
import type { AbsentOwners } from './absent-owners.ts'
import type { Graph } from './graph.ts'

/**
 * Keeps the graph by the feed, and tells the uids of what something may have to be done about. While the feed has not
 * told everything they gather: an owner that is not known yet is no owner that is gone.
 */
export const concerned = ({ events$ }: MetadataFeed, graph: Graph, absent: AbsentOwners): Observable<Ref> =>
  new Observable(subscriber => {
    const gathered = new Set<string>()
    let gathering = true
    graph.clear()

    const tell = (uids: readonly string[]): void => {
      for (const uid of uids) {
        if (gathering) gathered.add(uid)
        else subscriber.next({ namespace: '', name: uid })
      }
    }

    const take = (event: MetadataEvent): void => {
      if (event.type === 'synced') {
        gathering = false
        tell([...gathered])
        gathered.clear()
        return
      }
      if (event.type === 'change') {
        const { change } = event
        if (change.type !== 'DELETED') {
          tell(graph.put(change.item, change.type === 'MODIFIED' ? change.old : undefined))
          return
        }
        absent.add(change.item.uid)
        tell(graph.remove(change.item))
        return
      }
      const resource = resourceOf(event.kind)
      for (const entry of [...graph.all()].filter(({ kind }) => resourceOf(kind) === resource)) {
        if (!event.gone) {
          graph.forget(entry)
          continue
        }
        absent.add(entry.uid)
        tell(graph.remove(entry))
      }
    }

    return events$.subscribe(take)
  })
