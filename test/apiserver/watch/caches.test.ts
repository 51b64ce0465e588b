import { join } from 'node:path'
import { Subject } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Node, Pod } from '../../../api/kinds/index.ts'
import { storeKey } from '../../../apiserver/storage/layout.ts'
import { createCodec } from '../../../apiserver/storage/stored.ts'
import { Caches } from '../../../apiserver/watch/caches.ts'
import { openEmbeddedStore } from '../../../store/embedded/embedded-store.ts'
import { type Batch, Compacted, type Store } from '../../../store/store.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { tempDir } from '../../support/temp.ts'
import { refused } from '../client-contract.ts'

const root = tempDir('caches')
let stores = 0
const codec = createCodec(Node)

const everything = { id: '', namespace: '', matches: undefined }

/** The value of a node. */
const nodeValue = (name: string): Buffer =>
  codec.pending(name, { apiVersion: 'v1', kind: 'Node', metadata: { name } } as Node, () => false).value

/** Caches over a store whose watch the test can hold up or break. */
const withCaches = (
  what: string,
  run: (parts: { store: Store; caches: Caches; held: Subject<Batch>[]; clock: ManualClock }) => Promise<void>,
  hold = false,
): void =>
  test(what, async () => {
    const inner = await openEmbeddedStore({ path: join(root, String(stores++)), logger: silent })
    const held: Subject<Batch>[] = []
    const store: Store = {
      ...inner,
      watch(prefix, after) {
        const live = inner.watch(prefix, after)
        if (!hold) return live
        const subject = new Subject<Batch>()
        held.push(subject)
        return subject
      },
    }
    const clock = new ManualClock()
    const caches = await Caches.open({ store, kinds: [Node, Pod], logger: silent, clock })
    try {
      await run({ store, caches, held, clock })
    } finally {
      caches.close()
      await inner.close()
    }
  })

withCaches('a fresh cache shows what others wrote before', async ({ store, caches }) => {
  for (let n = 0; n < 20; n++) {
    await store.create(storeKey(Node, { namespace: '', name: `n${n}` }), nodeValue(`n${n}`))
    await caches.fresh()
    assert.is(caches.of(Node).size, n + 1)
  }
  await store.create('/elsewhere/x', Buffer.from('not ours'))
  await caches.fresh()
  assert.is(caches.of(Node).size, 20)
})

withCaches(
  'a revision that does not come is a Timeout, one that is not there yet at once',
  async ({ store, caches, clock }) => {
    await store.create(storeKey(Node, { namespace: '', name: 'a' }), nodeValue('a'))
    const late = refused(caches.fresh(), 'Timeout')
    await eventually('it waits', () => clock.next !== undefined)
    clock.advance(3_000)
    await late
    await refused(caches.notBefore(1_000), 'Timeout')
  },
  true,
)

withCaches(
  'what the store has compacted is listed anew, and watches are told',
  async ({ store, caches, held, clock }) => {
    const cache = caches.of(Node)
    const told: string[] = []
    const watcher = {
      bookmarks: false,
      send: (lines: readonly string[]) => void told.push(...lines),
      expire: () => void told.push('expired'),
      end: () => void told.push('end'),
    }
    const format = {
      id: 'names',
      line: (type: string, stored: { key: string }) => `${type} ${stored.key}`,
      bookmark: () => 'BOOKMARK',
      pack: (lines: readonly string[]) => lines,
    }
    cache.watch(everything, format, watcher, {})
    const revision = await store.create(storeKey(Node, { namespace: '', name: 'a' }), nodeValue('a'))
    held[0]?.error(new Compacted(1, revision))
    clock.advance(0)
    await eventually('the new list', () => cache.get('a'))
    assert.equal(told, ['expired'])
    assert.is(caches.revision, revision)
    // What happened before the new list is not known.
    assert.throws(
      () => cache.watch(everything, format, watcher, { after: revision - 1 }),
      /too old resource version/,
    )
    cache.watch(everything, format, watcher, { after: revision })
  },
  true,
)

withCaches('a value that is no object is left out', async ({ store, caches }) => {
  await store.create(storeKey(Node, { namespace: '', name: 'bad' }), Buffer.from('{"nope'))
  await store.create(
    storeKey(Node, { namespace: '', name: 'good' }),
    Buffer.from('{"metadata":{"name":"good"}}'),
  )
  await caches.fresh()
  assert.equal(
    caches
      .of(Node)
      .list(everything)
      .map(({ key }) => key),
    ['good'],
  )
  // However it was written, it is served in our form.
  const served = caches.of(Node).get('good')?.bytes.toString()
  assert.match(
    served ?? '',
    /^\{"apiVersion":"v1","kind":"Node","metadata":\{"resourceVersion":"\d+","name":"good"\}\}$/,
  )
})

test.run()
