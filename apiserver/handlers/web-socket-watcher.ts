import type { Chunk } from '../watch/line-format.ts'
import type { TextSocket } from '../websocket/text-socket.ts'
import { type ClientWatcher, patience, type WatcherOptions } from './client-watcher.ts'

const newline = 0x0a

const linesOf = (bytes: Buffer): Buffer[] => {
  const lines: Buffer[] = []
  for (let start = 0, end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
    lines.push(bytes.subarray(start, end))
    start = end + 1
  }
  return lines
}

/** Sends a watch as messages, one for each event. */
export const createWebSocketWatcher = (
  accept: () => TextSocket,
  { bookmarks, expiredLine, onSlow }: WatcherOptions,
): ClientWatcher => {
  let accepted: TextSocket | undefined
  let limit = patience
  let sent = false

  const open = (): TextSocket => {
    accepted ??= accept()
    return accepted
  }

  const end = (last?: Buffer): void => {
    const socket = open()
    if (last && !socket.closed) socket.send(linesOf(last))
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
      const { lines } = sent ? chunk : (chunk.opening?.() ?? chunk)
      if (!sent) limit += lines.length
      sent = true
      socket.send(linesOf(lines))
    },
    expire: () => end(expiredLine()),
    end,
  }
}
