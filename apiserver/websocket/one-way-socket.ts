import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { encodeFrame, frameReader, opcode } from './frames.ts'

/** A WebSocket on which only the server speaks. */
export interface OneWaySocket {
  readonly closed: boolean
  /** Bytes that the client has not taken yet. */
  readonly waiting: number
  send(messages: readonly Buffer[], as: 'text' | 'binary'): void
  /** Takes leave, and ends the connection. */
  close(): void
  destroy(): void
  onClose(task: () => void): void
}

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

const normalClosure = Buffer.from([0x03, 0xe8])
const protocolError = Buffer.from([0x03, 0xea])

/** True when the client asks for a WebSocket, in the version that there is. */
export const wantsWebSocket = ({ headers, method }: IncomingMessage): boolean =>
  method === 'GET' &&
  headers.upgrade?.toLowerCase() === 'websocket' &&
  headers['sec-websocket-version'] === '13' &&
  headers['sec-websocket-key'] !== undefined

/** Shakes hands; answers pings and the client's farewell, and leaves out whatever else it says. */
export const acceptWebSocket = ({ headers }: IncomingMessage, socket: Duplex, head: Buffer): OneWaySocket => {
  const accept = createHash('sha1').update(`${headers['sec-websocket-key']}${magic}`).digest('base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  const read = frameReader()

  const leave = (reason: Buffer): void => {
    if (socket.writableEnded) return
    // The client may hold its half open for ever: the connection ends when the farewell is written.
    socket.end(encodeFrame(opcode.close, reason), () => socket.destroy())
  }

  const receive = (chunk: Buffer): void => {
    try {
      for (const { opcode: code, payload } of read(chunk)) {
        if (socket.writableEnded) return
        if (code === opcode.ping) socket.write(encodeFrame(opcode.pong, payload))
        else if (code === opcode.close) leave(payload.subarray(0, 2))
      }
    } catch {
      leave(protocolError)
    }
  }
  socket.on('data', receive)
  socket.on('end', () => socket.destroy())
  receive(head)

  return {
    get closed() {
      return socket.destroyed || socket.writableEnded
    },
    get waiting() {
      return socket.writableLength
    },
    send: (messages, as) =>
      void socket.write(Buffer.concat(messages.map(message => encodeFrame(opcode[as], message)))),
    close: () => leave(normalClosure),
    destroy: () => void socket.destroy(),
    onClose: task => void socket.once('close', task),
  }
}
