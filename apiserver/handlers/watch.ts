import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { expired, isStatus, type StatusError, statusOf } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import type { Registry, WatchQuery } from '../registry/registry.ts'
import type { StreamFormat } from '../watch/event-format.ts'
import type { Watch } from '../watch/kind-cache.ts'
import type { Selection } from '../watch/selection.ts'
import type { ClientWatcher, WatcherOptions } from './client-watcher.ts'
import { createHttpWatcher } from './http-watcher.ts'
import type { Request } from './request.ts'
import { createWebSocketWatcher } from './web-socket-watcher.ts'

export interface WatchServing {
  readonly registry: Registry
  readonly clock: Clock
  readonly logger: Logger
}

export interface WatchRequest extends WatchQuery {
  readonly bookmarks: boolean
  /** Left out: some time between half an hour and an hour, so that clients do not come back all at once. */
  readonly timeoutSeconds?: number
  /** An error as an event of the stream. */
  readonly errorObject?: (error: StatusError) => object
}

/** Longest time that a watch may ask for, seconds: what a timer can hold. */
const longest = 2_000_000

const watcherOf = (c: Request, options: WatcherOptions): ClientWatcher => {
  const { outgoing, upgrade } = c.env ?? {}
  if (upgrade) return createWebSocketWatcher(upgrade, options)
  if (!outgoing) throw new TypeError('a watch needs a connection')
  return createHttpWatcher(outgoing, options)
}

/** Serves a watch until the client goes away, its time is over, or the server ends. */
export const serveWatch = async <T extends Resource, Line>(
  c: Request,
  { registry, clock, logger }: WatchServing,
  kind: Kind<T>,
  selection: Selection<T>,
  format: StreamFormat<T, Line>,
  request: WatchRequest,
): Promise<Response> => {
  const { stream } = format
  const { errorObject = statusOf } = request
  const errorEvent = (error: StatusError): Buffer => stream.event('ERROR', stream.encode(errorObject(error)))
  const watcher = watcherOf(c, {
    stream,
    bookmarks: request.bookmarks,
    expiredEvent: () => errorEvent(expired('the watch lost events, list anew')),
    onSlow: () => logger.warn('watch cut off, its client does not keep up', { kind: kind.kind }),
  })
  let watch: Watch | undefined
  try {
    watch = await registry.watch(kind, selection, request, format, watcher)
  } catch (error) {
    if (!isStatus(error, 'Expired')) throw error
    // As kube-apiserver: the answer is a stream, and the error its only event.
    watcher.end(errorEvent(error))
    return RESPONSE_ALREADY_SENT
  }
  watcher.open()
  const started = watch
  if (c.req.method === 'HEAD') watcher.end()
  const seconds = Math.min(longest, request.timeoutSeconds ?? 1800 * (1 + Math.random()))
  const cancel = clock.after(seconds * 1000, () => {
    started.bookmark(registry.caches.revision)
    watcher.end()
  })
  const close = () => {
    cancel()
    started.close()
  }
  // The client may have gone while the caches were catching up.
  if (watcher.closed) close()
  else watcher.onClose(close)
  return RESPONSE_ALREADY_SENT
}
