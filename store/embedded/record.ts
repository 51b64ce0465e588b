import { crc32 } from 'node:zlib'
import type { Change } from '../store.ts'

/**
 * What the log is made of, with all numbers in little endian:
 *
 *     mark     4 bytes, no zero among them: where a record begins, also behind a broken one
 *     length   4 bytes: of the body
 *     crc32    4 bytes: of the body, begun with the record's offset in the file: a copy elsewhere is no record
 *     body     type (1 byte), revision (a double, as JavaScript has it), changes
 *
 * The type says that the revision made the changes, or that what only older ones show is forgotten. Of each change there
 * is the kind (1 byte), the lengths of key and value (4 bytes each), the key in UTF-8 and the value.
 */
export interface LogRecord {
  readonly revision: number
  /** In the file. */
  readonly offset: number
  readonly bytes: Buffer
}

/** Where a change is in the bytes of its record: from `start` to `end`, its key from `key`, its value from `value` on. */
type Visit = (kind: number, start: number, key: number, value: number, end: number) => void

export const markBytes = Buffer.from([0x1b, 0x7d, 0xc0, 0x9e])
const mark = markBytes.readUInt32LE()

/** Mark, length and crc32. */
export const headLength = 12
const firstChange = headLength + 9
const changeHead = 9

/** A length above this one is no length. */
const longest = 1 << 30

const changesType = 1
const compactionType = 2

const deletion = 0
const update = 1
const creation = 2

const kindOf = (change: Change): number =>
  change.type === 'delete' ? deletion : change.created ? creation : update

const beginBody = (bytes: Buffer, type: number, revision: number): void => {
  bytes[headLength] = type
  bytes.writeDoubleLE(revision, headLength + 1)
}

/** Gives a record the head that it needs at its place. */
const seal = (bytes: Buffer, offset: number): Buffer => {
  bytes.writeUInt32LE(mark, 0)
  bytes.writeUInt32LE(bytes.length - headLength, 4)
  bytes.writeUInt32LE(checksum(bytes, offset), 8)
  return bytes
}

const checksum = (bytes: Buffer, offset: number): number =>
  crc32(bytes.subarray(headLength), offset % 2 ** 32)

/** The record of a revision, and where in it the value of each change begins. */
interface Encoded {
  readonly bytes: Buffer
  readonly values: readonly number[]
}

/** Records up to this size share their memory. */
const common = 1 << 20

/** Encodes revisions for a place in the file. Each is good until the next one is encoded, which may overwrite it. */
export const changesEncoder = (): ((
  revision: number,
  changes: readonly Change[],
  offset: number,
) => Encoded) => {
  let memory = Buffer.alloc(0)

  const room = (length: number): Buffer => {
    if (length > common) return Buffer.allocUnsafe(length)
    if (length > memory.length) memory = Buffer.allocUnsafeSlow(Math.min(2 * length, common))
    return memory.subarray(0, length)
  }

  return (revision, changes, offset) => {
    let length = firstChange
    for (const change of changes) {
      length += changeHead + Buffer.byteLength(change.key) + (change.type === 'put' ? change.value.length : 0)
    }
    if (length > longest) throw new RangeError(`a revision of ${length} bytes is larger than ${longest}`)
    const bytes = room(length)
    beginBody(bytes, changesType, revision)
    let at = firstChange
    const values = changes.map(change => {
      const keyLength = bytes.write(change.key, at + changeHead)
      const value = at + changeHead + keyLength
      const valueLength = change.type === 'put' ? change.value.length : 0
      bytes[at] = kindOf(change)
      bytes.writeUInt32LE(keyLength, at + 1)
      bytes.writeUInt32LE(valueLength, at + 5)
      if (change.type === 'put') bytes.set(change.value, value)
      at = value + valueLength
      return value
    })
    return { bytes: seal(bytes, offset), values }
  }
}

/** The record which says that what only revisions before this one show is forgotten. */
export const encodeCompaction = (revision: number, offset: number): Buffer => {
  const bytes = Buffer.allocUnsafe(firstChange)
  beginBody(bytes, compactionType, revision)
  return seal(bytes, offset)
}

export const isCompaction = ({ bytes }: LogRecord): boolean => bytes[headLength] === compactionType

/** About the bytes of a record that has only this change; most keys are ASCII. */
export const sizeAlone = (key: string, valueLength: number): number =>
  firstChange + changeHead + key.length + valueLength

/** The same record for another place. */
export const moved = ({ bytes }: LogRecord, offset: number): Buffer => seal(Buffer.from(bytes), offset)

/** The record with some of its changes only, for another place; undefined when it has none of them. */
export const thinned = (
  record: LogRecord,
  offset: number,
  keep: (value: number, moved: number) => boolean,
): Buffer | undefined => {
  const parts = [record.bytes.subarray(0, firstChange)]
  let length = firstChange
  eachChange(record.bytes, (_kind, start, _key, value, end) => {
    if (!keep(record.offset + value, offset + length + value - start)) return
    parts.push(record.bytes.subarray(start, end))
    length += end - start
  })
  return parts.length === 1 ? undefined : seal(Buffer.concat(parts, length), offset)
}

/** The length of the record whose head is at `at`; undefined when that is none. */
export const recordLength = (bytes: Buffer, at: number): number | undefined => {
  const length = headLength + bytes.readUInt32LE(at + 4)
  return bytes.readUInt32LE(at) === mark && length >= firstChange && length <= longest ? length : undefined
}

/** The record in these bytes of the file; undefined when they are not what was written there. */
export const decodeRecord = (bytes: Buffer, offset: number): LogRecord | undefined =>
  bytes.readUInt32LE(8) === checksum(bytes, offset)
    ? { revision: bytes.readDoubleLE(headLength + 1), offset, bytes }
    : undefined

export const eachChange = (bytes: Buffer, visit: Visit): void => {
  for (let at = firstChange; at < bytes.length; ) {
    const key = at + changeHead
    const value = key + bytes.readUInt32LE(at + 1)
    const end = value + bytes.readUInt32LE(at + 5)
    visit(bytes[at] as number, at, key, value, end)
    at = end
  }
}

export const isDeletion = (kind: number): boolean => kind === deletion

/** Their values are parts of the record's bytes. */
export const decodeChanges = (bytes: Buffer): Change[] => {
  const changes: Change[] = []
  eachChange(bytes, (kind, _start, keyStart, value, end) => {
    const key = bytes.toString('utf8', keyStart, value)
    changes.push(
      kind === deletion
        ? { type: 'delete', key }
        : { type: 'put', key, value: bytes.subarray(value, end), created: kind === creation },
    )
  })
  return changes
}
