// The other end of bench/api.ts, in a process of its own: raw sockets, so that as little as possible of what is
// measured is the client.
import type { Socket } from 'node:net'
import { converse, open, requestOf, type Target, type Template } from './requests.ts'

export type Load =
  | (Target &
      Template & {
        readonly type: 'requests'
        readonly inFlight: number
        /** Ends after so many milliseconds, or requests. */
        readonly ms: number
        readonly count?: number
        /** Requests by the second at the most. */
        readonly pace?: number
        /** Events that the watches may be behind. */
        readonly lag?: number
      })
  | (Target & { readonly type: 'watch'; readonly sockets: number; readonly path: string })

export interface Loaded {
  readonly requests: number
  readonly seconds: number
  /** Events that came to all watches together. */
  readonly delivered: number
  /** Milliseconds from the write of an event until it came, 99 of 100; of some watches. */
  readonly p99: number
}

let sockets = 0
let delivered = 0
let delays: number[] = []
let numbered = 0

const lineEnd = Buffer.from('}\n')
const sentAt = Buffer.from('"sent":"')

/** Counts the events: each ends with `}` and a newline, and has no other newline in it. */
const countLines = (socket: Socket, timed: boolean): void => {
  let lastWasBrace = false
  socket.on('data', chunk => {
    if (lastWasBrace && chunk[0] === 0x0a) delivered++
    for (let at = chunk.indexOf(lineEnd); at >= 0; at = chunk.indexOf(lineEnd, at + 2)) delivered++
    lastWasBrace = chunk.at(-1) === 0x7d
    if (!timed) return
    const now = performance.now()
    for (let at = chunk.indexOf(sentAt); at >= 0; at = chunk.indexOf(sentAt, at + 1)) {
      const text = chunk.toString('latin1', at + sentAt.length, at + sentAt.length + 20)
      const end = text.indexOf('"')
      if (end > 0) delays.push(now - Number(text.slice(0, end)))
    }
  })
}

/** Of how many watches one has its delays measured. */
const sample = 10

const watch = async (load: Extract<Load, { type: 'watch' }>): Promise<void> => {
  const start = (n: number) =>
    new Promise<void>((resolve, reject) => {
      const socket = open(load, () => {
        socket.write(`GET ${load.path} HTTP/1.1\r\nHost: bench\r\n\r\n`)
      })
      socket.once('data', () => resolve()).on('error', reject)
      countLines(socket, n % sample === 0)
    })
  await Promise.all(Array.from({ length: load.sockets }, (_, n) => start(n)))
  sockets = load.sockets
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise(resolve => setImmediate(resolve))
}

const requests = async (load: Extract<Load, { type: 'requests' }>): Promise<Loaded> => {
  const { ms, count = Number.POSITIVE_INFINITY, pace = Number.POSITIVE_INFINITY, lag } = load
  const before = delivered
  delays = []
  let sent = 0
  const started = performance.now()
  const elapsed = () => performance.now() - started
  const next = async (connection: number) => {
    if (elapsed() >= ms || sent >= count) return undefined
    const n = sent++
    const due = (n / pace) * 1000
    if (elapsed() < due) await new Promise(resolve => setTimeout(resolve, due - elapsed()))
    if (lag !== undefined) await until(() => delivered - before >= (n - lag) * sockets)
    return requestOf(load, numbered++, connection)
  }
  await Promise.all(Array.from({ length: load.inFlight }, (_, at) => converse(load, () => next(at))))
  const answered = elapsed()
  await until(() => delivered - before >= sent * sockets)
  const seconds = (sockets > 0 ? elapsed() : answered) / 1000
  const p99 = delays.sort((a, b) => a - b)[Math.floor(delays.length * 0.99)] ?? Number.NaN
  return { requests: sent, seconds, delivered: delivered - before, p99 }
}

process.on('message', async (load: Load) => {
  if (load.type === 'requests') process.send?.(await requests(load))
  else {
    await watch(load)
    process.send?.(sockets)
  }
})
process.send?.('ready')
