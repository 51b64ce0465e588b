import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * A durable map: a file of changes, one JSON line each, read again at start and rewritten when most of it is stale.
 * A process that is killed at any moment leaves at most one torn line, which is dropped.
 */
export interface Journal {
  readonly entries: ReadonlyMap<string, unknown>
  /** Changes the map at once; `synced` tells when the disk has it. The value must not change afterwards. */
  put(key: string, value: unknown): void
  delete(key: string): void
  /** Resolves when every earlier change is on disk. Those who wait at the same time share one write and one fsync. */
  synced(): Promise<void>
  close(): Promise<void>
}

type Line = readonly [key: string, value?: unknown]

/** A file is rewritten when it holds this many lines more than twice what is alive. */
const slack = 2_000

const replay = (path: string) => {
  const entries = new Map<string, unknown>()
  let text = ''
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const lines = text.split('\n')
  // A whole line ends with a line feed, so the part after the last one is empty or torn.
  let torn = lines.pop() !== '' || lines.length === 0
  for (const line of lines) {
    try {
      const [key, value] = JSON.parse(line) as Line
      if (value === undefined) entries.delete(key)
      else entries.set(key, value)
    } catch {
      // After a loss of power a block in the middle may be missing; nothing behind it can be trusted.
      torn = true
      break
    }
  }
  return { entries, lines: lines.length, torn }
}

const encode = (line: Line): string => `${JSON.stringify(line)}\n`

export const openJournal = (path: string): Journal => {
  mkdirSync(dirname(path), { recursive: true })
  const { entries, lines, torn } = replay(path)
  let count = lines
  let rewrite = torn
  let changes: Line[] = []
  let file: FileHandle | undefined
  let writing = Promise.resolve()
  let next: Promise<void> | undefined

  const append = async (batch: readonly Line[]) => {
    file ??= await open(path, 'a')
    await file.appendFile(batch.map(encode).join(''))
    await file.datasync()
    count += batch.length
  }

  const replace = async () => {
    await file?.close()
    file = undefined
    const fresh = await open(`${path}.new`, 'w')
    count = entries.size
    await fresh.writeFile([...entries].map(encode).join(''))
    await fresh.datasync()
    await fresh.close()
    renameSync(`${path}.new`, path)
    const folder = openSync(dirname(path), 'r')
    fsyncSync(folder)
    closeSync(folder)
  }

  const write = async () => {
    next = undefined
    const batch = changes
    changes = []
    const whole = rewrite || count + batch.length > 2 * entries.size + slack
    // Until it has succeeded: an append that fails half-way leaves a torn line, and only a new file heals that.
    rewrite = true
    await (whole ? replace() : append(batch))
    rewrite = false
  }

  const synced = () => {
    if (changes.length === 0) return writing
    if (next) return next
    // Whether the write before failed is told to those who waited for it; this one starts over.
    next = writing.then(write, write)
    writing = next
    return next
  }

  return {
    entries,
    put(key, value) {
      entries.set(key, value)
      changes.push([key, value])
    },
    delete(key) {
      if (entries.delete(key)) changes.push([key])
    },
    synced,
    async close() {
      await synced()
      await file?.close()
    },
  }
}
