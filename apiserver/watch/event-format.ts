import { apiVersionOf, type Kind } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'
import type { Stored } from '../storage/stored.ts'
import type { WatchType } from './selection.ts'
import type { WatchFormat } from './watch-group.ts'

/** Events of a watch that go out in one write. */
export interface Chunk {
  /** The events as a chunk of HTTP/1.1's chunked coding, made once for all sockets. */
  readonly framed: Buffer
  /** The events alone. */
  readonly events: Buffer
  /** What a watch is sent instead when it has seen nothing before. */
  readonly opening?: () => Chunk
}

/** How a watch is written: in what media, and where an event ends. */
export interface WatchStream {
  readonly contentType: string
  /** Of a WebSocket, where each event is one. */
  readonly messages: 'text' | 'binary'
  encode(object: object): Buffer
  /** `object` is encoded. */
  event(type: WatchType | 'BOOKMARK' | 'ERROR', object: Buffer): Buffer
  /** Whole events, each as the message that it is. */
  split(events: Buffer): Buffer[]
}

/** A format whose events a client is sent. */
export interface StreamFormat<T extends Resource, Line> extends WatchFormat<T, Line, Chunk> {
  readonly stream: WatchStream
}

/** Joins events to a chunk. */
export const frame = (events: readonly Buffer[]): Chunk => {
  let size = 0
  for (const event of events) size += event.length
  const head = Buffer.from(`${size.toString(16)}\r\n`)
  const framed = Buffer.concat([head, ...events, Buffer.from('\r\n')])
  return { framed, events: framed.subarray(head.length, head.length + size) }
}

export interface EventFormatOptions<T extends Resource>
  extends Pick<WatchFormat<T, Buffer, Chunk>, 'id' | 'readsObjects'> {
  readonly stream: WatchStream
  /** What objects are shown as. */
  readonly kind: Pick<Kind, 'group' | 'version' | 'kind'>
  /** In the media of the stream. */
  bytesOf(stored: Stored<T>): Buffer
}

/**
 * A watch as events of a stream. Watches of several selections show the same objects: an event is made once, and kept
 * for one turn of the event loop.
 */
export const eventFormat = <T extends Resource>({
  stream,
  kind,
  bytesOf,
  ...format
}: EventFormatOptions<T>): StreamFormat<T, Buffer> => {
  const recent = new Map<Stored<T>, { type: WatchType; event: Buffer }>()
  return {
    ...format,
    stream,

    line(type, stored) {
      const known = recent.get(stored)
      if (known?.type === type) return known.event
      const event = stream.event(type, bytesOf(stored))
      if (recent.size === 0) setImmediate(() => recent.clear())
      recent.set(stored, { type, event })
      return event
    },

    bookmark(revision, initialEventsEnd) {
      const annotations = initialEventsEnd && { annotations: { 'k8s.io/initial-events-end': 'true' } }
      const object = {
        kind: kind.kind,
        apiVersion: apiVersionOf(kind),
        metadata: { resourceVersion: String(revision), creationTimestamp: null, ...annotations },
      }
      return stream.event('BOOKMARK', stream.encode(object))
    },

    pack: frame,
  }
}
