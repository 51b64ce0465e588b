import { encodeWatchEvent, writeProtobuf } from '../../api/protobuf/write.ts'
import type { WatchStream } from './event-format.ts'

/** Bytes that tell an event's length, which is not counted in. */
const head = 4

/** A watch as WatchEvents of protobuf, each behind its length. */
export const protobufStream: WatchStream = {
  contentType: 'application/vnd.kubernetes.protobuf;stream=watch',
  messages: 'binary',
  encode: writeProtobuf,

  event(type, object) {
    const event = encodeWatchEvent(type, object)
    const length = Buffer.allocUnsafe(head)
    length.writeUInt32BE(event.length)
    return Buffer.concat([length, event])
  },

  split(events) {
    const found: Buffer[] = []
    for (let start = head; start <= events.length; ) {
      const end = start + events.readUInt32BE(start - head)
      found.push(events.subarray(start, end))
      start = end + head
    }
    return found
  },
}
