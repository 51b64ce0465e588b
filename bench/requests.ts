import { connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'

export interface Target {
  readonly port: number
  readonly tls?: boolean
}

export interface Template {
  readonly method: string
  /** `#` in it becomes the number of the request, counted over all loads, and `%` that of the connection. */
  readonly path: string
  /** `#` as in the path; `@` becomes the time, milliseconds since this process has started. */
  readonly body?: string
}

/** The bytes of the request with this number. */
export const requestOf = (
  { method, path: where, body: template }: Template,
  n: number,
  connection: number,
): string => {
  const body = template?.replaceAll('#', String(n)).replace('@', performance.now().toFixed(3))
  const content = body
    ? `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`
    : ''
  const path = where.replaceAll('#', String(n)).replace('%', String(connection))
  return `${method} ${path} HTTP/1.1\r\nHost: bench\r\n${content}\r\n${body ?? ''}`
}

const headEnd = Buffer.from('\r\n\r\n')

const host = '127.0.0.1'

/** A socket to the server; `ready` is called when it can be written to. */
export const open = ({ port, tls }: Target, ready: () => void): Socket =>
  tls
    ? connectSecurely({ port, host, rejectUnauthorized: false }, ready)
    : connect({ port, host, noDelay: true }, ready)

/** Sends one request after the other; `next` gives the next one, or undefined at the end. */
export const converse = (target: Target, next: () => Promise<string | undefined>): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = open(target, () => send())
    let head = Buffer.alloc(0)
    let missing = -1
    const send = async () => {
      const text = await next()
      if (text === undefined) {
        socket.destroy()
        resolve()
      } else {
        socket.write(text)
      }
    }
    socket.on('error', reject)
    socket.on('data', chunk => {
      let rest = chunk.length
      if (missing < 0) {
        head = head.length > 0 ? Buffer.concat([head, chunk]) : chunk
        const end = head.indexOf(headEnd)
        if (end < 0) return
        const text = head.toString('latin1', 0, end)
        if (!/^HTTP\/1\.1 2/.test(text)) reject(new Error(head.toString()))
        missing = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
        rest = head.length - end - headEnd.length
        head = Buffer.alloc(0)
      }
      missing -= rest
      if (missing > 0) return
      missing = -1
      send()
    })
  })
