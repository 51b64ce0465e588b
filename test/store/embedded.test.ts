import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastValueFrom } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openEmbeddedStore } from '../../store/embedded/embedded-store.ts'
import { Compacted, type Entry, type Store, StoreUnavailable } from '../../store/store.ts'
import { silent } from '../../util/logger.ts'
import { eventually } from '../support/eventually.ts'
import { onFullDisk } from '../support/full-disk.ts'
import { tempDir } from '../support/temp.ts'
import { batchesUpTo, bytes, failure, storeContract, text, told } from './contract.ts'
import { playedBack } from './model.ts'
import { recorder } from './recorder.ts'

const dir = tempDir('embedded')
let opened = 0
const newPath = (): string => join(dir, String(opened++))

storeContract('embedded', () => openEmbeddedStore({ path: newPath(), logger: silent }), 60)

test('embedded: a folder that can not be is told', async () => {
  await failure(openEmbeddedStore({ path: '/dev/null/store', logger: silent }), StoreUnavailable)
})

test('embedded: files of another format are told, and left alone', async () => {
  const path = newPath()
  mkdirSync(path)
  writeFileSync(join(path, 'data.mdb'), 'of the version before')
  for (let tries = 0; tries < 2; tries++) {
    const { cause } = await failure(openEmbeddedStore({ path, logger: silent }), StoreUnavailable)
    assert.match(String(cause), /format of another version; give this one an empty folder/)
  }
  assert.equal(readdirSync(path), ['data.mdb'])
})

test('embedded: goes on where it was closed', async () => {
  const path = `${newPath()}/store.d`
  const first = await openEmbeddedStore({ path, logger: silent })
  const one = await first.create('/pods/a', bytes('1'))
  const two = await first.update('/pods/a', bytes('2'), one)
  const three = await first.update('/pods/a', bytes('3'), two)
  await first.compact(two)
  await first.close()
  assert.ok(statSync(path).isDirectory())

  const second = await openEmbeddedStore({ path, logger: silent })
  assert.is(await second.revision(), three)
  assert.is(text((await second.get('/pods/a'))?.value ?? bytes('')), '3')
  assert.is(text((await second.list('/pods/', { revision: two })).entries[0]?.value ?? bytes('')), '2')
  assert.is((await failure(second.list('/pods/', { revision: one }), Compacted)).oldest, two)
  assert.ok((await second.create('/pods/b', bytes('b'))) > three)
  assert.equal(told(await batchesUpTo(second.watch('/pods/', two), three + 1)), [
    ['= /pods/a 3'],
    ['+ /pods/b b'],
  ])
  await second.close()
})

test('embedded: long histories are replayed and compacted whole', async () => {
  const store = await openEmbeddedStore({ path: newPath(), logger: silent })
  const start = await store.revision()
  const writes: Promise<number>[] = []
  for (let n = 0; n < 5000; n++) writes.push(store.create(`/pods/${n}`, bytes('x')))
  const last = Math.max(...(await Promise.all(writes)))
  const replayed = told(await batchesUpTo(store.watch('/pods/', start), last)).flat()
  assert.is(new Set(replayed).size, 5000)
  assert.is(replayed.length, 5000)

  // What a watcher is reading goes, and somebody writes in between.
  const reading = failure(lastValueFrom(store.watch('/pods/', start)), Compacted)
  const compacting = store.compact(last)
  await store.create('/pods/more', bytes('x'))
  await compacting
  assert.is((await reading).oldest, last)
  assert.is((await store.list('/pods/')).entries.length, 5001)
  await store.close()
})

test('embedded: a second process on the files can not write beside the first, and is told so once', async () => {
  const path = newPath()
  const { logger, lines } = recorder()
  const late = await openEmbeddedStore({ path, logger })
  const other = await openEmbeddedStore({ path, logger: silent })
  await other.create('/pods/a', bytes('other'))
  await failure(late.create('/pods/a', bytes('late')), StoreUnavailable)
  await failure(late.create('/pods/b', bytes('late')), StoreUnavailable)
  assert.equal(lines, ['error: the store can not be written'])
  assert.is(text((await other.get('/pods/a'))?.value ?? bytes('')), 'other')
  assert.is(await other.get('/pods/b'), undefined)
  await other.close()
  await late.close()
})

test('embedded: a full disk is told once, and so is when it has room again', async () => {
  const path = newPath()
  const { logger, lines } = recorder()
  const store = await openEmbeddedStore({ path, logger })
  const revision = await store.create('/pods/a', bytes('a'))
  await onFullDisk(statSync(join(path, 'log')).size, async () => {
    for (const key of ['/pods/b', '/pods/c']) {
      const { message, cause } = await failure(store.create(key, bytes(key)), StoreUnavailable)
      assert.is(message, `the store at ${path} can not be written: check the disk`)
      assert.match(String(cause), /EFBIG/)
    }
    assert.equal((await store.list('/pods/')).entries.length, 1)
  })
  assert.is(await store.create('/pods/b', bytes('b')), revision + 1)
  assert.equal(lines, ['error: the store can not be written', 'info: the store can be written again'])
  await store.close()
})

interface Acknowledged {
  readonly key: string
  readonly revision: number
  readonly value: string | null
}

/** The next time that the folder has a new name. */
const nameComes = (path: string, name: string): Promise<void> =>
  new Promise(resolve => {
    const watcher = watch(path, (event, changed) => {
      if (event !== 'rename' || changed !== name) return
      watcher.close()
      resolve()
    })
  })

/** In the middle of writes, in that of a log which is written anew, when that takes the place of the old one. */
const moments = [undefined, 'log.new', 'log'] as const

/** What a writing process had acknowledged when it was killed. */
const writeAndCrash = async (path: string, round: number): Promise<Acknowledged[]> => {
  const script = join(import.meta.dirname, 'crash-writer.ts')
  const record = `${path}.${round}`
  const child = spawn(process.execPath, ['--import', 'tsx', script, path, record, String(round)], {
    stdio: 'inherit',
  })
  const exited = once(child, 'exit')
  const lines = (): string[] => readFileSync(record, 'utf8').split('\n').slice(0, -1)
  await eventually('writes are acknowledged', () => lines().length >= 300 + round * 100)
  const moment = moments[round % moments.length]
  if (moment) await nameComes(path, moment)
  child.kill('SIGKILL')
  const [, signal] = await exited
  assert.is(signal, 'SIGKILL')
  return lines().map(line => JSON.parse(line))
}

const oldestOf = (store: Store): Promise<number> =>
  store.list('/', { revision: 1 }).then(
    () => 1,
    (error: Compacted) => error.oldest,
  )

test('embedded: kill -9 loses nothing that was acknowledged', async () => {
  const path = newPath()
  let newest = 0
  let earlier: readonly Entry[] = []
  for (let round = 0; round < 2 * moments.length; round++) {
    const acknowledged = await writeAndCrash(path, round)
    assert.ok(
      acknowledged.every(({ revision }) => revision > newest),
      'revisions go on',
    )
    const store = await openEmbeddedStore({ path, logger: silent })
    assert.equal(readdirSync(path), ['log'])
    newest = await store.revision()
    const oldest = await oldestOf(store)
    const batches = await batchesUpTo(store.watch('/', oldest), newest)
    const { entries } = await store.list('/')
    const isOwn = ({ key }: Entry) => key.startsWith(`/pods/${round}-`)

    // A process writes only to keys of its own.
    assert.equal(
      entries.filter(entry => !isOwn(entry)),
      earlier,
    )
    const history = new Map(
      batches.flatMap(({ revision, changes }) =>
        changes.map(change => [
          `${change.key}@${revision}`,
          change.type === 'put' ? text(change.value) : null,
        ]),
      ),
    )
    for (const { key, revision, value } of acknowledged) {
      if (revision > oldest) assert.is(history.get(`${key}@${revision}`), value)
    }
    const present = new Map(entries.map(entry => [entry.key, entry]))
    for (const { key, revision, value } of new Map(acknowledged.map(write => [write.key, write])).values()) {
      const entry = present.get(key)
      const deletion = batches.find(batch => told([batch]).flat().includes(`- ${key}`))
      // The one write to a key that was under way when the process died may have happened.
      if (entry?.revision === revision) assert.is(text(entry.value), value)
      else if (entry) assert.match(`${value} -> ${text(entry.value)}`, /first -> .*second$/)
      else assert.ok(value === null || (deletion && deletion.revision > revision), key)
    }
    assert.equal(
      playedBack((await store.list('/', { revision: oldest })).entries, batches),
      entries.map(({ key, value }) => [key, text(value)]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    )
    earlier = entries
    await store.close()
  }
})

test.run()
