import { constants, fstatSync, readSync } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '../../util/logger.ts'
import { isTorn, readRecords } from './log-reader.ts'
import type { LogRecord } from './record.ts'

/** A file that grows by whole records, and is replaced by a smaller one now and then. Appends follow each other. */
export interface Log {
  /** Where the first record begins. */
  readonly start: number
  /** Where the next record will begin. */
  readonly size: number
  /** The bytes are on disk when this resolves. When it rejects, NotAlone or otherwise, nothing is appended. */
  append(bytes: Buffer): Promise<void>
  /** Throws when the file has not so many bytes there. */
  read(offset: number, length: number): Buffer
  /** Those that are there now, from an offset on, a piece of the file at a time. Throws Damaged. */
  records(from: number): AsyncGenerator<readonly LogRecord[]>
  /** Throws NotAlone. */
  checkAlone(): void
  /** Takes the place of the folder's log, for good when this resolves. */
  publish(): Promise<void>
  /** Closes a log that was not published, and removes it. */
  discard(): Promise<void>
  close(): Promise<void>
}

/** The files were written by another process. */
export class NotAlone extends Error {
  override readonly name = 'NotAlone'
}

/** The file has bytes that were not written there. */
export class Damaged extends Error {
  override readonly name = 'Damaged'
  constructor(file: string, offset: number, what = 'no record that is whole') {
    super(
      `${file} is damaged at byte ${offset}: ${what}; put a copy in its place, ` +
        `or give up what was written from there on: truncate -s ${offset} ${file}`,
    )
  }
}

/** The first line of the file. It changes with the format: files of another one are left alone. */
const format = Buffer.from('kubernetes-mesos store, format 3\n')

export const logFile = (folder: string): string => join(folder, 'log')
const freshFile = (folder: string): string => join(folder, 'log.new')

/** Appended bytes are on disk when the write returns. */
const flags = constants.O_RDWR | constants.O_APPEND | constants.O_DSYNC

/**
 * Opens the log of a folder, makes it when the folder is empty, and shows every record to `replay`. What a crash
 * tore at the end was never acknowledged: it is left out, and cut off before the first append. Rejects with Damaged
 * when anything else is not as it was written.
 */
export const openLog = async (
  folder: string,
  logger: Logger,
  replay: (record: LogRecord) => void,
): Promise<Log> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // A crash may leave a replacement that never became the log.
  await rm(freshFile(folder), { force: true })
  if ((await readdir(folder)).length === 0) {
    const fresh = await createLog(folder)
    await fresh.publish()
    return fresh
  }
  const path = logFile(folder)
  const file = await open(path, flags).catch(error => {
    throw error.code === 'ENOENT' ? otherFormat() : error
  })
  try {
    const { buffer } = await file.read(Buffer.alloc(format.length), 0, format.length, 0)
    if (!buffer.equals(format)) throw otherFormat()
    const { size } = await file.stat()
    let whole = format.length
    for await (const records of readRecords(file, whole, size)) {
      for (const record of records) replay(record)
      whole = endOf(records, whole)
    }
    if (whole < size) {
      if (!(await isTorn(file, whole, size))) throw new Damaged(path, whole)
      logger.warn('the last write was cut short by a crash and is left out; it was never acknowledged', {
        file: path,
        offset: whole,
        bytes: size - whole,
      })
    }
    return logOf(folder, file, whole, size)
  } catch (error) {
    await file.close()
    throw error
  }
}

export const endOf = (records: readonly LogRecord[], otherwise: number): number => {
  const last = records.at(-1)
  return last ? last.offset + last.bytes.length : otherwise
}

const otherFormat = (): Error =>
  new Error('its files have the format of another version; give this one an empty folder')

/** An empty log beside the folder's, until it is published. */
export const createLog = async (folder: string): Promise<Log> => {
  await rm(freshFile(folder), { force: true })
  const file = await open(freshFile(folder), flags | constants.O_CREAT | constants.O_EXCL, 0o600)
  const log = logOf(folder, file, 0, 0)
  try {
    await log.append(format)
    return log
  } catch (error) {
    await log.discard()
    throw error
  }
}

/** Behind what is whole the file may have what is to be cut off. */
const logOf = (folder: string, file: FileHandle, whole: number, all: number): Log => {
  let size = whole
  let end = all

  const checkAlone = (): void => {
    const stat = fstatSync(file.fd)
    if (stat.nlink === 0 || stat.size !== end) {
      throw new NotAlone(`another process writes to ${logFile(folder)}`)
    }
  }

  const cut = async (): Promise<void> => {
    await file.truncate(size)
    end = size
  }

  return {
    start: format.length,
    get size() {
      return size
    },
    checkAlone,
    async append(bytes) {
      checkAlone()
      if (end > size) await cut()
      try {
        // A disk that is about to be full takes a part.
        for (let written = 0; written < bytes.length; ) {
          written += (await file.write(bytes, written, bytes.length - written)).bytesWritten
        }
      } catch (error) {
        // What was written of it may not be followed by anything. If it can not be cut off now, the next append must.
        end = fstatSync(file.fd).size
        await cut().catch(() => {})
        throw error
      }
      size += bytes.length
      end = size
    },
    read(offset, length) {
      const bytes = Buffer.allocUnsafe(length)
      for (let filled = 0; filled < length; ) {
        const count = readSync(file.fd, bytes, filled, length - filled, offset + filled)
        if (count === 0) throw new Damaged(logFile(folder), offset, 'the file ends before')
        filled += count
      }
      return bytes
    },
    async *records(from) {
      const to = size
      let whole = from
      for await (const records of readRecords(file, from, to)) {
        yield records
        whole = endOf(records, whole)
      }
      if (whole < to) throw new Damaged(logFile(folder), whole)
    },
    async publish() {
      await rename(freshFile(folder), logFile(folder))
      const directory = await open(folder)
      await directory.sync().finally(() => directory.close())
    },
    async discard() {
      await file.close()
      await rm(freshFile(folder), { force: true })
    },
    close: () => file.close(),
  }
}
