import type { ServerResponse } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import type { Chunk } from '../watch/event-format.ts'
import { type ClientWatcher, patience, type WatcherOptions } from './client-watcher.ts'

/** Writes a watch to Node's response. A client that does not keep up is cut off: it comes back and goes on. */
export const createHttpWatcher = (
  outgoing: NonNullable<Partial<HttpBindings>['outgoing']>,
  { stream, bookmarks, expiredEvent, onSlow }: WatcherOptions,
): ClientWatcher => {
  const response: ServerResponse = outgoing
  let limit = patience
  let sent = false

  const open = (): void => {
    if (response.headersSent) return
    response.writeHead(200, { 'Content-Type': stream.contentType, 'Cache-Control': 'no-cache, private' })
    response.flushHeaders()
  }

  const write = ({ framed, events }: Chunk): void => {
    // A chunk that is framed already saves Node's own framing, once per socket.
    const { socket } = response
    if (socket && response.chunkedEncoding) socket.write(framed)
    else response.write(events)
  }

  const end = (last?: Buffer): void => {
    open()
    response.end(last)
  }

  return {
    bookmarks,
    open,
    get closed() {
      return response.destroyed
    },
    onClose: task => void response.once('close', task),

    send(chunk) {
      if (response.destroyed || response.writableEnded) return
      open()
      const waiting = response.socket?.writableLength ?? response.writableLength
      if (waiting > limit) {
        onSlow()
        response.destroy()
        return
      }
      // The state at the start may be larger than what may wait: a client cannot read it before it is written.
      const shown = sent ? chunk : (chunk.opening?.() ?? chunk)
      if (!sent) limit += shown.framed.length
      sent = true
      write(shown)
    },

    expire: () => end(expiredEvent()),
    end,
  }
}
