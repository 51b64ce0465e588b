import { Subject } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createInformer } from '../../informers/create-informer.ts'
import type { Change, Source, SourceBatch } from '../../informers/informer.ts'
import { type Logger, silent } from '../../util/logger.ts'
import { ManualClock } from '../support/manual-clock.ts'

interface Item {
  readonly key: string
  readonly at: number
}

type Answer = { items: readonly Item[]; revision: string } | Error

/** A source that does what the test says, and tells what it was asked. */
const scripted = () => {
  const asked: string[] = []
  const answers: ((answer: Answer) => void)[] = []
  let watch = new Subject<SourceBatch<Item>>()
  const source: Source<Item> = {
    list: () => {
      asked.push('list')
      return new Promise((resolve, reject) =>
        answers.push(answer => (answer instanceof Error ? reject(answer) : resolve(answer))),
      )
    },
    watch: revision => {
      asked.push(`watch ${revision}`)
      watch = new Subject()
      return watch
    },
    isExpired: error => error instanceof RangeError,
  }
  return {
    source,
    asked,
    get watched() {
      return watch.observed
    },
    async listed(answer: Answer) {
      answers.shift()?.(answer)
      await new Promise(setImmediate)
    },
    put: (key: string, at: number) =>
      watch.next({ revision: String(at), events: [{ type: 'MODIFIED', item: { key, at } }] }),
    end: () => watch.complete(),
    fail: (error: Error) => watch.error(error),
  }
}

const setUp = (logger: Logger = silent) => {
  const clock = new ManualClock()
  const script = scripted()
  const informer = createInformer<Item>({
    source: script.source,
    key: ({ key }) => key,
    revision: ({ at }) => String(at),
    name: 'items',
    logger,
    clock,
  })
  return { clock, script, informer }
}

const list = (revision: number, ...items: Item[]) => ({ items, revision: String(revision) })
const words = (into: string[]) => (change: Change<Item>) => {
  into.push(`${change.type} ${change.key}@${change.item.at}`)
}

test('the first subscriber starts it, the last stops it and drops the cache; it can start again', async () => {
  const { script, informer } = setUp()
  assert.equal(script.asked, [])
  const one = informer.changes$.subscribe()
  const two = informer.changes$.subscribe()
  await script.listed(list(1, { key: 'a', at: 1 }))
  assert.equal(script.asked, ['list', 'watch 1'])
  one.unsubscribe()
  assert.ok(script.watched)
  two.unsubscribe()
  assert.not(script.watched)
  assert.is(informer.cache.size, 0)
  informer.assume({ key: 'b', at: 5 })
  assert.is(informer.cache.size, 0)

  const seen: string[] = []
  const again = informer.changes$.subscribe(words(seen))
  await script.listed(list(2, { key: 'a', at: 2 }))
  assert.equal(seen, ['ADDED a@2'])
  again.unsubscribe()
})

test('synced$ tells when all that was listed has been told, and anew after a restart', async () => {
  const { script, informer } = setUp()
  const seen: string[] = []
  informer.synced$.subscribe(() => seen.push('synced'))
  const first = informer.changes$.subscribe(words(seen))
  await script.listed(list(1, { key: 'a', at: 1 }))
  assert.equal(seen, ['ADDED a@1', 'synced'])
  informer.synced$.subscribe({ next: () => seen.push('late'), complete: () => seen.push('complete') })
  assert.equal(seen.slice(2), ['late', 'complete'])
  first.unsubscribe()
  informer.synced$.subscribe(() => seen.push('too early'))
  assert.is(seen.length, 4)
})

test('a list that answers after the stop changes nothing', async () => {
  const { script, informer } = setUp()
  informer.changes$.subscribe().unsubscribe()
  await script.listed(list(1, { key: 'a', at: 1 }))
  assert.is(informer.cache.size, 0)
  assert.equal(script.asked, ['list'])
})

test('who joins later is told of all there is, then of every change, each once', async () => {
  const { script, informer } = setUp()
  const early: string[] = []
  const late: string[] = []
  const first = informer.changes$.subscribe(words(early))
  await script.listed(list(2, { key: 'a', at: 1 }, { key: 'b', at: 2 }))
  script.put('a', 3)
  const second = informer.changes$.subscribe(words(late))
  script.put('b', 4)
  assert.equal(early, ['ADDED a@1', 'ADDED b@2', 'MODIFIED a@3', 'MODIFIED b@4'])
  assert.equal(late, ['ADDED a@3', 'ADDED b@2', 'MODIFIED b@4'])
  first.unsubscribe()
  second.unsubscribe()
})

test('readers that write or subscribe while they are told keep one order for all', async () => {
  const { script, informer } = setUp()
  const one: string[] = []
  const two: string[] = []
  const late: string[] = []
  const first = informer.changes$.subscribe(change => {
    words(one)(change)
    if (change.type !== 'ADDED' || change.key !== 'a') return
    informer.assume({ key: 'b', at: 5 })
    informer.changes$.subscribe(words(late))
    informer.assumeDeleted({ key: 'a', at: 1 }, '6')
  })
  const second = informer.changes$.subscribe(words(two))
  await script.listed(list(2, { key: 'a', at: 1 }, { key: 'b', at: 2 }))
  assert.equal(one, ['ADDED a@1', 'ADDED b@2', 'MODIFIED b@5', 'DELETED a@1'])
  assert.equal(two, one)
  assert.equal(late, ['ADDED a@1', 'ADDED b@5', 'DELETED a@1'])
  first.unsubscribe()
  second.unsubscribe()
})

test('failures are told once with what to do, retried with back-off, and never end the stream', async () => {
  const lines: string[] = []
  const logger = { ...silent, warn: (m: string) => lines.push(m), info: (m: string) => lines.push(m) }
  const { clock, script, informer } = setUp(logger as unknown as Logger)
  const subscription = informer.changes$.subscribe({
    error: assert.unreachable,
    complete: assert.unreachable,
  })
  for (let attempt = 0; attempt < 3; attempt++) {
    await script.listed(new Error('connection refused'))
    assert.is(script.asked.length, attempt + 1)
    clock.advance(30_000)
  }
  await script.listed(list(1))
  assert.equal(script.asked, ['list', 'list', 'list', 'list', 'watch 1'])
  assert.is(lines.length, 2)
  assert.match(lines[0] ?? '', /cannot list.*check that the server is up/)
  assert.match(lines[1] ?? '', /answers again/)

  script.put('a', 2)
  script.fail(new Error('reset'))
  clock.advance(30_000)
  script.end()
  clock.advance(30_000)
  script.put('a', 3)
  script.fail(new RangeError('expired'))
  await script.listed(list(9, { key: 'a', at: 3 }))
  assert.equal(script.asked.slice(5), ['watch 2', 'watch 2', 'list', 'watch 9'])
  subscription.unsubscribe()
  assert.is(clock.next, undefined)
})

test.run()
