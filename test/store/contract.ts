import fc from 'fast-check'
import { lastValueFrom, type Observable, takeWhile, timeout, toArray } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type Batch,
  Compacted,
  FutureRevision,
  KeyExists,
  RevisionMismatch,
  type Store,
  StoreUnavailable,
} from '../../store/store.ts'
import { eventually } from '../support/eventually.ts'
import { playedBack, runGroups, stateAt, writeGroups } from './model.ts'

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const text = (value: Uint8Array): string => new TextDecoder().decode(value)

/** What the watch brings up to a revision, which it must reach by itself. */
export const batchesUpTo = (watch: Observable<Batch>, revision: number): Promise<Batch[]> =>
  lastValueFrom(
    watch.pipe(
      takeWhile(batch => batch.revision < revision, true),
      timeout({ each: 20_000 }),
      toArray(),
    ),
  )

export const failure = async <E extends Error>(
  promise: Promise<unknown>,
  kind: abstract new (...args: never[]) => E,
): Promise<E> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof kind) return error
  throw new Error(`expected ${kind.name}`, { cause: error })
}

/** Batches with changes, in a form that is easy to read in a failure. */
export const told = (batches: readonly Batch[]): string[][] =>
  batches
    .filter(({ changes }) => changes.length > 0)
    .map(({ changes }) =>
      changes
        .map(change => {
          if (change.type === 'delete') return `- ${change.key}`
          return `${change.created ? '+' : '='} ${change.key} ${text(change.value)}`
        })
        .sort(),
    )

/** What every engine does. `open` gives a store that nobody else writes to; the contract closes it. */
export const storeContract = (name: string, open: () => Promise<Store>, runs: number): void => {
  const it = (title: string, body: (store: Store) => Promise<void>): void =>
    test(`${name}: ${title}`, async () => {
      const store = await open()
      try {
        await body(store)
      } finally {
        await store.close()
      }
    })

  it('keeps what it is told', async store => {
    const created = await store.create('/pods/a', bytes('one'))
    assert.equal(text((await store.get('/pods/a'))?.value ?? bytes('')), 'one')
    assert.is((await store.get('/pods/a'))?.revision, created)

    const updated = await store.update('/pods/a', bytes('two'), created)
    assert.ok(updated > created)
    assert.is((await store.get('/pods/a'))?.revision, updated)
    assert.is(await store.revision(), updated)

    const deleted = await store.delete('/pods/a', updated)
    assert.ok(deleted > updated)
    assert.is(await store.get('/pods/a'), undefined)
    assert.ok((await store.create('/pods/a', bytes('three'))) > deleted)
  })

  it('keeps any bytes under any key', async store => {
    const values = [
      new Uint8Array(),
      Uint8Array.from({ length: 256 }, (_, byte) => byte),
      new Uint8Array(9000),
    ]
    const keys = ['/k/', '/k/ü/é', '/k/\u{1F600}', `/k/${'long'.repeat(100)}`]
    for (const key of keys) {
      for (const value of values) {
        const revision = await store.create(key, value)
        assert.equal([...((await store.get(key))?.value ?? [1])], [...value], key)
        const [entry] = (await store.list('/k/')).entries
        assert.equal([...(entry?.value ?? [1])], [...value], key)
        await store.delete(key, revision)
      }
    }
  })

  it('a value may be a part of a larger buffer', async store => {
    await store.create('/k/a', bytes('....value....').subarray(4, 9))
    assert.is(text((await store.get('/k/a'))?.value ?? bytes('')), 'value')
  })

  it('creates a key once', async store => {
    await store.create('/pods/a', bytes('first'))
    const error = await failure(store.create('/pods/a', bytes('second')), KeyExists)
    assert.is(error.key, '/pods/a')
    assert.is(text((await store.get('/pods/a'))?.value ?? bytes('')), 'first')
  })

  it('one of many who create a key at once wins', async store => {
    const contenders = Array.from({ length: 20 }, (_, n) => store.create('/leases/l', bytes(String(n))))
    const results = await Promise.allSettled(contenders)
    assert.is(results.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const result of results) {
      if (result.status === 'rejected') assert.instance(result.reason, KeyExists)
    }
  })

  it('changes only what the caller has seen', async store => {
    const first = await store.create('/pods/a', bytes('one'))
    const second = await store.update('/pods/a', bytes('two'), first)
    for (const late of [store.update('/pods/a', bytes('late'), first), store.delete('/pods/a', first)]) {
      const { current } = await failure(late, RevisionMismatch)
      assert.is(current?.revision, second)
      assert.is(current?.key, '/pods/a')
      assert.is(text(current?.value ?? bytes('')), 'two')
    }
    for (const expected of [0, 1, first]) {
      const missing = await failure(store.update('/pods/none', bytes('x'), expected), RevisionMismatch)
      assert.is(missing.current, undefined)
      assert.is((await failure(store.delete('/pods/none', expected), RevisionMismatch)).current, undefined)
    }
    assert.is(await store.get('/pods/none'), undefined)
  })

  it('writes to one key keep their order, whatever goes out together', async store => {
    const first = await store.create('/pods/a', bytes('one'))
    const [deleted, created, refused] = await Promise.allSettled([
      store.delete('/pods/a', first),
      store.create('/pods/a', bytes('two')),
      store.create('/pods/a', bytes('three')),
    ])
    assert.is(deleted.status, 'fulfilled')
    assert.is(created.status, 'fulfilled')
    assert.is(refused.status, 'rejected')
    const batches = await batchesUpTo(store.watch('/pods/', first), await store.revision())
    assert.equal(told(batches), [['- /pods/a'], ['+ /pods/a two']])
  })

  it('writes of a batch fail alone', async store => {
    const taken = await store.create('/pods/7', bytes('taken'))
    const results = await Promise.allSettled(
      Array.from({ length: 300 }, (_, n) => store.create(`/pods/${n}`, bytes(String(n)))),
    )
    const refused = results.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []))
    assert.equal(refused, [7])
    const { entries } = await store.list('/pods/')
    assert.is(entries.length, 300)
    for (const { key, value, revision } of entries) {
      const n = Number(key.slice('/pods/'.length))
      const result = results[n]
      assert.is(text(value), n === 7 ? 'taken' : String(n))
      assert.is(revision, result?.status === 'fulfilled' ? result.value : taken)
    }
  })

  it('lists in the order of bytes, and nothing beside the prefix', async store => {
    const keys = [
      '/a/b',
      '/a/B',
      '/a/b/c',
      '/a/b-c',
      '/a/ü',
      '/a/\u{1F600}',
      '/a/\u{FFEE}',
      '/ab',
      '/a.b',
      '/b/a',
    ]
    await Promise.all(keys.map(key => store.create(key, bytes(key))))
    const inOrder = keys
      .filter(key => key.startsWith('/a/'))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    const page = await store.list('/a/')
    assert.equal(
      page.entries.map(({ key }) => key),
      inOrder,
    )
    assert.is(page.remaining, 0)
    assert.is((await store.list('/')).entries.length, keys.length)
  })

  it('lists nothing where nothing is, at a revision to watch from', async store => {
    const { entries, revision, remaining } = await store.list('/pods/')
    assert.equal([entries.length, remaining], [0, 0])
    const seen = batchesUpTo(store.watch('/pods/', revision), revision + 1)
    await store.create('/pods/a', bytes('x'))
    assert.equal(told(await seen), [['+ /pods/a x']])
  })

  it('pages show one revision, whatever is written in between', async store => {
    const names = Array.from({ length: 10 }, (_, n) => `/pods/${n}`)
    for (const key of names) await store.create(key, bytes('old'))
    const first = await store.list('/pods/', { limit: 4 })
    assert.is(first.remaining, 6)

    await store.create('/pods/45', bytes('new'))
    await store.update('/pods/5', bytes('new'), (await store.get('/pods/5'))?.revision ?? 0)
    await store.delete('/pods/6', (await store.get('/pods/6'))?.revision ?? 0)

    const rest = { limit: 4, revision: first.revision }
    const second = await store.list('/pods/', { ...rest, after: '/pods/3' })
    assert.is(second.remaining, 2)
    assert.is(second.revision, first.revision)
    const third = await store.list('/pods/', { ...rest, after: '/pods/7' })
    assert.is(third.remaining, 0)
    const entries = [...first.entries, ...second.entries, ...third.entries]
    assert.equal(
      entries.map(({ key, value }) => [key, text(value)]),
      names.map(key => [key, 'old']),
    )
    assert.is((await store.list('/pods/', { after: '/pods/9' })).entries.length, 0)
    assert.is((await store.list('/pods/', { after: '/pods/4' })).entries[0]?.key, '/pods/45')
  })

  it('any walk through pages of one revision meets every entry once', async store => {
    const keys = Array.from({ length: 30 }, (_, n) => `/pods/${String(n).padStart(2, '0')}`)
    await Promise.all(keys.map(key => store.create(key, bytes(key))))
    const { revision } = await store.list('/pods/', { limit: 1 })
    const changed = await store.get('/pods/15')
    await store.delete('/pods/15', changed?.revision ?? 0)
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 1, max: 12 })), async limits => {
        const met: string[] = []
        for (const limit of limits) {
          const after = met.at(-1)
          const page = await store.list('/pods/', { limit, revision, ...(after && { after }) })
          met.push(...page.entries.map(({ key }) => key))
          assert.is(page.remaining, keys.length - met.length)
          if (page.remaining === 0) break
        }
        assert.equal(met, keys)
      }),
      { numRuns: runs },
    )
  })

  it('does not list the future', async store => {
    await failure(store.list('/pods/', { revision: (await store.revision()) + 100 }), FutureRevision)
    await failure(store.compact((await store.revision()) + 100), FutureRevision)
  })

  it('forgets what is compacted, and only that', async store => {
    const one = await store.create('/pods/a', bytes('1'))
    await store.create('/pods/b', bytes('b'))
    const two = await store.update('/pods/a', bytes('2'), one)
    const deleted = await store.delete('/pods/a', two)
    const last = await store.create('/pods/c', bytes('c'))
    await store.compact(deleted)

    assert.is((await failure(store.list('/pods/', { revision: two }), Compacted)).oldest, deleted)
    for (const after of [0, one, two, deleted - 1]) {
      const error = await failure(lastValueFrom(store.watch('/pods/', after)), Compacted)
      assert.is(error.oldest, deleted)
    }
    const kept = await store.list('/pods/', { revision: deleted })
    assert.equal(
      kept.entries.map(({ key }) => key),
      ['/pods/b'],
    )
    assert.equal(told(await batchesUpTo(store.watch('/pods/', deleted), last)), [['+ /pods/c c']])
    // Again, and less: nothing happens.
    await store.compact(deleted)
    await store.compact(one)
    assert.is((await store.list('/pods/')).entries.length, 2)
  })

  it('a watch tells the past, then the present', async store => {
    const one = await store.create('/pods/a', bytes('1'))
    await store.create('/services/s', bytes('s'))
    const two = await store.update('/pods/a', bytes('2'), one)
    const seen: Batch[] = []
    const watching = store.watch('/pods/', one).subscribe(batch => seen.push(batch))
    const three = await store.delete('/pods/a', two)
    await store.create('/podsecurity', bytes('x'))
    const last = await store.create('/pods/a', bytes('3'))
    await eventually('the watch is up', () => seen.some(({ revision }) => revision >= last))
    watching.unsubscribe()

    assert.equal(told(seen), [['= /pods/a 2'], ['- /pods/a'], ['+ /pods/a 3']])
    const revisions = seen.filter(({ changes }) => changes.length > 0).map(({ revision }) => revision)
    assert.equal(revisions, [two, three, last])
  })

  it('a watch tells what shares a revision together', async store => {
    const before = await store.revision()
    const seen: Batch[] = []
    const watching = store.watch('/pods/', before).subscribe(batch => seen.push(batch))
    const writes = Array.from({ length: 500 }, (_, n) => store.create(`/pods/${n}`, bytes(String(n))))
    const revisions = await Promise.all(writes)
    const last = Math.max(...revisions)
    assert.ok(new Set(revisions).size < revisions.length, 'waiting writes go out together')
    await eventually('the watch is up', () => seen.some(({ revision }) => revision >= last))
    watching.unsubscribe()

    const past = await batchesUpTo(store.watch('/pods/', before), last)
    for (const batches of [seen, past]) {
      const filled = batches.filter(({ changes }) => changes.length > 0)
      assert.equal(
        filled.map(({ revision }) => revision),
        [...new Set(revisions)].sort((a, b) => a - b),
      )
      for (const { revision, changes } of filled) {
        const expected = revisions.flatMap((made, n) => (made === revision ? [`/pods/${n}`] : []))
        assert.equal(changes.map(({ key }) => key).sort(), expected.sort())
      }
    }
  })

  it('a quiet watch tells that it is up to date', async store => {
    const before = await store.revision()
    const quiet: Batch[] = []
    const watching = store.watch('/quiet/', before).subscribe(batch => quiet.push(batch))
    for (let n = 0; n < 3; n++) {
      const revision = await store.create(`/busy/${n}`, bytes('x'))
      await eventually('the mark', () => quiet.some(batch => batch.revision >= revision))
    }
    const written = await Promise.all(
      Array.from({ length: 1000 }, (_, n) => store.create(`/busy/more/${n}`, bytes('x'))),
    )
    const last = Math.max(...written)
    await eventually('the last mark', () => quiet.some(batch => batch.revision >= last))
    watching.unsubscribe()
    assert.ok(quiet.every(({ changes }) => changes.length === 0))
    const revisions = quiet.map(({ revision }) => revision)
    assert.equal(
      revisions,
      [...new Set(revisions)].sort((a, b) => a - b),
    )
  })

  it('watchers of every age see the same', async store => {
    const start = await store.revision()
    const starts = [start]
    const collected: Batch[][] = []
    const watching = []
    for (let n = 0; n < 20; n++) {
      starts.push(await store.create(`/pods/${n}`, bytes('x')))
      for (const after of starts) {
        const seen: Batch[] = []
        collected.push(seen)
        watching.push(store.watch('/pods/', after).subscribe(batch => seen.push(batch)))
      }
    }
    const last = await store.create('/pods/last', bytes('x'))
    await eventually('all are up', () => collected.every(seen => (seen.at(-1)?.revision ?? 0) >= last))
    for (const subscription of watching) subscription.unsubscribe()
    let index = 0
    for (let n = 0; n < 20; n++) {
      for (let from = 0; from <= n + 1; from++) {
        const changes = told(collected[index++] ?? []).flat()
        assert.equal(changes, [
          ...Array.from({ length: 20 - from }, (_, i) => `+ /pods/${from + i} x`),
          '+ /pods/last x',
        ])
      }
    }
  })

  it('a watch may begin in the future', async store => {
    const revision = await store.revision()
    const seen = batchesUpTo(store.watch('/pods/', revision + 2), revision + 3)
    await store.create('/pods/1', bytes('x'))
    await store.create('/pods/2', bytes('x'))
    await store.create('/pods/3', bytes('x'))
    assert.equal(told(await seen), [['+ /pods/3 x']])
  })

  it('an unsubscribed watch is silent', async store => {
    const revision = await store.revision()
    let silent = false
    const heard: Batch[] = []
    const watching = store.watch('/pods/', revision).subscribe(batch => {
      if (silent) heard.push(batch)
    })
    const other = batchesUpTo(store.watch('/pods/', revision), revision + 2)
    await store.create('/pods/1', bytes('x'))
    watching.unsubscribe()
    silent = true
    await store.create('/pods/2', bytes('x'))
    await other
    assert.equal(heard, [])
  })

  it('closing completes the watches and finishes the writes', async store => {
    const completed = lastValueFrom(store.watch('/pods/', await store.revision()), {
      defaultValue: 'silence',
    })
    const writes = Array.from({ length: 200 }, (_, n) => store.create(`/pods/${n}`, bytes('x')))
    await store.close()
    await completed
    await Promise.all(writes)
    for (const late of [store.create('/pods/x', bytes('x')), store.get('/pods/1'), store.list('/pods/')]) {
      await failure(late, StoreUnavailable)
    }
  })

  it('refuses keys and prefixes that no range can hold', async store => {
    await failure(store.create('pods/a', bytes('x')), TypeError)
    await failure(store.list('/pods'), TypeError)
    assert.throws(() => store.watch('', 0), /slash/)
  })

  it('behaves as a map with a history', async store => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(writeGroups, fc.double({ min: 0, max: 1, noNaN: true }), async (groups, share) => {
        const root = `/run-${run++}`
        const start = await store.revision()
        const history = await runGroups(store, root, groups)
        const end = Math.max(start, ...history.map(({ revision }) => revision))
        const middle = start + Math.floor((end - start) * share)

        const checkFrom = async (revision: number): Promise<void> => {
          for (const prefix of [`${root}/`, `${root}/a/`]) {
            const page = await store.list(prefix, { revision })
            assert.equal(
              page.entries.map(({ key, value, revision }) => [key, text(value), revision]),
              stateAt(history, prefix, revision),
            )
            const batches = end > revision ? await batchesUpTo(store.watch(prefix, revision), end) : []
            assert.equal(
              playedBack(page.entries, batches),
              stateAt(history, prefix, end).map(([key, value]) => [key, value]),
            )
          }
        }
        await Promise.all([start, middle, end].map(checkFrom))
        await store.compact(middle)
        await Promise.all([middle, end].map(checkFrom))
      }),
      { numRuns: runs },
    )
  })
}
