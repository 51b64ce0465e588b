import { lastValueFrom } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openEtcdStore } from '../../store/etcd/etcd-store.ts'
import { type Batch, Compacted, RevisionMismatch, type Store, StoreUnavailable } from '../../store/store.ts'
import { type Logger, silent } from '../../util/logger.ts'
import { Etcd, freePort } from '../support/etcd.ts'
import { eventually } from '../support/eventually.ts'
import { batchesUpTo, bytes, failure, storeContract, text, told } from './contract.ts'
import { recorder } from './recorder.ts'
import { wireTo } from './wire.ts'

const etcd = await Etcd.start()
test.after(() => etcd.stop())

let opened = 0
const newPrefix = (): string => `/registry/${opened++}`
const open = (
  options: Partial<{ endpoints: string[]; prefix: string; logger: Logger; timeout: number }> = {},
) => openEtcdStore({ endpoints: [etcd.endpoint], prefix: newPrefix(), logger: silent, ...options })

storeContract('etcd', open, 8)

/** Watches that etcd serves at present. */
const watchers = async (): Promise<number> => {
  const metrics = await (await fetch(`${etcd.endpoint}/metrics`)).text()
  return Number(/^etcd_debugging_mvcc_watcher_total (\d+)/m.exec(metrics)?.[1])
}

test('etcd: one watch serves all, and none is left behind', async () => {
  await eventually('earlier watches are gone', async () => (await watchers()) === 0)
  const store = await open()
  const start = await store.revision()
  const seen: Batch[] = []
  const subscriptions = Array.from({ length: 50 }, (_, n) =>
    store.watch(`/pods/${n}/`, start).subscribe(batch => seen.push(batch)),
  )
  const last = await store.create('/pods/7/a', bytes('x'))
  await eventually('all are up', () => seen.filter(({ revision }) => revision === last).length === 50)
  assert.is(await watchers(), 1)
  // One that begins in the past has its own until it is up.
  assert.equal(told(await batchesUpTo(store.watch('/pods/', start), last)), [['+ /pods/7/a x']])
  await eventually('the past is gone', async () => (await watchers()) === 1)
  for (const subscription of subscriptions) subscription.unsubscribe()
  await eventually('all are gone', async () => (await watchers()) === 0)
  await store.close()
})

test('etcd: a watch comes up to revisions that others make', async () => {
  const store = await open()
  const stranger = await open()
  const seen: Batch[] = []
  const watching = store.watch('/pods/', await store.revision()).subscribe(batch => seen.push(batch))
  for (let n = 0; n < 3; n++) {
    await stranger.create(`/pods/${n}`, bytes('x'))
    const revision = await store.revision()
    await eventually('the mark', () => seen.some(batch => batch.revision >= revision))
  }
  assert.equal(told(seen), [])
  assert.equal((await store.list('/')).entries, [])
  watching.unsubscribe()
  await store.close()
  await stranger.close()
})

test('etcd: a prefix with a slash is the same as without', async () => {
  const prefix = newPrefix()
  const [one, other, neighbour] = await Promise.all([
    open({ prefix }),
    open({ prefix: `${prefix}/` }),
    open({ prefix: `${prefix}0` }),
  ])
  const seen = batchesUpTo(other.watch('/', await one.revision()), (await one.revision()) + 2)
  await neighbour.create('/a', bytes('neighbour'))
  await one.create('/a', bytes('x'))
  assert.equal(told(await seen), [['+ /a x']])
  assert.is((await other.list('/')).entries.length, 1)
  await Promise.all([one.close(), other.close(), neighbour.close()])
})

test('etcd: a value that is too large is refused alone', async () => {
  const store = await open()
  const [small, large, other] = await Promise.allSettled([
    store.create('/pods/small', bytes('x')),
    store.create('/pods/large', new Uint8Array(2_000_000)),
    store.create('/pods/other', bytes('x')),
  ])
  assert.equal([small.status, large.status, other.status], ['fulfilled', 'rejected', 'fulfilled'])
  if (large.status === 'rejected') assert.match(large.reason.message, /request is too large/)
  const parts = Array.from({ length: 10 }, (_, n) => store.create(`/parts/${n}`, new Uint8Array(400_000)))
  await Promise.all(parts)
  // More than grpc-js takes in one message unasked.
  assert.is((await store.list('/parts/')).entries.length, 10)
  await store.close()
})

test('etcd: a member that is down is passed by', async () => {
  const store = await open({ endpoints: [`http://127.0.0.1:${await freePort()}`, etcd.endpoint] })
  const created = await store.create('/pods/a', bytes('x'))
  assert.is((await store.get('/pods/a'))?.revision, created)
  await store.close()
})

test('etcd: a write without an answer is neither repeated nor called a failure', async () => {
  const wire = await wireTo(etcd.endpoint)
  const prefix = newPrefix()
  const direct = await open({ prefix })
  const store = await open({ prefix, endpoints: [wire.endpoint], timeout: 500 })
  const created = await store.create('/pods/a', bytes('one'))
  wire.swallowAnswers()
  await failure(store.update('/pods/a', bytes('two'), created), StoreUnavailable)
  assert.is(text((await direct.get('/pods/a'))?.value ?? bytes('')), 'two')

  wire.cut()
  wire.mend()
  // Until the broken connection is noticed, calls go down with it.
  const { current } = await eventually('the wire is mended', () =>
    failure(store.update('/pods/a', bytes('again'), created), RevisionMismatch),
  )
  assert.is(text(current?.value ?? bytes('')), 'two')
  const last = current?.revision ?? 0
  assert.equal(told(await batchesUpTo(direct.watch('/pods/', created), last)), [['= /pods/a two']])
  await Promise.all([store.close(), direct.close()])
  await wire.close()
})

test('etcd: a watch that was away for too long says so, a younger one goes on', async () => {
  const wire = await wireTo(etcd.endpoint)
  const prefix = newPrefix()
  const direct = await open({ prefix })
  const store = await open({ prefix, endpoints: [wire.endpoint] })
  const start = await direct.create('/pods/a', bytes('x'))
  const seen: Batch[] = []
  const away = failure(lastValueFrom(store.watch('/pods/', start)), Compacted)
  store.watch('/other/', start + 2).subscribe(batch => seen.push(batch))
  await store.revision()
  wire.cut()
  await direct.create('/pods/b', bytes('x'))
  const compacted = await direct.create('/pods/c', bytes('x'))
  await direct.compact(compacted)
  wire.mend()
  assert.is((await away).oldest, compacted)
  const last = await direct.create('/other/d', bytes('x'))
  await eventually('the younger watch is up', () => seen.some(({ revision }) => revision >= last))
  assert.equal(told(seen), [['+ /other/d x']])
  await Promise.all([store.close(), direct.close()])
  await wire.close()
})

/** Writes until told to stop; what it knows of each key, it knows from etcd's answers. */
const writeOn = async (store: Store, name: string, stopped: () => boolean): Promise<number[]> => {
  const acknowledged: number[] = []
  for (let turn = 0; !stopped(); turn++) {
    try {
      const created = await store.create(`/pods/${name}-${turn}`, bytes(`${turn}`))
      acknowledged.push(created)
      acknowledged.push(await store.delete(`/pods/${name}-${turn}`, created))
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
    }
  }
  return acknowledged
}

test('etcd: kill -9 in the middle of a watch loses nothing and repeats nothing', async () => {
  const prefix = newPrefix()
  const store = await open({ prefix, timeout: 10_000 })
  const start = await store.revision()
  const seen: Batch[] = []
  const watching = store.watch('/pods/', start).subscribe(batch => seen.push(batch))
  let stopped = false
  const writing = Array.from({ length: 8 }, (_, n) => writeOn(store, String(n), () => stopped))
  for (let crash = 0; crash < 2; crash++) {
    const before = seen.length
    await eventually('writes go on', () => seen.length > before + 50)
    await etcd.kill()
    await etcd.start()
  }
  const before = seen.length
  await eventually('writes go on', () => seen.length > before + 50)
  stopped = true
  const acknowledged = new Set((await Promise.all(writing)).flat())
  const last = await store.create('/pods/last', bytes('x'))
  await eventually('the watch is up', () => seen.some(({ revision }) => revision >= last))
  watching.unsubscribe()

  const fresh = await open({ prefix })
  const history = await batchesUpTo(fresh.watch('/pods/', start), last)
  const filled = (batches: readonly Batch[]) => batches.filter(({ changes }) => changes.length > 0)
  assert.equal(
    filled(seen).map(({ revision }) => revision),
    filled(history).map(({ revision }) => revision),
  )
  assert.equal(told(seen), told(history))
  const revisions = new Set(filled(seen).map(({ revision }) => revision))
  assert.ok([...acknowledged].every(revision => revisions.has(revision)))
  await Promise.all([store.close(), fresh.close()])
})

test('etcd: while it is down calls end in bounded time, the operator hears of it once, and then all is well', async () => {
  const { logger, lines } = recorder()
  const store = await open({ logger, timeout: 300 })
  const start = await store.create('/pods/a', bytes('x'))
  const seen: Batch[] = []
  const watching = store.watch('/pods/', start).subscribe(batch => seen.push(batch))
  await etcd.kill()
  for (let n = 0; n < 3; n++) {
    const calls = [
      store.create(`/down/${n}`, bytes('x')),
      store.get('/pods/a'),
      store.list('/pods/'),
      store.revision(),
    ]
    await Promise.all(calls.map(call => failure(call, StoreUnavailable)))
  }
  assert.equal(lines, ['error: etcd does not answer'])

  await etcd.start()
  await eventually('etcd is back', () => store.get('/pods/a'))
  const last = await store.create('/pods/b', bytes('x'))
  await eventually('the watch is up', () => seen.some(({ revision }) => revision >= last))
  assert.equal(told(seen), [['+ /pods/b x']])
  assert.equal(lines, ['error: etcd does not answer', 'info: etcd answers again'])
  watching.unsubscribe()
  await store.close()
})

test('etcd: reads outlast a restart, and what is opened while etcd is away waits for it', async () => {
  const { logger, lines } = recorder()
  const prefix = newPrefix()
  const store = await open({ prefix, logger, timeout: 20_000 })
  await store.create('/pods/a', bytes('x'))
  await etcd.kill()
  const reads = Promise.all([store.get('/pods/a'), store.list('/pods/'), store.revision()])
  const late = await open({ prefix, logger, timeout: 20_000 })
  const writes = Promise.all([late.create('/pods/b', bytes('x')), late.create('/pods/c', bytes('x'))])
  await etcd.start()
  const [entry] = await reads
  assert.is(text(entry?.value ?? bytes('')), 'x')
  await writes
  assert.is((await store.list('/pods/')).entries.length, 3)
  assert.equal(lines, [])
  await Promise.all([store.close(), late.close()])
})

test.run()
