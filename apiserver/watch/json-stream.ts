import type { WatchStream } from './event-format.ts'

const newline = 0x0a

const startOf = (type: string): Buffer => Buffer.from(`{"type":"${type}","object":`)

const starts = {
  ADDED: startOf('ADDED'),
  MODIFIED: startOf('MODIFIED'),
  DELETED: startOf('DELETED'),
  BOOKMARK: startOf('BOOKMARK'),
  ERROR: startOf('ERROR'),
}

const end = Buffer.from('}\n')

/** A watch as lines of JSON. */
export const jsonStream: WatchStream = {
  contentType: 'application/json',
  messages: 'text',
  encode: object => Buffer.from(JSON.stringify(object)),
  event: (type, object) => Buffer.concat([starts[type], object, end]),

  split(events) {
    const lines: Buffer[] = []
    for (let start = 0, at = events.indexOf(newline); at >= 0; at = events.indexOf(newline, start)) {
      lines.push(events.subarray(start, at))
      start = at + 1
    }
    return lines
  },
}
