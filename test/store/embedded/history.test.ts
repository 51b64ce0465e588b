import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type History, openHistory } from '../../../store/embedded/history.ts'
import { Damaged, NotAlone } from '../../../store/embedded/log.ts'
import type { Change } from '../../../store/store.ts'
import { silent } from '../../../util/logger.ts'
import { onFullDisk } from '../../support/full-disk.ts'
import { tempDir } from '../../support/temp.ts'
import { failure, told } from '../contract.ts'
import { recorder } from '../recorder.ts'

const dir = tempDir('history')
let folders = 0
const newPath = (): string => join(dir, String(folders++))
const logOf = (path: string): string => join(path, 'log')

/** A history with the beginning of another one's file. */
const copyOf = (path: string, size?: number): string => {
  const copy = newPath()
  cpSync(path, copy, { recursive: true })
  if (size !== undefined) truncateSync(logOf(copy), size)
  return copy
}

const put = (key: string, value: string | Buffer, created = true): Change => ({
  type: 'put',
  key,
  value: Buffer.from(value),
  created,
})

type Row = readonly [key: string, value: string, revision: number]

const rows = (history: History, at: number): Row[] =>
  history
    .page('/', at, 0)
    .entries.map(({ key, value, revision }) => [key, Buffer.from(value).toString(), revision])

/** All that a history tells. */
const contents = (history: History) => {
  const { newest, compacted } = history
  const pages: Row[][] = []
  for (let at = Math.max(compacted, 1); at <= newest; at++) pages.push(rows(history, at))
  return { newest, compacted, pages, batches: told(history.changes(compacted, Number.POSITIVE_INFINITY)) }
}

/** What a history has to tell, in plain maps. */
class Model {
  compacted = 0
  readonly #pages: Row[][] = [[], []]
  readonly #batches: (readonly Change[])[] = [[], []]
  #now = new Map<string, Row>()

  get newest(): number {
    return this.#pages.length - 1
  }

  /** A change of every key: the values there are get new ones, or go; the others come. */
  changes(keys: readonly string[], value: string, deletes: boolean): Change[] {
    return keys.map(key => {
      if (deletes && this.#now.has(key)) return { type: 'delete', key }
      return put(key, value, !this.#now.has(key))
    })
  }

  apply(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.type === 'delete') this.#now.delete(change.key)
      else this.#now.set(change.key, [change.key, Buffer.from(change.value).toString(), this.newest + 1])
    }
    this.#pages.push([...this.#now.values()].sort(([a], [b]) => (a < b ? -1 : 1)))
    this.#batches.push(changes)
  }

  contents(): ReturnType<typeof contents> {
    const { newest, compacted } = this
    const batches = this.#batches.slice(Math.max(compacted, 1) + 1)
    return {
      newest,
      compacted,
      pages: this.#pages.slice(Math.max(compacted, 1)),
      batches: told(batches.map(changes => ({ revision: 0, changes }))),
    }
  }
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      keys: fc.uniqueArray(fc.constantFrom('/a', '/b', '/b/c', '/d'), { minLength: 1 }),
      deletes: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ share: fc.constantFrom(0.3, 0.8, 1) }) },
)

/**
 * Histories of at least so many steps, with values of this size, are cut anywhere behind what was last written anew.
 * The answer is how often that happened.
 */
const cutAnywhere = async (minLength: number, length: number, numRuns: number): Promise<number> => {
  let rewrites = 0
  const steps = fc.array(step, { minLength, maxLength: 30, size: 'max' })
  const property = fc.asyncProperty(steps, fc.array(fc.nat(), { maxLength: 5 }), async (list, cuts) => {
    const path = newPath()
    const history = await openHistory(path, silent)
    const model = new Model()
    let file = statSync(logOf(path))
    let states = [{ size: file.size, contents: model.contents() }]
    for (const [index, step] of list.entries()) {
      if ('keys' in step) {
        const changes = model.changes(step.keys, `${index}`.padEnd(length, '.'), step.deletes)
        await history.append(changes)
        model.apply(changes)
      } else {
        const revision = Math.floor(model.newest * step.share)
        model.compacted = Math.max(model.compacted, revision)
        await history.compact(revision)
      }
      assert.equal(contents(history), model.contents())
      const before = file
      file = statSync(logOf(path))
      if (file.ino !== before.ino) {
        rewrites++
        states = []
      }
      states.push({ size: file.size, contents: model.contents() })
    }
    await history.close()

    const first = states[0]?.size ?? 0
    for (const cut of [first, file.size, ...cuts.map(cut => first + (cut % (file.size - first + 1)))]) {
      const copy = copyOf(path, cut)
      const whole = states.findLast(({ size }) => size <= cut)
      const { logger, lines } = recorder()
      const opened = await openHistory(copy, logger)
      assert.equal(contents(opened), whole?.contents)
      assert.is(lines.length, cut === whole?.size ? 0 : 1)
      // It goes on from there, and what was torn is gone.
      await opened.append([put('/e', 'on')])
      const expected = contents(opened)
      await opened.close()
      const again = await openHistory(copy, silent)
      assert.equal(contents(again), expected)
      await again.close()
    }
  })
  await fc.assert(property, { numRuns })
  return rewrites
}

test('history: a log that is cut anywhere at its end has all whole revisions up to there', async () => {
  assert.is(await cutAnywhere(1, 20, 60), 0)
})

test('history: the same after it was written anew without what is forgotten', async () => {
  assert.ok((await cutAnywhere(25, 300_000, 6)) > 0)
})

/** Some revisions; where the record of each begins. */
const written = async (path: string, count = 8, length = 40): Promise<number[]> => {
  const history = await openHistory(path, silent)
  const begins: number[] = []
  for (let n = 0; n < count; n++) {
    begins.push(statSync(logOf(path)).size)
    await history.append([put(`/${n}`, String(n).repeat(length)), put(`/more/${n}`, 'x'.repeat(length))])
  }
  await history.close()
  return begins
}

test('history: a byte that is not what was written is told, and the file is left alone', async () => {
  const path = newPath()
  const begins = await written(path)
  const bytes = readFileSync(logOf(path))
  const last = begins.at(-1) ?? 0
  // The last record's length alone can not be told from that of a record which was cut short.
  const positions = fc.nat(bytes.length - 1).filter(at => at < last + 4 || at >= last + 8)
  await fc.assert(
    fc.asyncProperty(positions, fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const copy = copyOf(path)
      const broken = Buffer.from(bytes)
      broken[at] = (broken[at] ?? 0) ^ flip
      writeFileSync(logOf(copy), broken)
      const offset = begins.findLast(begin => begin <= at)
      if (offset === undefined) {
        assert.match((await failure(openHistory(copy, silent), Error)).message, /format of another version/)
      } else {
        const { message } = await failure(openHistory(copy, silent), Damaged)
        assert.ok(message.startsWith(`${logOf(copy)} is damaged at byte ${offset}: `), message)
        assert.ok(message.endsWith(`truncate -s ${offset} ${logOf(copy)}`), message)
      }
      assert.ok(readFileSync(logOf(copy)).equals(broken))
    }),
  )
})

test('history: revisions follow each other', async () => {
  const path = newPath()
  const [, second = 0, third = 0] = await written(path)
  const bytes = readFileSync(logOf(path))
  const copy = copyOf(path)
  writeFileSync(logOf(copy), Buffer.concat([bytes.subarray(0, second), bytes.subarray(third)]))
  const { message } = await failure(openHistory(copy, silent), Damaged)
  assert.match(message, new RegExp(`damaged at byte ${second}:`))
})

test('history: a last record of which the disk has only some sectors was never acknowledged', async () => {
  const path = newPath()
  const begins = await written(path, 3, 3000)
  const last = begins.at(-1) ?? 0
  const { size } = statSync(logOf(path))
  const sectors = []
  for (let from = last; from < size; from = (Math.floor(from / 512) + 1) * 512) sectors.push(from)
  for (const from of sectors) {
    const copy = copyOf(path)
    const bytes = readFileSync(logOf(copy))
    bytes.fill(0, from, Math.min(size, (Math.floor(from / 512) + 1) * 512))
    writeFileSync(logOf(copy), bytes)
    const { logger, lines } = recorder()
    const history = await openHistory(copy, logger)
    assert.is(history.newest, 3)
    assert.equal(lines, [
      'warn: the last write was cut short by a crash and is left out; it was never acknowledged',
    ])
    // The file stays as it is for as long as nobody writes.
    assert.is(statSync(logOf(copy)).size, size)
    await history.append([put('/2', 'again')])
    await history.close()
    const again = await openHistory(copy, silent)
    assert.is(String(again.get('/2')?.value), 'again')
    await again.close()
  }
})

test('history: records in a value are not taken for records', async () => {
  const path = newPath()
  await written(path)
  const history = await openHistory(path, silent)
  const { newest } = history
  await history.append([put('/log', readFileSync(logOf(path)))])
  await history.close()
  truncateSync(logOf(path), statSync(logOf(path)).size - 1)
  const again = await openHistory(path, silent)
  assert.is(again.newest, newest)
  await again.close()
})

test('history: what a crash left of a log that was to be, is removed', async () => {
  const path = newPath()
  mkdirSync(path)
  writeFileSync(join(path, 'log.new'), 'half a')
  const history = await openHistory(path, silent)
  assert.equal(readdirSync(path), ['log'])
  await history.close()
})

test('history: few keys that change for ever take little of the disk, and readers see no difference', async () => {
  const path = newPath()
  const history = await openHistory(path, silent)
  const model = new Model()
  const keys = ['/a', '/b', '/c', '/d']
  let largest = 0
  const files = new Set<number>()
  const compactions: Promise<void>[] = []
  for (let n = 0; n < 1500; n++) {
    // A quarter of the keys goes and comes again.
    const changes = model.changes([keys[n % 4] ?? '', `/${n % 2}`], `${n}`.padEnd(8000, '.'), n % 16 < 4)
    await history.append(changes)
    model.apply(changes)
    if (n % 100 === 99) {
      // Writes, reads and the next compactions go on meanwhile.
      model.compacted = model.newest - 20
      compactions.push(history.compact(model.compacted))
    }
    if (n % 7 === 0) assert.equal(contents(history), model.contents())
    const { ino, size } = statSync(logOf(path))
    files.add(ino)
    largest = Math.max(largest, size)
  }
  await Promise.all(compactions)
  assert.equal(contents(history), model.contents())
  await history.close()
  assert.ok(files.size > 1, 'the log was written anew')
  assert.ok(largest < 16 << 20, `${largest} bytes`)
  assert.equal(readdirSync(path), ['log'])
  const again = await openHistory(path, silent)
  assert.equal(contents(again), model.contents())
  await again.close()
})

test('history: who has an older file of the log open can still read it, and can not write', async () => {
  const path = newPath()
  const first = await openHistory(path, silent)
  const value = 'x'.repeat(2 << 20)
  for (let n = 0; n < 6; n++) await first.append([put('/a', value, n === 0)])
  const reader = await openHistory(path, silent)
  const { ino } = statSync(logOf(path))
  await first.compact(first.newest)
  assert.is.not(statSync(logOf(path)).ino, ino)
  assert.is(reader.get('/a')?.value.length, value.length)
  await failure(reader.append([put('/b', 'x')]), NotAlone)
  await first.append([put('/b', 'y')])
  assert.is(String(first.get('/b')?.value), 'y')
  await Promise.all([first.close(), reader.close()])
})

test('history: a full disk refuses writes, and takes them again when it has room', async () => {
  const path = newPath()
  await written(path)
  const history = await openHistory(path, silent)
  const before = contents(history)
  const { size } = statSync(logOf(path))
  for (const room of [0, 1, 11, 100]) {
    await onFullDisk(size + room, async () => {
      await failure(history.append([put('/full', 'x'.repeat(1000))]), Error)
      assert.is(statSync(logOf(path)).size, size)
      assert.equal(contents(history), before)
    })
  }
  await history.append([put('/full', 'not any more')])
  const after = contents(history)
  await history.close()
  const again = await openHistory(path, silent)
  assert.equal(contents(again), after)
  await again.close()
})

test('history: a disk without room for a smaller log leaves the larger one as it is', async () => {
  const path = newPath()
  const history = await openHistory(path, silent)
  const value = 'x'.repeat(1 << 20)
  for (let n = 0; n < 8; n++) await history.append([put('/a', value, n === 0)])
  const { ino } = statSync(logOf(path))
  await onFullDisk(1 << 20, async () => {
    await failure(history.compact(history.newest), Error)
    assert.is(rows(history, history.newest)[0]?.[1], value)
    assert.equal(readdirSync(path), ['log'])
  })
  await history.compact(history.newest)
  assert.is.not(statSync(logOf(path)).ino, ino)
  assert.is(rows(history, history.newest)[0]?.[1], value)
  await history.close()
})

test.run()
