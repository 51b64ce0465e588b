import * as net from 'node:net'
import * as tls from 'node:tls'
import { type HttpAnswer, readAnswer } from './http-answer.ts'

/** One connection whose requests do not wait for the answers to those before them. */
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
  let current: net.Socket | undefined

  const fail = (error: unknown): void => {
    for (const { reject } of waiting.splice(0)) reject(error)
  }

  const open = (): net.Socket => {
    const socket = connect(url)
    let unread: Buffer = Buffer.alloc(0)

    const leave = (): void => {
      if (current === socket) current = undefined
      socket.destroy()
    }
    const receive = (chunk: Buffer, closed: boolean): void => {
      unread = unread.length > 0 ? Buffer.concat([unread, chunk]) : chunk
      while (current === socket && waiting.length > 0) {
        const read = readAnswer(unread, closed)
        if (!read) return
        unread = unread.subarray(read.end)
        waiting.shift()?.resolve(read.value)
        if (read.value.headers.get('connection')?.toLowerCase() === 'close') {
          // The server handles nothing that came behind this request: that goes out again.
          leave()
          for (const { request } of waiting) write(request)
        }
      }
    }
    const lost = (error: unknown): void => {
      if (current !== socket) return
      leave()
      fail(error)
    }
    const guarded = (chunk: Buffer, closed: boolean): void => {
      try {
        receive(chunk, closed)
      } catch (error) {
        lost(error)
      }
    }

    socket.setNoDelay(true)
    socket.setTimeout(idleMs, () => {
      if (waiting.length === 0) leave()
    })
    socket.on('data', chunk => guarded(chunk, false))
    socket.on('end', () => guarded(Buffer.alloc(0), true))
    socket.on('error', lost)
    socket.on('close', () => lost(new Error('the other side closed the connection')))
    return socket
  }

  const write = (request: Uint8Array): void => {
    current ??= open()
    const socket = current
    if (socket.writableCorked === 0) {
      socket.cork()
      process.nextTick(() => socket.uncork())
    }
    socket.write(request)
  }

  signal.addEventListener(
    'abort',
    () => {
      current?.destroy()
      current = undefined
      fail(signal.reason)
    },
    { once: true },
  )

  return {
    send: request =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        waiting.push({ request, resolve, reject })
        write(request)
      }),
  }
}
