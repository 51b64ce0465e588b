import * as net from 'node:net'
import * as tls from 'node:tls'
import { type HttpAnswer, readAnswer } from './http-answer.ts'

/**
 * One connection whose requests do not wait for the answers to those before them. Pipelining clients of general use
 * send again what a broken connection leaves unanswered; of a call to Mesos that would be a second one.
 */
export interface Pipeline {
  /**
   * Sends the bytes of a request. Rejects with what broke the connection, when the request may have been handled or
   * not, or with the reason of the signal.
   */
  send(request: Uint8Array): Promise<HttpAnswer>
}

interface Waiting {
  readonly request: Uint8Array
  readonly resolve: (answer: HttpAnswer) => void
  readonly reject: (error: unknown) => void
}

/**
 * An idle connection is closed by us before a server with a short patience (Node's own has 5 s) closes it under a call:
 * nobody could tell whether that call was handled.
 */
const idleMs = 2000

const connect = ({ protocol, hostname, port }: URL): net.Socket => {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (protocol !== 'https:') return net.connect({ host, port: Number(port || 80) })
  const servername = net.isIP(host) ? '' : host
  return tls.connect({ host, port: Number(port || 443), servername })
}

/**
 * Requests to the host of `url`, over one connection at a time, until `signal` closes it. It is opened when it is
 * needed; what is sent in one turn of the event loop goes out in one write.
 */
export const pipeline = (url: URL, signal: AbortSignal): Pipeline => {
  /** Those without an answer, in the order of their requests: answers come in the same. */
  const waiting: Waiting[] = []
  /** How many of them, from the first on, the connection has been given. */
  let sent = 0
  let flushing = false
  let current: net.Socket | undefined

  const leave = (): void => {
    current?.destroy()
    current = undefined
    sent = 0
  }

  const fail = (error: unknown): void => {
    leave()
    for (const { reject } of waiting.splice(0)) reject(error)
  }

  const flush = (): void => {
    flushing = false
    if (sent === waiting.length) return
    current ??= open()
    current.write(Buffer.concat(waiting.slice(sent).map(({ request }) => request)))
    sent = waiting.length
  }

  const flushSoon = (): void => {
    if (!flushing) setImmediate(flush)
    flushing = true
  }

  /** Answers those whose answer is in `bytes`, and gives back the rest of them. */
  const receive = (bytes: Buffer, closed: boolean): Buffer => {
    let rest = bytes
    while (sent > 0) {
      const read = readAnswer(rest, closed)
      if (!read) return rest
      const { value, end } = read
      rest = rest.subarray(end)
      sent--
      waiting.shift()?.resolve(value)
      if (value.headers.get('connection')?.toLowerCase() === 'close') {
        // The server handles nothing that came behind this request: that goes out again.
        leave()
        flushSoon()
      }
    }
    if (rest.length > 0) throw new Error('an answer to no request')
    return rest
  }

  const open = (): net.Socket => {
    const socket = connect(url)
    let unread: Buffer = Buffer.alloc(0)
    const lost = (error: unknown): void => {
      if (current === socket) fail(error)
    }
    const take = (bytes: Buffer, closed: boolean): void => {
      if (current !== socket) return
      try {
        unread = receive(bytes, closed)
      } catch (error) {
        lost(error)
      }
    }
    socket.setNoDelay(true)
    socket.setTimeout(idleMs, () => {
      if (current === socket && waiting.length === 0) leave()
    })
    socket.on('data', chunk => take(unread.length > 0 ? Buffer.concat([unread, chunk]) : chunk, false))
    socket.on('end', () => take(unread, true))
    socket.on('error', lost)
    socket.on('close', () => lost(new Error('the other side closed the connection')))
    return socket
  }

  signal.addEventListener('abort', () => fail(signal.reason), { once: true })

  return {
    send: request =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        waiting.push({ request, resolve, reject })
        flushSoon()
      }),
  }
}
