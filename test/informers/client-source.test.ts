import { Subject, toArray } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Client } from '../../api/client.ts'
import { expired, timeout, unavailable } from '../../api/errors.ts'
import { Node } from '../../api/kinds/index.ts'
import type { WatchEvent } from '../../api/resource.ts'
import { clientSource, resourceInformer } from '../../informers/client-source.ts'
import { silent } from '../../util/logger.ts'
import { eventually } from '../support/eventually.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { memoryClient } from '../support/memory-client.ts'

const node = (name: string, zone = 'a') => ({ metadata: { name, labels: { zone } } })

test('it follows the API through ended watches and expired revisions', async () => {
  const clock = new ManualClock()
  const client = memoryClient({ clock })
  await client.create(Node, node('one'))
  await client.create(Node, node('other', 'b'))
  const informer = resourceInformer(client, Node, {
    labelSelector: 'zone=a',
    logger: silent,
    clock,
    indexes: { zone: ({ metadata }) => [metadata.labels?.zone ?? ''] },
  })
  const seen: string[] = []
  const following = informer.changes$.subscribe(({ type, key }) => seen.push(`${type} ${key}`))
  await eventually('the first list', () => informer.cache.size === 1)

  await client.create(Node, node('two'))
  await eventually('a watch', () => informer.cache.byIndex('zone', 'a').length === 2)
  client.disconnect()
  await client.create(Node, node('three'))
  await eventually('the next watch', () => informer.cache.get('three'))

  client.pause()
  await client.delete(Node, { namespace: '', name: 'one' })
  client.compact()
  client.disconnect()
  client.resume()
  await eventually('a new list', () => {
    clock.advance(30_000)
    return informer.cache.get('one') === undefined
  })
  assert.equal(seen, ['ADDED one', 'ADDED two', 'ADDED three', 'DELETED one'])

  client.bookmark()
  const { resourceVersion } = (await client.list(Node)).metadata
  await eventually('the bookmark', () => informer.cache.revision === resourceVersion)
  following.unsubscribe()
})

test('a revision counts as read only when a later one or a bookmark shows that it is complete', async () => {
  const events$ = new Subject<WatchEvent<Node>>()
  const source = clientSource({ watch: () => events$ } as unknown as Client, Node)
  const batches = new Promise<string[]>(resolve =>
    source
      .watch('4')
      .pipe(toArray())
      .subscribe(all => resolve(all.map(({ revision, events }) => `${revision}: ${events.length}`))),
  )
  const send = (type: WatchEvent<Node>['type'], resourceVersion: string) =>
    events$.next({ type, object: { metadata: { resourceVersion } } as Node })
  send('ADDED', '9')
  send('ADDED', '9')
  send('DELETED', '10')
  send('BOOKMARK', '12')
  send('MODIFIED', '13')
  events$.complete()
  assert.equal(await batches, ['4: 1', '4: 1', '9: 1', '12: 0', '12: 1'])
})

test('what a new list can mend counts as expired', () => {
  const source = clientSource(memoryClient(), Node)
  assert.ok(source.isExpired(expired('too old')))
  assert.ok(source.isExpired(timeout('Too large resource version')))
  assert.not(source.isExpired(unavailable('down')))
  assert.not(source.isExpired(new Error('down')))
})

test.run()
