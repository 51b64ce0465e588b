import type { ServerResponse } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import type { Chunk } from '../watch/line-format.ts'
import type { Watcher } from '../watch/watch-group.ts'

/** Bytes that may wait for a slow client, beyond what it was sent at first. */
const patience = 8 * 1024 * 1024

export interface HttpWatcher extends Watcher<Chunk> {
  /** Sends the head of the response; the first `send` does it too. */
  open(): void
}

export interface HttpWatcherOptions {
  readonly bookmarks: boolean
  /** The last line for a client whose events were lost. */
  readonly expiredLine: () => Buffer
  readonly onSlow: () => void
}

/** Writes a watch to Node's response. A client that does not keep up is cut off: it comes back and goes on. */
export const createHttpWatcher = (
  outgoing: NonNullable<Partial<HttpBindings>['outgoing']>,
  { bookmarks, expiredLine, onSlow }: HttpWatcherOptions,
): HttpWatcher => {
  const response: ServerResponse = outgoing
  let limit = patience
  let sent = false

  const open = (): void => {
    if (response.headersSent) return
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' })
    response.flushHeaders()
  }

  const write = ({ framed, lines }: Chunk): void => {
    // A chunk that is framed already saves Node's own framing, once per socket.
    const { socket } = response
    if (socket && response.chunkedEncoding) socket.write(framed)
    else response.write(lines)
  }

  return {
    bookmarks,
    open,

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

    expire() {
      open()
      response.end(expiredLine())
    },

    end() {
      open()
      response.end()
    },
  }
}
