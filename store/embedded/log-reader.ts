import type { FileHandle } from 'node:fs/promises'
import { decodeRecord, headLength, type LogRecord, markBytes, recordLength } from './record.ts'

const pieceSize = 1 << 20

/** A disk writes no less at once. */
const sector = 512

/** The records of a part of the file, as many at a time as a piece of it has. They end before one that is not whole. */
export const readRecords = async function* (
  file: FileHandle,
  from: number,
  to: number,
): AsyncGenerator<readonly LogRecord[]> {
  for (let offset = from, wanted = pieceSize; offset < to; ) {
    const piece = await readPiece(file, offset, Math.min(wanted, to - offset))
    const { records, end, next } = recordsOf(piece, offset)
    if (records.length > 0) yield records
    offset += end
    if (next === undefined || next > to - offset) return
    // What the piece has only a part of begins the next one.
    wanted = Math.max(pieceSize, next)
  }
}

/** The records at the beginning of a piece, and the length of the one that goes on behind it, unless that is broken. */
const recordsOf = (
  piece: Buffer,
  offset: number,
): { records: readonly LogRecord[]; end: number; next: number | undefined } => {
  const records: LogRecord[] = []
  for (let end = 0; ; ) {
    const next = lengthAt(piece, end)
    if (next === undefined || next > piece.length - end) return { records, end, next }
    const record = decodeRecord(piece.subarray(end, end + next), offset + end)
    if (!record) return { records, end, next: undefined }
    records.push(record)
    end += next
  }
}

/**
 * Whether what is at the end, and is no whole record, may be one whose write a crash cut short: it ends early, or has
 * a sector that was never written. One write is under way at a time, so nothing whole can be behind it.
 */
export const isTorn = async (file: FileHandle, offset: number, size: number): Promise<boolean> =>
  !(await anyRecordBehind(file, offset, size)) &&
  ((await endsEarly(file, offset, size)) || (await hasEmptySector(file, offset, size)))

const anyRecordBehind = async (file: FileHandle, broken: number, size: number): Promise<boolean> => {
  for (let offset = broken + 1; size - offset >= headLength; offset += pieceSize) {
    // Pieces share a head, so that none lies across two of them.
    const piece = await readPiece(file, offset, Math.min(pieceSize + headLength - 1, size - offset))
    for (let at = piece.indexOf(markBytes); at !== -1; at = piece.indexOf(markBytes, at + 1)) {
      if (piece.length - at < headLength) break
      const length = recordLength(piece, at)
      if (length === undefined || length > size - offset - at) continue
      if (decodeRecord(await readPiece(file, offset + at, length), offset + at)) return true
    }
  }
  return false
}

const endsEarly = async (file: FileHandle, offset: number, size: number): Promise<boolean> => {
  const length = lengthAt(await readPiece(file, offset, Math.min(headLength, size - offset)), 0)
  return length !== undefined && length > size - offset
}

const hasEmptySector = async (file: FileHandle, from: number, size: number): Promise<boolean> => {
  for (let offset = from, end: number; offset < size; offset = end) {
    end = Math.min(size, (Math.floor(offset / sector) + 1) * sector)
    if ((await readPiece(file, offset, end - offset)).every(byte => byte === 0)) return true
  }
  return false
}

/** Bytes of a record as far as they are known: without a whole head those of the head. */
const lengthAt = (piece: Buffer, at: number): number | undefined =>
  piece.length - at < headLength ? headLength : recordLength(piece, at)

/** May be shorter than wanted when the file is. */
const readPiece = async (file: FileHandle, offset: number, length: number): Promise<Buffer> => {
  const piece = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(piece, filled, length - filled, offset + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return piece.subarray(0, filled)
}
