import { join } from 'node:path'
import { filter } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Node } from '../../../api/kinds/index.ts'
import { createWriter } from '../../../apiserver/registry/writer.ts'
import { Caches } from '../../../apiserver/watch/caches.ts'
import { openEmbeddedStore } from '../../../store/embedded/embedded-store.ts'
import type { Store } from '../../../store/store.ts'
import { systemClock } from '../../../util/clock.ts'
import { silent } from '../../../util/logger.ts'
import { tempDir } from '../../support/temp.ts'
import { refused } from '../client-contract.ts'

const root = tempDir('writer')
const a = { namespace: '', name: 'a' }
const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' } } as Node
const labelled = (value: string) => (old: Node) => ({
  type: 'put' as const,
  object: { ...old, metadata: { ...old.metadata, labels: { value } } },
})

/** A writer whose caches learn nothing of what is written, and the questions that were put to the store. */
const withBlindWriter = (
  what: string,
  run: (parts: { writer: ReturnType<typeof createWriter>; store: Store; asked: string[] }) => Promise<void>,
): void =>
  test(what, async () => {
    const asked: string[] = []
    const inner = await openEmbeddedStore({ path: join(root, what.replace(/\W/g, '-')), logger: silent })
    const store: Store = {
      ...inner,
      watch: (prefix, after) => inner.watch(prefix, after).pipe(filter(() => false)),
      revision: () => {
        asked.push('revision')
        return inner.revision()
      },
      update: (...args) => {
        asked.push('update')
        return inner.update(...args)
      },
    }
    const caches = await Caches.open({ store, kinds: [Node], logger: silent, clock: systemClock })
    try {
      await run({ writer: createWriter(store, caches), store, asked })
    } finally {
      caches.close()
      await inner.close()
    }
  })

withBlindWriter('a write builds on the one before it, shown or not', async ({ writer, asked }) => {
  await writer.create(Node, node)
  await writer.modify(Node, a, labelled('1'))
  const { object } = await writer.modify(Node, a, old => {
    assert.equal(old.metadata.labels, { value: '1' })
    return labelled('2')(old)
  })
  assert.equal(object.metadata.labels, { value: '2' })
  assert.equal(asked, ['update', 'update'], 'none of them asks for what it knows')
})

withBlindWriter('what others wrote in between is seen all the same', async ({ writer, store, asked }) => {
  const { revision } = await writer.create(Node, node)
  const theirs = Buffer.from(
    '{"apiVersion":"v1","kind":"Node","metadata":{"name":"a","labels":{"value":"theirs"}}}',
  )
  await store.update('/registry/nodes/a', theirs, revision)
  const seen: unknown[] = []
  await writer.modify(Node, a, old => {
    seen.push(old.metadata.labels?.value)
    return labelled('ours')(old)
  })
  assert.equal(seen, [undefined, 'theirs'])
  const found = await store.get('/registry/nodes/a')
  await store.delete('/registry/nodes/a', found?.revision ?? 0)
  await refused(writer.modify(Node, a, labelled('late')), 'NotFound')
  assert.not.ok(asked.includes('revision'))
})

test.run()
