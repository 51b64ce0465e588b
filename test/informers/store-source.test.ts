import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createInformer } from '../../informers/create-informer.ts'
import { storeSource } from '../../informers/store-source.ts'
import { openEmbeddedStore } from '../../store/embedded/embedded-store.ts'
import { Compacted, type Entry, FutureRevision, StoreUnavailable } from '../../store/store.ts'
import { silent } from '../../util/logger.ts'
import { eventually } from '../support/eventually.ts'
import { tempDir } from '../support/temp.ts'

interface Item {
  readonly key: string
  readonly text: string
  readonly revision: number
}

const bytes = (text: string) => new TextEncoder().encode(text)
const decode = ({ key, value, revision }: Entry): Item => ({
  key,
  text: new TextDecoder().decode(value),
  revision,
})
const deleted = (last: Item, revision: number): Item => ({ ...last, revision })

test('an informer on the store shows what is under the prefix, page by page and change by change', async () => {
  const store = await openEmbeddedStore({ path: tempDir('store-source'), logger: silent })
  // More than one page.
  const many = Array.from({ length: 1_200 }, (_, i) => `/pods/${String(i).padStart(4, '0')}`)
  await Promise.all(many.map(key => store.create(key, bytes('old'))))
  await store.create('/podsandmore/x', bytes('other'))

  const source = storeSource(store, '/pods/', decode, deleted)
  const informer = createInformer<Item>({
    source,
    key: ({ key }) => key,
    revision: ({ revision }) => String(revision),
    name: 'pods',
    logger: silent,
  })
  const seen: string[] = []
  const following = informer.changes$.subscribe(({ type, key, item }) => {
    seen.push(`${type} ${key} ${item.text} ${item.revision}`)
  })
  await eventually('the list', () => informer.cache.revision !== '')
  assert.is(informer.cache.size, many.length)
  seen.length = 0

  const first = await store.get('/pods/0000')
  const updated = await store.update('/pods/0000', bytes('new'), first?.revision ?? 0)
  const removed = await store.delete('/pods/0000', updated)
  const created = await store.create('/pods/0000', bytes('again'))
  await eventually('the changes', () => seen.length === 3)
  assert.equal(seen, [
    `MODIFIED /pods/0000 new ${updated}`,
    `DELETED /pods/0000 new ${removed}`,
    `ADDED /pods/0000 again ${created}`,
  ])
  following.unsubscribe()
  await store.close()
})

test('a revision that the store cannot show is listed anew', () => {
  const source = storeSource({} as never, '/pods/', decode)
  assert.ok(source.isExpired(new Compacted(1, 2)))
  assert.ok(source.isExpired(new FutureRevision(2, 1)))
  assert.not(source.isExpired(new StoreUnavailable('down')))
})

test.run()
