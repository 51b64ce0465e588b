import type { ServerResponse } from 'node:http'
import type { Clock } from '../../../util/clock.ts'
import { encodeRecord } from '../../protocol/recordio.ts'

/** The endless answer to a SUBSCRIBE. */
export interface EventStream<E> {
  /** Nothing happens once the stream has ended. */
  send(event: E): void
  end(): void
}

interface EventStreamOptions<E> {
  readonly encode: (event: E) => Uint8Array
  readonly headers: Readonly<Record<string, string>>
  readonly heartbeat: E
  /** Milliseconds between heartbeats. */
  readonly heartbeatInterval: number
  readonly clock: Clock
  /** The other side is gone, or `end` was called. */
  readonly closed: () => void
}

/** A reader that lets this many bytes pile up does not read any more: better to make it connect again. */
const maxBacklog = 64 * 1024 * 1024

/** Answers 200 and streams events as RecordIO. The first heartbeat comes after one interval. */
export const eventStream = <E>(response: ServerResponse, options: EventStreamOptions<E>): EventStream<E> => {
  response.writeHead(200, options.headers)
  response.flushHeaders()
  let open = true
  let cancel = () => {}

  const close = () => {
    if (!open) return
    open = false
    cancel()
    options.closed()
  }
  const send = (event: E) => {
    if (!open) return
    response.write(encodeRecord(options.encode(event)))
    if (response.writableLength > maxBacklog) response.destroy()
  }
  const beat = () => {
    cancel = options.clock.after(options.heartbeatInterval, () => {
      send(options.heartbeat)
      beat()
    })
  }
  response.on('close', close)
  // A write to a connection that was just reset; `close` follows.
  response.on('error', close)
  beat()
  return {
    send,
    end() {
      if (open) response.end()
      close()
    },
  }
}
