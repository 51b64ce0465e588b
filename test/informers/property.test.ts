import * as fc from 'fast-check'
import { Subject } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createInformer } from '../../informers/create-informer.ts'
import type { Change, Informer, Source, SourceBatch, SourceEvent } from '../../informers/informer.ts'
import { silent } from '../../util/logger.ts'
import { ManualClock } from '../support/manual-clock.ts'

interface Item {
  readonly key: string
  readonly at: number
}

type Command =
  | { readonly do: 'put' | 'delete'; readonly key: string; readonly own: boolean }
  /** The caller hears of its oldest or newest own write. */
  | { readonly do: 'answer'; readonly newest: boolean }
  | { readonly do: 'deliver' | 'list' | 'complete' | 'fail' | 'expire' | 'bookmark' | 'wait' | 'join' }

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('put' as const, 'put' as const, 'delete' as const),
      key: fc.constantFrom('a', 'b'),
      own: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const), newest: fc.boolean() }) },
  { weight: 4, arbitrary: fc.constant({ do: 'deliver' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('list' as const, 'complete', 'fail', 'expire', 'bookmark', 'wait', 'join'),
    }),
  },
)

/** A source whose history, connection and answers the commands decide. */
const createWorld = () => {
  const state = new Map<string, Item>()
  const history: { at: number; event: SourceEvent<Item> }[] = []
  const lists: ((failed: boolean) => void)[] = []
  const answers: ((informer: Informer<Item>) => void)[] = []
  let revision = 1
  let oldest = 0
  let connection: { stream: Subject<SourceBatch<Item>>; seen: number } | undefined

  const record = (event: SourceEvent<Item>) => history.push({ at: revision, event })
  const source: Source<Item> = {
    // The list shows the moment of the request; its answer comes when a command says so.
    list: () => {
      const answer = { items: [...state.values()], revision: String(revision) }
      return new Promise((resolve, reject) =>
        lists.push(failed => (failed ? reject(new Error('down')) : resolve(answer))),
      )
    },
    watch: from => {
      const stream = new Subject<SourceBatch<Item>>()
      connection = { stream, seen: Number(from) }
      return stream
    },
    isExpired: error => error instanceof RangeError,
  }

  return {
    source,
    state,
    write(type: 'put' | 'delete', key: string, own: boolean) {
      const old = state.get(key)
      if (type === 'delete' && !old) return
      revision++
      const item = { key, at: revision }
      if (type === 'put') {
        state.set(key, item)
        record({ type: old ? 'MODIFIED' : 'ADDED', item })
        if (own) answers.push(informer => informer.assume(item))
      } else if (old) {
        state.delete(key)
        record({ type: 'DELETED', item: { key, at: revision } })
        const at = String(revision)
        if (own) answers.push(informer => informer.assumeDeleted(old, at))
      }
    },
    answer(informer: Informer<Item>, newest: boolean) {
      const answer = newest ? answers.pop() : answers.shift()
      answer?.(informer)
      return answer !== undefined
    },
    deliver() {
      const current = connection
      if (!current) return false
      if (current.seen < oldest) {
        connection = undefined
        current.stream.error(new RangeError('expired'))
        return true
      }
      const next = history.find(({ at }) => at > current.seen)
      if (!next) return false
      current.seen = next.at
      current.stream.next({ revision: String(next.at), events: [next.event] })
      return true
    },
    bookmark() {
      if (connection?.stream.observed && !history.some(({ at }) => at > (connection?.seen ?? 0))) {
        connection.stream.next({ revision: String(revision), events: [] })
      }
    },
    list: (failed: boolean) => {
      const answer = lists.shift()
      answer?.(failed)
      return answer !== undefined
    },
    expire() {
      oldest = revision
    },
    end(error?: Error) {
      const ended = connection
      connection = undefined
      if (error) ended?.stream.error(error)
      else ended?.stream.complete()
      if (error) lists.shift()?.(true)
    },
  }
}

/** Follows the stream as a reader would, and fails at the first thing that does not follow from the one before. */
const reader = (informer: Informer<Item>) => {
  const known = new Map<string, Item>()
  const newest = new Map<string, number>()
  const problems: string[] = []
  const hear = (change: Change<Item>) => {
    const { type, key, item } = change
    const held = known.get(key)
    const last = newest.get(key) ?? 0
    if ((type === 'ADDED') === (held !== undefined)) problems.push(`${type} ${key} while it is ${held?.at}`)
    if (type === 'MODIFIED' && change.old !== held) problems.push(`${key} replaces what was not told`)
    if (type === 'DELETED' ? item.at < last : item.at <= last) {
      problems.push(`${type} ${key} goes from ${last} to ${item.at}`)
    }
    newest.set(key, item.at)
    if (type === 'DELETED') known.delete(key)
    else known.set(key, item)
  }
  return { known, problems, subscription: informer.changes$.subscribe(hear) }
}

const settle = () => new Promise(setImmediate)

test('whatever happens on the way, every reader ends with what the source holds, and hears nothing twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 80, size: 'max' }), async commands => {
      const clock = new ManualClock()
      const world = createWorld()
      const informer = createInformer<Item>({
        source: world.source,
        key: ({ key }) => key,
        revision: ({ at }) => String(at),
        indexes: { parity: ({ at }) => [at % 2 ? 'odd' : 'even'] },
        name: 'items',
        logger: silent,
        clock,
      })
      const readers = [reader(informer)]
      for (const command of commands) {
        switch (command.do) {
          case 'put':
          case 'delete':
            world.write(command.do, command.key, command.own)
            break
          case 'answer':
            world.answer(informer, command.newest)
            break
          case 'deliver':
            world.deliver()
            break
          case 'list':
            world.list(false)
            break
          case 'complete':
            world.end()
            break
          case 'fail':
            world.end(new Error('down'))
            break
          case 'expire':
            world.expire()
            break
          case 'bookmark':
            world.bookmark()
            break
          case 'wait':
            clock.advance(60_000)
            break
          case 'join':
            readers.push(reader(informer))
            break
        }
        await settle()
      }
      for (let busy = true; busy; ) {
        const listed = world.list(false)
        await settle()
        // The answers to own writes come last: after the source has told of them and of what came later.
        const moved = world.deliver() || listed || clock.next !== undefined
        busy = moved || world.answer(informer, false)
        clock.advance(60_000)
        await settle()
      }
      const held = (items: Iterable<Item>) => [...items].sort((a, b) => a.at - b.at)
      const truth = held(world.state.values())
      assert.equal(held(informer.cache.list()), truth)
      const indexed = ['odd', 'even'].flatMap(value => informer.cache.byIndex('parity', value))
      assert.equal(held(indexed), truth)
      for (const { known, problems, subscription } of readers) {
        assert.equal(problems, [])
        assert.equal(held(known.values()), truth)
        subscription.unsubscribe()
      }
      assert.is(clock.next, undefined)
    }),
    { numRuns: 500 },
  )
})

test.run()
