import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { encodeFrame, frameReader } from '../../../apiserver/websocket/frames.ts'
import { maskedFrame } from '../web-socket.ts'

test('a frame tells its length in the shortest way', () => {
  const heads = [0, 125, 126, 65_535, 65_536].map(length => {
    const frame = encodeFrame(1, Buffer.alloc(length))
    return frame.subarray(0, frame.length - length).toString('hex')
  })
  assert.equal(heads, ['8100', '817d', '817e007e', '817effff', '817f0000000000010000'])
})

test('frames are read whatever the pieces in which they come', () => {
  const frames = fc.array(
    fc.record({ opcode: fc.constantFrom(1, 8, 9, 10), payload: fc.uint8Array({ maxLength: 125 }) }),
    { maxLength: 5 },
  )
  fc.assert(
    fc.property(frames, fc.integer({ min: 1, max: 200 }), (sent, piece) => {
      const bytes = Buffer.concat(
        sent.map(({ opcode, payload }) => maskedFrame(opcode, Buffer.from(payload))),
      )
      const read = frameReader()
      const received: { opcode: number; payload: number[] }[] = []
      for (let at = 0; at < bytes.length; at += piece) {
        for (const { opcode, payload } of read(bytes.subarray(at, at + piece))) {
          received.push({ opcode, payload: [...payload] })
        }
      }
      assert.equal(
        received,
        sent.map(({ opcode, payload }) => ({ opcode, payload: [...payload] })),
      )
    }),
  )
})

test('frames that are not masked, or longer than a client has to say, are refused', () => {
  assert.throws(() => frameReader()(encodeFrame(1, Buffer.alloc(10))), RangeError)
  assert.throws(() => frameReader()(Buffer.from('81ff0000000100000000aabbccdd', 'hex')), RangeError)
})

test.run()
