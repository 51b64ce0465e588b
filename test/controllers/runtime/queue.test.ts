import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createQueue } from '../../../controllers/runtime/queue.ts'
import { after, done, type Result } from '../../../controllers/runtime/result.ts'
import { ManualClock } from '../../support/manual-clock.ts'

/** A queue whose work ends when the test says so. */
const setUp = (concurrency = 1) => {
  const clock = new ManualClock()
  const began: string[] = []
  const open = new Map<string, (result: Result | Error) => void>()
  const queue = createQueue({
    concurrency,
    clock,
    backoff: { initial: 100, max: 1_000, jitter: 0 },
    work: key => {
      assert.not(open.has(key), `${key} runs twice at once`)
      assert.ok(open.size < concurrency, 'too much at once')
      began.push(key)
      return new Promise((resolve, reject) => {
        open.set(key, result => {
          open.delete(key)
          if (result instanceof Error) reject(result)
          else resolve(result)
        })
      })
    },
  })
  const settle = () => new Promise(setImmediate)
  return {
    clock,
    queue,
    began,
    open,
    settle,
    async end(key: string, result: Result | Error = done) {
      open.get(key)?.(result)
      await settle()
    },
  }
}

test('keys gather until the start, each once, and come up in their order', async () => {
  const { queue, began, end, settle } = setUp()
  for (const key of ['a', 'b', 'a', 'c', 'a']) queue.add(key)
  await settle()
  assert.equal(began, [])
  queue.start()
  await settle()
  await end('a')
  await end('b')
  await end('c')
  assert.equal(began, ['a', 'b', 'c'])
})

test('a key that is added while it runs comes up once more, after those that waited', async () => {
  const { queue, began, end, settle } = setUp(2)
  queue.start()
  for (const key of ['a', 'b', 'c', 'a', 'a']) queue.add(key)
  await settle()
  queue.add('a')
  await settle()
  assert.equal(began, ['a', 'b'])
  assert.equal(queue.depth, { waiting: 2, running: 2, delayed: 0 })
  await end('b')
  await end('a')
  await end('c')
  await end('a')
  assert.equal(began, ['a', 'b', 'c', 'a'])
})

test('of several times the earliest holds, and a run settles them all', async () => {
  const { clock, queue, began, end, settle } = setUp()
  queue.start()
  queue.addAfter('a', 500)
  queue.addAfter('a', 200)
  queue.addAfter('a', 900)
  clock.advance(199)
  await settle()
  assert.equal(began, [])
  clock.advance(1)
  await settle()
  await end('a', after('1s'))
  assert.is(clock.next, 1_000)
  queue.add('a')
  await settle()
  await end('a')
  assert.is(clock.next, undefined)
  assert.equal(began, ['a', 'a'])
})

test('failures of a key put it off ever longer, until it succeeds', async () => {
  const { clock, queue, end, settle } = setUp()
  queue.start()
  queue.add('a')
  const delays: (number | undefined)[] = []
  for (let failure = 0; failure < 6; failure++) {
    await settle()
    await end('a', new Error('no'))
    delays.push(clock.next)
    clock.advance(clock.next ?? 0)
  }
  await settle()
  await end('a')
  queue.add('a')
  await settle()
  await end('a', new Error('no'))
  delays.push(clock.next)
  assert.equal(delays, [100, 200, 400, 800, 1_000, 1_000, 100])
})

test('keys that fail hold up no others', async () => {
  const { queue, began, end, settle } = setUp()
  queue.start()
  for (const key of ['bad', 'good']) queue.add(key)
  await settle()
  await end('bad', new Error('no'))
  assert.equal(began, ['bad', 'good'])
})

test('stop begins nothing more and waits for what runs', async () => {
  const { clock, queue, began, end, settle } = setUp()
  queue.start()
  for (const key of ['a', 'b']) queue.add(key)
  queue.addAfter('c', 10)
  await settle()
  let stopped = 0
  for (const promise of [queue.stop(), queue.stop()]) void promise.then(() => stopped++)
  queue.add('d')
  clock.advance(1_000)
  await settle()
  assert.is(stopped, 0)
  await end('a', new Error('no'))
  assert.is(stopped, 2)
  assert.equal(began, ['a'])
  assert.is(clock.next, undefined)
})

type Command =
  | { readonly do: 'add' | 'late'; readonly key: string; readonly ms: number }
  | { readonly do: 'end'; readonly pick: number; readonly how: 'done' | 'after' | 'fail' }
  | { readonly do: 'turn'; readonly ms: number }

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    do: fc.constantFrom('add' as const, 'late' as const),
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    ms: fc.nat(2_000),
  }),
  fc.record({
    do: fc.constant('end' as const),
    pick: fc.nat(4),
    how: fc.constantFrom('done' as const, 'after' as const, 'fail' as const),
  }),
  fc.record({ do: fc.constant('turn' as const), ms: fc.nat(2_000) }),
)

test('whatever happens, no key runs twice at once, none is lost and none is passed over', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { maxLength: 60, size: 'max' }),
      fc.integer({ min: 1, max: 3 }),
      async (commands, n) => {
        const { clock, queue, began, open, settle, end } = setUp(n)
        /** By key: how many runs had begun when it was last asked for; undefined when that has been answered. */
        const owed = new Map<string, number>()
        const runs = (key: string) => began.filter(each => each === key).length
        queue.start()
        for (const command of commands) {
          if (command.do === 'turn') clock.advance(command.ms)
          else if (command.do === 'end') {
            const key = [...open.keys()][command.pick]
            const result =
              command.how === 'fail' ? new Error('no') : command.how === 'after' ? after(700) : done
            if (key) await end(key, result)
          } else if (command.do === 'late') queue.addAfter(command.key, command.ms)
          else {
            queue.add(command.key)
            owed.set(command.key, runs(command.key))
          }
          await settle()
          assert.ok(open.size === n || queue.depth.waiting <= open.size, 'a free place while a key waits')
        }
        const waiting = [...owed].filter(([key, count]) => runs(key) === count).map(([key]) => key)
        // Fair: each key that waits begins within as many ends as there are keys, though others always fail.
        for (let turn = 0; turn < 10; turn++) {
          const key = [...open.keys()][0]
          if (!key) break
          await end(key, new Error('no'))
          queue.add(key)
          await settle()
        }
        for (const key of waiting) assert.ok(runs(key) > (owed.get(key) ?? 0), `${key} never came up`)
        for (const key of [...open.keys()]) open.get(key)?.(done)
        const stopped = queue.stop()
        for (const key of [...open.keys()]) open.get(key)?.(done)
        await stopped
        assert.is(clock.next, undefined)
      },
    ),
    { numRuns: 200 },
  )
})

test.run()
