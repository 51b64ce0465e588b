import {
  Etcd3,
  type ICompactionRequest,
  type ICompactionResponse,
  type IDuplexStream,
  type IPutRequest,
  type IPutResponse,
  type IRangeRequest,
  type IRangeResponse,
  type ITxnRequest,
  type ITxnResponse,
  type IWatchRequest,
  type IWatchResponse,
} from 'etcd3'
import { backoff } from '../../util/backoff.ts'
import { type Clock, sleep } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import { StoreUnavailable } from '../store.ts'

/** etcd's KV service, as far as we use it. */
interface Calls {
  readonly range: { request: IRangeRequest; response: IRangeResponse }
  readonly put: { request: IPutRequest; response: IPutResponse }
  readonly txn: { request: ITxnRequest; response: ITxnResponse }
  readonly compact: { request: ICompactionRequest; response: ICompactionResponse }
}

export type WatchStream = IDuplexStream<IWatchRequest, IWatchResponse>

/** A cluster of etcd members, of which one after the other is used. */
export interface Connection {
  /**
   * Sends the request once, to a member that is ready before `giveUp`. Rejects with StoreUnavailable when etcd did
   * not answer, and with the answer when etcd refused.
   */
  send<M extends keyof Calls>(
    method: M,
    request: Calls[M]['request'],
    giveUp?: number,
  ): Promise<Calls[M]['response']>
  /** Like `send`, but asks again while there is time: a read can be repeated. */
  read(request: IRangeRequest): Promise<IRangeResponse>
  openWatch(): Promise<WatchStream>
  close(): void
}

interface ConnectionOptions {
  readonly endpoints: readonly string[]
  readonly logger: Logger
  readonly clock: Clock
  /** Time for a member to become ready, and then for its answer; milliseconds. */
  readonly timeout: number
}

const grpcOptions = {
  // A list comes in one message.
  'grpc.max_receive_message_length': -1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
  // A host that vanished without a word is noticed; etcd closes connections that ping more often than every 5 s.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.keepalive_permit_without_calls': 1,
}

/** grpc's connectivity state. */
const ready = 2

/** grpc's codes for "no": etcd was there and decided. INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED,
 * FAILED_PRECONDITION, OUT_OF_RANGE, UNIMPLEMENTED, UNAUTHENTICATED. */
const refusals = new Set([3, 5, 7, 9, 11, 12, 16])

const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && refusals.has(error.code as number)

/**
 * etcd3 brings the protocol and the channels. Its own calls are passed by: they repeat a write whose outcome is not
 * known, and after three failures they do not even try for five seconds.
 */
class Member extends Etcd3 {
  async bare(name: 'KV' | 'Watch') {
    return this.pool.withConnection(name, ({ client, metadata }) => ({ client, metadata }))
  }
}

type Unary = (
  request: unknown,
  metadata: unknown,
  options: { deadline: number },
  done: (error: Error | null, response: never) => void,
) => void

const connectMember = async (endpoint: string) => {
  const member = new Member({ hosts: endpoint, grpcOptions })
  const kv = await member.bare('KV')
  const watch = await member.bare('Watch')
  // A member that lost its cluster ends the stream; without this it would stay open and silent.
  watch.metadata.set('hasleader', 'true')
  return {
    isReady: () => kv.client.getChannel().getConnectivityState(true) === ready,
    untilReady: (deadline: number) =>
      new Promise<void>((resolve, reject) =>
        kv.client.waitForReady(deadline, error => (error ? reject(error) : resolve())),
      ),
    call: <M extends keyof Calls>(method: M, request: Calls[M]['request'], deadline: number) =>
      new Promise<Calls[M]['response']>((resolve, reject) => {
        const client = kv.client as unknown as Record<M, Unary>
        client[method](request, kv.metadata, { deadline }, (error, response) =>
          error ? reject(error) : resolve(response),
        )
      }),
    watch: () => (watch.client as unknown as { watch(metadata: unknown): WatchStream }).watch(watch.metadata),
    close: () => member.close(),
  }
}

export const connect = async ({
  endpoints,
  logger,
  clock,
  timeout,
}: ConnectionOptions): Promise<Connection> => {
  const members = await Promise.all(endpoints.map(connectMember))
  let preferred = 0
  let down = false
  let closed = false

  /** The member in use, or the first of all to become ready. */
  const readyMember = async (giveUp: number) => {
    const inTurn = [...members.slice(preferred), ...members.slice(0, preferred)]
    const choice =
      inTurn.find(member => member.isReady()) ??
      (await Promise.any(
        inTurn.map(async member => {
          await member.untilReady(giveUp)
          return member
        }),
      ).catch(error => {
        throw new StoreUnavailable('etcd is not reachable', { cause: error })
      }))
    preferred = members.indexOf(choice)
    return choice
  }

  const attempt = async <M extends keyof Calls>(
    method: M,
    request: Calls[M]['request'],
    giveUp: number,
  ): Promise<Calls[M]['response']> => {
    const member = await readyMember(giveUp)
    try {
      return await member.call(method, request, clock.now() + timeout)
    } catch (error) {
      if (isRefusal(error)) throw error
      preferred = (members.indexOf(member) + 1) % members.length
      throw new StoreUnavailable(`etcd did not answer, the ${method} may have happened`, { cause: error })
    }
  }

  /** Tells the operator once that etcd went away, and once that it is back. */
  const watched = async <T>(work: Promise<T>): Promise<T> => {
    try {
      const result = await work
      if (down) logger.info('etcd answers again', { endpoints })
      down = false
      return result
    } catch (error) {
      if (error instanceof StoreUnavailable && !down && !closed) {
        const remedy = 'start etcd, or name its client URLs in -etcd_servers'
        logger.error('etcd does not answer', { endpoints, remedy, error })
        down = true
      }
      throw error
    }
  }

  const persist = async (request: IRangeRequest, giveUp: number): Promise<IRangeResponse> => {
    for (let tries = 0; ; tries++) {
      try {
        return await attempt('range', request, giveUp)
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || clock.now() >= giveUp) throw error
      }
      await sleep(clock, backoff(tries, { initial: 20, max: 500 }))
    }
  }

  return {
    send: (method, request, giveUp = clock.now() + timeout) => watched(attempt(method, request, giveUp)),
    read: request => watched(persist(request, clock.now() + timeout)),
    openWatch: () => watched(readyMember(clock.now() + timeout).then(member => member.watch())),
    close() {
      closed = true
      for (const member of members) member.close()
    },
  }
}
