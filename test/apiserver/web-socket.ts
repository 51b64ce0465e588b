import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { Socket } from 'node:net'
import { eventually } from '../support/eventually.ts'

/** The client's side of a WebSocket, down to its frames: Node 20 has none of its own. */
export interface WebSocketClient {
  readonly messages: readonly string[]
  readonly binary: readonly Buffer[]
  /** Control frames as they came: opcode and payload. */
  readonly controls: readonly { readonly opcode: number; readonly payload: Buffer }[]
  has(count: number): Promise<readonly string[]>
  send(opcode: number, payload: Buffer): void
  /** Writes bytes that need not be a frame. */
  raw(bytes: Buffer): void
  readonly socket: Socket
}

export const maskedFrame = (opcode: number, payload: Buffer): Buffer => {
  const mask = randomBytes(4)
  const data = Buffer.from(payload.map((byte, at) => byte ^ (mask[at & 3] ?? 0)))
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length]), mask, data])
}

/** The answer of a server that does not accept, or the open WebSocket; `ca` is that of an https server. */
export const openWebSocket = async (
  url: string,
  headers: Record<string, string> = {},
  ca?: string,
): Promise<WebSocketClient | IncomingMessage> => {
  const outgoing = (ca === undefined ? request : secureRequest)(url, {
    ca,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    },
    agent: false,
  })
  outgoing.end()
  const refusal = once(outgoing, 'response') as Promise<[IncomingMessage]>
  const upgraded = once(outgoing, 'upgrade') as Promise<[IncomingMessage, Socket, Buffer]>
  refusal.catch(() => {})
  upgraded.catch(() => {})
  const [answer, socket, head] = await Promise.race([refusal, upgraded])
  if (!socket || !head) return answer
  if (answer.headers['sec-websocket-accept'] !== 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=') {
    throw new Error('the handshake is not that of the RFC')
  }
  const messages: string[] = []
  const binary: Buffer[] = []
  const controls: { opcode: number; payload: Buffer }[] = []
  let rest = head
  const receive = (chunk: Buffer): void => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const short = (rest[1] ?? 0) & 0x7f
      const start = short < 126 ? 2 : short === 126 ? 4 : 10
      if (rest.length < start) return
      const length =
        short < 126 ? short : short === 126 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2))
      if (rest.length < start + length) return
      const payload = rest.subarray(start, start + length)
      const opcode = (rest[0] ?? 0) & 0x0f
      if (opcode === 1) messages.push(payload.toString())
      else if (opcode === 2) binary.push(payload)
      else controls.push({ opcode, payload })
      rest = rest.subarray(start + length)
    }
  }
  socket.on('data', receive).on('error', () => {})
  receive(Buffer.alloc(0))
  return {
    messages,
    binary,
    controls,
    socket,
    has: count => eventually(`${count} messages`, () => messages.length >= count && messages, 5_000),
    send: (opcode, payload) => void socket.write(maskedFrame(opcode, payload)),
    raw: bytes => void socket.write(bytes),
  }
}
