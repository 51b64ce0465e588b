import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { clients } from './clients.ts'
import { pagePath, recordPath, withTables } from './page.ts'

test('docs/clients.md tells the cases that there are, and what npm run clients has found', () => {
  const page = readFileSync(pagePath, 'utf8')
  const record = JSON.parse(readFileSync(recordPath, 'utf8'))
  assert.fixture(page, withTables(page, clients, record))
})

test('the tables tell failures, versions without a case and clients that are not there', () => {
  const run = async () => undefined
  const cases = [
    { name: 'old', run },
    { name: 'new', since: '1.20', run },
  ]
  const of = (name: string) => ({ name, cases, installations: () => [] })
  const record = {
    whole: { '1.30.1': { embedded: ['old', 'new'], etcd: ['old', 'new'] } },
    half: { '1.9': { embedded: ['old'], etcd: ['old'] }, '2.0': { embedded: ['old'], etcd: [] } },
  }
  const markers = (text: string) =>
    `prose\n<!-- what follows is written by npm run clients -->\n${text}<!-- up to here -->\nmore\n`
  const page = withTables(markers('stale'), [of('whole'), of('half'), of('absent')], record)
  for (const line of [
    'prose',
    '| [whole](#whole) | 1.30.1 | 2 | all, on both stores |',
    '| [half](#half) | 1.9, 2.0 | 2 | all but 1 with 2.0 on embedded, all but 2 with 2.0 on etcd |',
    '| [absent](#absent) |  | 2 | not run |',
    '| new | not in it | no |',
    '| old | ✓ | on embedded only |',
    'more',
  ]) {
    assert.ok(page.split('\n').includes(line), line)
  }
  assert.not.match(page, 'stale')
  assert.is(withTables(page, [of('whole'), of('half'), of('absent')], record), page, 'nothing changes twice')
})

test.run()
