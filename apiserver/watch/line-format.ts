import { apiVersionOf, type Kind } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'
import type { Stored } from '../storage/stored.ts'
import type { WatchType } from './selection.ts'
import type { WatchFormat } from './watch-group.ts'

/** Lines of a watch that go out in one write. */
export interface Chunk {
  /** The lines as a chunk of HTTP/1.1's chunked coding, made once for all sockets. */
  readonly framed: Buffer
  /** The lines alone. */
  readonly lines: Buffer
  /** What a watch is sent instead when it has seen nothing before. */
  readonly opening?: () => Chunk
}

/** Joins lines to a chunk. */
export const frame = (lines: readonly Buffer[]): Chunk => {
  let size = 0
  for (const line of lines) size += line.length
  const head = Buffer.from(`${size.toString(16)}\r\n`)
  const framed = Buffer.concat([head, ...lines, Buffer.from('\r\n')])
  return { framed, lines: framed.subarray(head.length, head.length + size) }
}

/**
 * A watch as lines of JSON. Watches of several selections show the same objects: a line is made once, and kept for
 * one turn of the event loop.
 */
export const lineFormat = <T extends Resource>(
  id: string,
  kind: Pick<Kind, 'group' | 'version' | 'kind'>,
  bytesOf: (stored: Stored<T>) => Buffer,
): WatchFormat<T, Buffer, Chunk> => {
  const recent = new Map<Stored<T>, { type: WatchType; line: Buffer }>()
  const end = Buffer.from('}\n')
  const starts = {
    ADDED: Buffer.from('{"type":"ADDED","object":'),
    MODIFIED: Buffer.from('{"type":"MODIFIED","object":'),
    DELETED: Buffer.from('{"type":"DELETED","object":'),
  }
  return {
    id,

    line(type, stored) {
      const known = recent.get(stored)
      if (known?.type === type) return known.line
      const line = Buffer.concat([starts[type], bytesOf(stored), end])
      if (recent.size === 0) setImmediate(() => recent.clear())
      recent.set(stored, { type, line })
      return line
    },

    bookmark(revision, initialEventsEnd) {
      const annotations = initialEventsEnd && { annotations: { 'k8s.io/initial-events-end': 'true' } }
      const object = {
        kind: kind.kind,
        apiVersion: apiVersionOf(kind),
        metadata: { resourceVersion: String(revision), creationTimestamp: null, ...annotations },
      }
      return Buffer.from(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`)
    },

    pack: frame,
  }
}
