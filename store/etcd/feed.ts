import type { IEvent, IWatchResponse } from 'etcd3'
import { Observable } from 'rxjs'
import { backoff } from '../../util/backoff.ts'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import { type Batch, type Change, Compacted } from '../store.ts'
import type { Connection, WatchStream } from './connection.ts'
import type { Keyspace } from './keyspace.ts'

export interface FeedOptions {
  readonly connection: Connection
  readonly keys: Keyspace
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * All changes of the store after a revision, one batch per revision, over any number of lost connections. The place
 * to go on from is the last revision delivered, never a header's: those run ahead of the events. Errors only with
 * Compacted.
 */
export const feed = ({ connection, keys, clock, logger }: FeedOptions, after: number): Observable<Batch> =>
  new Observable(subscriber => {
    let cursor = after
    let failures = 0
    let current: WatchStream | undefined
    let cancelRetry = (): void => {}

    const open = async (): Promise<void> => {
      try {
        const stream = await connection.openWatch()
        // A cancelled stream tells of it as an error, at any time later.
        stream.on('error', error => lost(stream, error))
        if (subscriber.closed) {
          stream.cancel()
          return
        }
        current = stream
        stream.on('data', response => receive(stream, response))
        stream.on('end', () => lost(stream, new Error('etcd ended the watch')))
        stream.write({
          create_request: { ...keys.all, start_revision: startOf(cursor), progress_notify: true },
        })
      } catch (error) {
        retry(error)
      }
    }

    const lost = (stream: WatchStream, error: unknown): void => {
      if (stream !== current) return
      current = undefined
      stream.cancel()
      retry(error)
    }

    const retry = (error: unknown): void => {
      if (subscriber.closed) return
      logger.verbose(2, 'watch of etcd interrupted', { revision: cursor, error })
      cancelRetry = clock.after(backoff(failures++, { initial: 50, max: 2000 }), () => void open())
    }

    const receive = (stream: WatchStream, response: IWatchResponse): void => {
      if (stream !== current) return
      if (response.canceled) {
        const oldest = Number(response.compact_revision)
        if (oldest > 0) subscriber.error(new Compacted(cursor, oldest))
        else lost(stream, new Error(`etcd ended the watch: ${response.cancel_reason}`))
        return
      }
      failures = 0
      for (const batch of response.created ? [] : batchesOf(response, keys)) {
        if (batch.revision <= cursor) continue
        cursor = batch.revision
        subscriber.next(batch)
      }
    }

    void open()
    return () => {
      cancelRetry()
      current?.cancel()
      current = undefined
    }
  })

/**
 * One revision earlier than the first that is wanted: a compaction may have removed deletions of its own revision,
 * and etcd would let us begin there. Zero would mean "now".
 */
const startOf = (cursor: number): number => Math.max(1, cursor)

/** etcd does not split a revision over messages unless asked to. Without events it tells its progress. */
const batchesOf = ({ events, header }: IWatchResponse, keys: Keyspace): Batch[] => {
  if (events.length === 0) return [{ revision: Number(header.revision), changes: [] }]
  const batches: { revision: number; changes: Change[] }[] = []
  for (const event of events) {
    const revision = Number(event.kv.mod_revision)
    if (batches.at(-1)?.revision !== revision) batches.push({ revision, changes: [] })
    if (!event.kv.key.equals(keys.mark)) batches.at(-1)?.changes.push(changeOf(event, keys))
  }
  return batches
}

const changeOf = ({ type, kv }: IEvent, keys: Keyspace): Change =>
  type === 'Delete'
    ? { type: 'delete', key: keys.decode(kv.key) }
    : {
        type: 'put',
        key: keys.decode(kv.key),
        value: kv.value,
        created: kv.create_revision === kv.mod_revision,
      }
