import type { Chunk } from '../watch/event-format.ts'
import type { OneWaySocket } from '../websocket/one-way-socket.ts'
import { type ClientWatcher, patience, type WatcherOptions } from './client-watcher.ts'

/** Sends a watch as messages, one for each event. */
export const createWebSocketWatcher = (
  accept: () => OneWaySocket,
  { stream, bookmarks, expiredEvent, onSlow }: WatcherOptions,
): ClientWatcher => {
  let accepted: OneWaySocket | undefined
  let limit = patience
  let sent = false

  const open = (): OneWaySocket => {
    accepted ??= accept()
    return accepted
  }

  const send = (socket: OneWaySocket, events: Buffer): void =>
    socket.send(stream.split(events), stream.messages)

  const end = (last?: Buffer): void => {
    const socket = open()
    if (last && !socket.closed) send(socket, last)
    socket.close()
  }

  return {
    bookmarks,
    open: () => void open(),
    get closed() {
      return accepted?.closed ?? false
    },
    onClose: task => open().onClose(task),
    send(chunk: Chunk) {
      const socket = open()
      if (socket.closed) return
      if (socket.waiting > limit) {
        onSlow()
        socket.destroy()
        return
      }
      const { events } = sent ? chunk : (chunk.opening?.() ?? chunk)
      if (!sent) limit += events.length
      sent = true
      send(socket, events)
    },
    expire: () => end(expiredEvent()),
    end,
  }
}
