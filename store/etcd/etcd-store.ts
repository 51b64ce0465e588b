import { firstValueFrom, throwError, timeout as within } from 'rxjs'
import { type Clock, systemClock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import { groupCommit, type Write } from '../group-commit.ts'
import { checkKey, checkPrefix } from '../keys.ts'
import { FutureRevision, type Store, StoreUnavailable } from '../store.ts'
import { connect } from './connection.ts'
import { feed } from './feed.ts'
import { keyspace } from './keyspace.ts'
import { outcomesOf, transactionLimits, transactionOf } from './transaction.ts'
import { watches } from './watches.ts'

interface EtcdStoreOptions {
  /** Client URLs of the members, as in `http://10.0.0.1:2379`. */
  readonly endpoints: readonly string[]
  /** Stands before every key, as in `/registry`. */
  readonly prefix: string
  readonly logger: Logger
  readonly clock?: Clock
  /** How long a call waits for a member that can be reached, and then for its answer; milliseconds. */
  readonly timeout?: number
}

/** The store in etcd 3.4 or later. Opening it does not wait for etcd: calls do. */
export const openEtcdStore = async ({
  endpoints,
  prefix: root,
  logger,
  clock = systemClock,
  timeout = 3000,
}: EtcdStoreOptions): Promise<Store> => {
  const keys = keyspace(root)
  const connection = await connect({ endpoints, logger, clock, timeout })
  const feedOptions = { connection, keys, clock, logger }
  const watching = watches(feedOptions)
  let closed = false

  const writes = groupCommit(
    async (batch, since) => {
      const response = await connection.send('txn', transactionOf(batch, keys), since + timeout)
      return outcomesOf(batch, response, keys)
    },
    transactionLimits,
    clock,
  )

  const checkOpen = (): void => {
    if (closed) throw new StoreUnavailable('the store is closed')
  }

  const submit = async (write: Write): Promise<number> => {
    checkOpen()
    checkKey(write.key)
    return writes.submit(write)
  }

  const newest = async (): Promise<number> => {
    const { header } = await connection.read({ key: keys.mark, count_only: true })
    return Number(header.revision)
  }

  /** Rejects with the meaning of etcd's refusal of a revision. */
  const refuse = async (error: unknown, revision: number): Promise<never> => {
    if (saysFuture(error)) throw new FutureRevision(revision, await newest())
    // Only when it refuses a watch does etcd tell the oldest revision that it has.
    if (saysCompacted(error)) {
      const silence = () => new StoreUnavailable('etcd does not tell its oldest revision', { cause: error })
      const refused = feed(feedOptions, revision).pipe(
        within({ first: timeout, with: () => throwError(silence) }),
      )
      await firstValueFrom(refused)
    }
    throw error
  }

  return {
    create: (key, value) => submit({ type: 'create', key, value }),
    update: (key, value, expected) => submit({ type: 'update', key, value, expected }),
    delete: (key, expected) => submit({ type: 'delete', key, expected }),
    async get(key) {
      checkOpen()
      checkKey(key)
      const { kvs } = await connection.read({ key: keys.encode(key) })
      return kvs[0] && keys.entry(kvs[0])
    },
    async list(prefix, { limit = 0, after, revision = 0 } = {}) {
      checkOpen()
      checkPrefix(prefix)
      try {
        const request = { ...keys.range(prefix, after), limit, revision }
        const { header, kvs, count } = await connection.read(request)
        return {
          // A value is a view into the whole answer, and would keep that alive for as long as it lives itself.
          entries: kvs.map(kv => keys.entry({ ...kv, value: Buffer.from(kv.value) })),
          revision: revision || Number(header.revision),
          remaining: Number(count) - kvs.length,
        }
      } catch (error) {
        return refuse(error, revision)
      }
    },
    watch(prefix, after) {
      checkPrefix(prefix)
      return watching.watch(prefix, after)
    },
    async compact(revision) {
      checkOpen()
      try {
        await connection.send('compact', { revision })
      } catch (error) {
        // Forgotten already, by us or by another process.
        if (!saysCompacted(error)) await refuse(error, revision)
      }
    },
    async revision() {
      checkOpen()
      const revision = await newest()
      watching.reach(revision)
      return revision
    },
    async close() {
      if (closed) return
      closed = true
      watching.close()
      await writes.idle()
      connection.close()
    },
  }
}

const says = (error: unknown, words: string): boolean =>
  error instanceof Error && error.message.includes(`mvcc: required revision ${words}`)

const saysFuture = (error: unknown): boolean => says(error, 'is a future revision')
const saysCompacted = (error: unknown): boolean => says(error, 'has been compacted')
