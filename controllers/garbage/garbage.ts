import { foregroundDeletion } from '../../api/propagation.ts'
import type { MetadataFeed } from '../metadata/index.ts'
import { type Controller, done, keyed } from '../runtime/index.ts'
import { absentOwners } from './absent-owners.ts'
import { collect } from './collect.ts'
import { concerned } from './concerned.ts'
import { createGraph, orphans, waits } from './graph.ts'
import { removeFinalizer } from './live.ts'
import { orphan } from './orphan.ts'
import { isBlocked } from './wait.ts'

/**
 * The garbage collector: carries out what a DELETE has said of dependents. Its refs are uids. It remembers nothing that
 * it has to do: what is to be done is read from the objects, so it may be stopped at any line and goes on elsewhere.
 */
export const garbage = (feed: MetadataFeed): Controller => {
  const graph = createGraph()
  const absent = absentOwners()
  return keyed('garbage', { concurrency: 20, timeout: '5m' })
    .on(concerned(feed, graph, absent))
    .reconcile(async ({ name: uid }, cx) => {
      const entry = graph.get(uid)
      if (!entry) return done
      if (orphans(entry)) await orphan(entry, feed, cx)
      else if (waits(entry)) {
        if (!isBlocked(entry, graph)) await removeFinalizer(cx.client, entry.kind, entry, foregroundDeletion)
      } else if (!entry.deleting) await collect(entry, { feed, graph, absent }, cx)
      return done
    })
}
