import { Observable } from 'rxjs'
import { resourceOf } from '../../api/kind.ts'
import type { Ref } from '../../api/resource.ts'
import type { Entry, MetadataFeed } from '../metadata/index.ts'

/**
 * The namespaces in which the last object of a kind has just gone. Only then is there something new to be done about
 * one that is terminating: a look for each object of thousands would list all the others as often.
 */
export const emptied = ({ events$ }: MetadataFeed): Observable<Ref> =>
  new Observable(subscriber => {
    const counts = new Map<string, Map<string, number>>()

    const count = ({ kind, namespace }: Entry, by: 1 | -1): void => {
      const resource = resourceOf(kind)
      const inKind = counts.get(resource) ?? new Map<string, number>()
      counts.set(resource, inKind)
      const now = (inKind.get(namespace) ?? 0) + by
      if (now > 0) {
        inKind.set(namespace, now)
        return
      }
      inKind.delete(namespace)
      subscriber.next({ namespace: '', name: namespace })
    }

    return events$.subscribe(event => {
      if (event.type === 'withdrawn') counts.delete(resourceOf(event.kind))
      if (event.type !== 'change' || !event.change.item.namespace) return
      if (event.change.type === 'ADDED') count(event.change.item, 1)
      if (event.change.type === 'DELETED') count(event.change.item, -1)
    })
  })
