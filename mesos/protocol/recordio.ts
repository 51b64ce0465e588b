/** A RecordIO stream that breaks its own format; nothing after this point can be trusted. */
export class MalformedRecord extends Error {
  override readonly name = 'MalformedRecord'
}

/** One record of a RecordIO stream: the length in decimal digits, a line feed, the bytes. */
export const encodeRecord = (bytes: Uint8Array): Uint8Array => {
  const header = Buffer.from(`${bytes.length}\n`)
  return Buffer.concat([header, bytes])
}

/** Where a decoder stands. `malformed` absorbs everything. */
export type RecordState =
  | { readonly phase: 'length'; readonly digits: string }
  | {
      readonly phase: 'body'
      readonly length: number
      readonly parts: readonly Uint8Array[]
      readonly missing: number
    }
  | { readonly phase: 'malformed'; readonly error: MalformedRecord }

interface RecordStep {
  readonly state: RecordState
  readonly records: readonly Uint8Array[]
}

const lineFeed = 0x0a
const zero = 0x30
const nine = 0x39

const start: RecordState = { phase: 'length', digits: '' }

const malformed = (message: string): RecordState => ({
  phase: 'malformed',
  error: new MalformedRecord(message),
})

/** Reads the digits and the line feed; answers the state after them and where the body begins. */
const readLength = (digits: string, chunk: Uint8Array, from: number, maxBytes: number) => {
  let seen = digits
  for (let at = from; at < chunk.length; at++) {
    const byte = chunk[at] ?? lineFeed
    if (byte === lineFeed) {
      if (seen === '') return { state: malformed('a record without a length'), at }
      const length = Number(seen)
      return { state: { phase: 'body', length, parts: [], missing: length } as const, at: at + 1 }
    }
    if (byte < zero || byte > nine) {
      const shown = JSON.stringify(seen + String.fromCharCode(byte))
      return { state: malformed(`a record length is decimal digits, not ${shown}`), at }
    }
    seen += String.fromCharCode(byte)
    // Checked at every digit: a stream of digits without end must not fill the memory.
    if (Number(seen) > maxBytes || seen.length > 20) {
      return { state: malformed(`a record of ${seen} bytes or more, over the bound of ${maxBytes}`), at }
    }
  }
  return { state: { phase: 'length', digits: seen } as const, at: chunk.length }
}

/** The decoder as a pure function: the state after `chunk`, and the records that it completes. */
export const decodeRecords = (before: RecordState, chunk: Uint8Array, maxBytes: number): RecordStep => {
  const records: Uint8Array[] = []
  let state = before
  let at = 0
  for (;;) {
    if (state.phase === 'malformed') return { state, records }
    if (state.phase === 'length') {
      if (at >= chunk.length) return { state, records }
      const read = readLength(state.digits, chunk, at, maxBytes)
      state = read.state
      at = read.at
    } else {
      const part = chunk.subarray(at, at + state.missing)
      at += part.length
      const missing: number = state.missing - part.length
      const parts: readonly Uint8Array[] = part.length > 0 ? [...state.parts, part] : state.parts
      if (missing > 0) return { state: { ...state, parts, missing }, records }
      records.push(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts))
      state = start
    }
  }
}

export interface RecordDecoder {
  /** The records that `chunk` completes; after them throws MalformedRecord if the stream breaks its format. */
  push(chunk: Uint8Array): Iterable<Uint8Array>
  /** Call at the end of the stream: throws MalformedRecord when it ends inside a record. */
  end(): void
}

/** A decoder for one stream. No record may be longer than `maxBytes`. */
export const recordDecoder = ({ maxBytes }: { readonly maxBytes: number }): RecordDecoder => {
  let state: RecordState = start
  return {
    *push(chunk) {
      const step = decodeRecords(state, chunk, maxBytes)
      state = step.state
      yield* step.records
      if (state.phase === 'malformed') throw state.error
    },
    end() {
      if (state.phase === 'malformed') throw state.error
      if (state.phase === 'body') {
        throw new MalformedRecord(
          `the stream ends ${state.missing} bytes short of a record of ${state.length} bytes`,
        )
      }
      if (state.digits !== '') {
        throw new MalformedRecord(`the stream ends inside the record length ${state.digits}`)
      }
    },
  }
}
