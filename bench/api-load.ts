// The other end of bench/api.ts, in a process of its own: raw sockets, so that as little as possible of what is
// measured is the client.
import { connect, type Socket } from 'node:net'

export type Load =
  | {
      readonly type: 'requests'
      readonly port: number
      readonly inFlight: number
      readonly ms: number
      readonly method: string
      /** `#` in it becomes the number of the request. */
      readonly path: string
      readonly body?: string
    }
  | { readonly type: 'watch'; readonly port: number; readonly sockets: number; readonly path: string }
  | { readonly type: 'count' }

const request = (load: Extract<Load, { type: 'requests' }>, n: number): string => {
  const body = load.body?.replaceAll('#', String(n))
  const content = body
    ? `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`
    : ''
  return `${load.method} ${load.path.replaceAll('#', String(n))} HTTP/1.1\r\nHost: bench\r\n${content}\r\n${body ?? ''}`
}

const headEnd = Buffer.from('\r\n\r\n')

/** Sends one request after the other; `next` gives the next one, or undefined at the end. */
const converse = (port: number, next: () => string | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let head = Buffer.alloc(0)
    let missing = -1
    const send = () => {
      const text = next()
      if (text === undefined) {
        socket.destroy()
        resolve()
      } else {
        socket.write(text)
      }
    }
    socket.setNoDelay(true).on('connect', send).on('error', reject)
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

const requests = async (load: Extract<Load, { type: 'requests' }>): Promise<number> => {
  let done = 0
  const started = performance.now()
  const next = () => (performance.now() - started < load.ms ? request(load, done++) : undefined)
  await Promise.all(Array.from({ length: load.inFlight }, () => converse(load.port, next)))
  return (done / (performance.now() - started)) * 1000
}

let lines = 0

/** Counts the events: each ends with `}` and a newline, and has no other newline in it. */
const countLines = (socket: Socket): void => {
  let lastWasBrace = false
  socket.on('data', chunk => {
    if (lastWasBrace && chunk[0] === 0x0a) lines++
    for (let at = chunk.indexOf('}\n'); at >= 0; at = chunk.indexOf('}\n', at + 2)) lines++
    lastWasBrace = chunk.at(-1) === 0x7d
  })
}

const watch = async ({ port, sockets, path }: Extract<Load, { type: 'watch' }>): Promise<number> => {
  const open = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`)
      })
      socket.once('data', () => resolve()).on('error', reject)
      countLines(socket)
    })
  await Promise.all(Array.from({ length: sockets }, open))
  return sockets
}

process.on('message', async (load: Load) => {
  if (load.type === 'requests') process.send?.(await requests(load))
  else if (load.type === 'watch') process.send?.(await watch(load))
  else process.send?.(lines)
})
