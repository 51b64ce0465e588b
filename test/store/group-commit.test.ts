import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { groupCommit, type Write } from '../../store/group-commit.ts'
import { KeyExists } from '../../store/store.ts'
import { ManualClock } from '../support/manual-clock.ts'

const clock = new ManualClock()
const limits = { writes: 10, bytes: 1000 }
const create = (key: string, size = 1): Write => ({ type: 'create', key, value: new Uint8Array(size) })

test('a write alone goes alone, those that come meanwhile go together', async () => {
  const batches: string[][] = []
  let finish = (): void => {}
  const { submit, idle } = groupCommit(
    async batch => {
      batches.push(batch.map(({ key }) => key))
      await new Promise<void>(resolve => {
        finish = resolve
        begun()
      })
      return batch.map(() => batches.length)
    },
    limits,
    clock,
  )
  let begun = (): void => {}
  const begin = () => new Promise<void>(resolve => (begun = resolve))

  let next = begin()
  const first = submit(create('/a'))
  await next
  const others = ['/b', '/c', '/d'].map(key => submit(create(key)))
  next = begin()
  finish()
  assert.is(await first, 1)
  await next
  finish()
  assert.equal(await Promise.all(others), [2, 2, 2])
  await idle()
  assert.equal(batches, [['/a'], ['/b', '/c', '/d']])
})

test('writers that come turn by turn are gathered, but not for ever', async () => {
  const sizes: number[] = []
  const { submit, idle } = groupCommit(
    async batch => {
      sizes.push(batch.length)
      return batch.map(() => sizes.length)
    },
    { writes: 100, bytes: 1000 },
    clock,
  )
  const writes: Promise<number>[] = []
  await new Promise<void>(resolve => {
    const turn = () => {
      writes.push(submit(create(`/${writes.length}`)))
      if (writes.length < 40) setImmediate(turn)
      else resolve()
    }
    setImmediate(turn)
    writes.push(submit(create('/first')))
  })
  await Promise.all(writes)
  await idle()
  assert.ok((sizes[0] ?? 0) > 1, 'the first batch has several')
  assert.ok(Math.max(...sizes) < writes.length, 'none waits until no more come')
})

test('a writer waits for one whose request has come in the meantime', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const asking = connect(port, '127.0.0.1')
  const [asked] = (await once(server, 'connection')) as [Socket]
  const batches: string[][] = []
  const { submit } = groupCommit(
    async batch => {
      batches.push(batch.map(({ key }) => key))
      return batch.map(() => 1)
    },
    limits,
    clock,
  )
  const second = once(asked, 'data').then(() => submit(create('/second')))
  // Called before the loop looks for input.
  await new Promise<void>(resolve => asking.write('x', () => resolve()))
  await Promise.all([submit(create('/first')), second])
  asking.destroy()
  server.close()
  assert.equal(batches, [['/first', '/second']])
})

test('every write has an outcome of its own', async () => {
  const taken = new KeyExists('/b')
  const { submit } = groupCommit(
    async batch => batch.map(({ key }) => (key === '/b' ? taken : 7)),
    limits,
    clock,
  )
  const results = await Promise.allSettled(['/a', '/b', '/c'].map(key => submit(create(key))))
  assert.equal(results, [
    { status: 'fulfilled', value: 7 },
    { status: 'rejected', reason: taken },
    { status: 'fulfilled', value: 7 },
  ])
})

test('a batch that failed takes only its own writes with it', async () => {
  const broken = new Error('broken')
  let commits = 0
  const { submit } = groupCommit(
    async batch => {
      if (++commits === 1) throw broken
      return batch.map(() => commits)
    },
    limits,
    clock,
  )
  const results = await Promise.allSettled([submit(create('/a')), submit(create('/b')), submit(create('/a'))])
  assert.equal(results, [
    { status: 'rejected', reason: broken },
    { status: 'rejected', reason: broken },
    { status: 'fulfilled', value: 2 },
  ])
})

test('a commit knows how long its oldest write has waited', async () => {
  const times: number[] = []
  const { submit } = groupCommit(
    async (batch, since) => {
      times.push(since)
      clock.advance(100)
      return batch.map(() => 1)
    },
    limits,
    clock,
  )
  const start = clock.now()
  await Promise.all([submit(create('/a')), submit(create('/a')), submit(create('/b'))])
  assert.equal(times, [start, start])
})

test('batches keep the limits and the order of every key', async () => {
  const writes = fc.array(
    fc.record({
      key: fc.constantFrom('/a', '/b', '/c', '/d', '/e'),
      size: fc.constantFrom(1, 200, 600, 2000),
    }),
    { maxLength: 60 },
  )
  await fc.assert(
    fc.asyncProperty(writes, async list => {
      const committed: Write[] = []
      const { submit } = groupCommit(
        async batch => {
          const bytes = batch.reduce(
            (sum, write) => sum + write.key.length + ('value' in write ? write.value.length : 0),
            0,
          )
          assert.ok(batch.length <= limits.writes)
          assert.ok(batch.length === 1 || bytes <= limits.bytes)
          assert.is(new Set(batch.map(({ key }) => key)).size, batch.length)
          committed.push(...batch)
          return batch.map(() => 1)
        },
        limits,
        clock,
      )
      const submitted = list.map(({ key, size }) => create(key, size))
      await Promise.all(submitted.map(submit))
      assert.is(committed.length, submitted.length)
      for (const { key } of list) {
        const own = (all: readonly Write[]) => all.filter(write => write.key === key)
        assert.ok(own(committed).every((write, index) => write === own(submitted)[index]))
      }
    }),
  )
})

test.run()
