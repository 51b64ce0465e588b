import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { readProtobuf } from '../../api/protobuf/read.ts'
import { watchEventType } from '../../api/protobuf/types.ts'
import { eventually } from '../support/eventually.ts'

export interface ProtobufEvent {
  readonly type: string
  /** As it would be in JSON. */
  readonly object: {
    readonly kind: string
    readonly apiVersion: string
    readonly metadata: Readonly<Record<string, unknown>>
    readonly [field: string]: unknown
  }
}

export interface ProtobufWatch {
  readonly response: IncomingMessage
  has(count: number): Promise<readonly ProtobufEvent[]>
  /** Resolves with all events when the server ends the stream. */
  ended(): Promise<readonly ProtobufEvent[]>
  cut(): void
}

export const protobufType = 'application/vnd.kubernetes.protobuf'

/** A WatchEvent, as a client reads it. */
export const readWatchEvent = (message: Uint8Array): ProtobufEvent => {
  const type = watchEventType()
  const event = type.toObject(type.decode(message))
  return { type: event.type, object: readProtobuf(event.object.raw) as ProtobufEvent['object'] }
}

/** A watch over a connection of its own. Events are told apart by the lengths that stand before them. */
export const openProtobufWatch = async (url: string, accept = protobufType): Promise<ProtobufWatch> => {
  const request = get(url, { agent: false, headers: { accept } })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const events: ProtobufEvent[] = []
  let rest = Buffer.alloc(0)
  response.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
      const end = 4 + rest.readUInt32BE(0)
      events.push(readWatchEvent(rest.subarray(4, end)))
      rest = rest.subarray(end)
    }
  })
  // The client's own cut is no failure.
  response.on('error', () => {})
  request.on('error', () => {})
  const end = once(response, 'end')
  end.catch(() => {})
  return {
    response,
    has: count => eventually(`${count} events`, () => events.length >= count && events, 5_000),
    async ended() {
      await end
      if (rest.length > 0) throw new Error(`${rest.length} bytes are no whole event`)
      return events
    },
    cut: () => void request.destroy(),
  }
}
