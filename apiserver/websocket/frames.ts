/** A frame of the WebSocket protocol (RFC 6455) as its receiver sees it. */
export interface Frame {
  readonly opcode: number
  readonly payload: Buffer
}

export const opcode = { text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const

const final = 0x80
const masked = 0x80

/** Bytes of a client's frame at the most: clients of ours have nothing to say but pings. */
const longest = 64 * 1024

/** A frame of a server: whole and not masked. */
export const encodeFrame = (code: number, payload: Buffer): Buffer => {
  const { length } = payload
  const size = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(size + length)
  frame[0] = final | code
  if (size === 2) frame[1] = length
  else if (size === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  payload.copy(frame, size)
  return frame
}

/** The first frame of what a client has sent and the bytes that it takes; undefined when it is not complete. */
const decodeFrame = (bytes: Buffer): { frame: Frame; size: number } | undefined => {
  const [first = 0, second = 0] = bytes
  const short = second & 0x7f
  const maskAt = short < 126 ? 2 : short === 126 ? 4 : 10
  const dataAt = maskAt + 4
  if (bytes.length < dataAt) return undefined
  if ((second & masked) === 0) throw new RangeError('a client masks its frames')
  const length =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  if (length > longest) throw new RangeError(`a frame of ${length} bytes is more than a client has to say`)
  if (bytes.length < dataAt + length) return undefined
  const mask = bytes.subarray(maskAt, dataAt)
  const payload = Buffer.from(bytes.subarray(dataAt, dataAt + length))
  for (let at = 0; at < length; at++) payload[at] = (payload[at] ?? 0) ^ (mask[at & 3] ?? 0)
  return { frame: { opcode: first & 0x0f, payload }, size: dataAt + length }
}

/** Takes what a client sends as it comes, and answers the frames that are complete. Throws a RangeError on nonsense. */
export const frameReader = (): ((chunk: Buffer) => Frame[]) => {
  let rest: Buffer = Buffer.alloc(0)
  return chunk => {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    const frames: Frame[] = []
    for (let next = decodeFrame(rest); next; next = decodeFrame(rest)) {
      frames.push(next.frame)
      rest = rest.subarray(next.size)
    }
    return frames
  }
}
