import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fanOut } from '../../store/fan-out.ts'
import type { Batch, Change } from '../../store/store.ts'
import { ManualClock } from '../support/manual-clock.ts'

const gone = (key: string): Change => ({ type: 'delete', key })

const watcher = (cursor: number) => {
  const seen: Batch[] = []
  return { seen, cursor, next: (batch: Batch) => void seen.push(batch) }
}

test('each watcher gets what is under its prefix and above its cursor', () => {
  const live = fanOut(new ManualClock())
  const [pods, late, all] = [watcher(1), watcher(2), watcher(1)]
  live.add('/pods/', pods)
  live.add('/pods/', late)
  live.add('/', all)
  live.publish({ revision: 2, changes: [gone('/pods/a'), gone('/podsecurity')] })
  live.publish({ revision: 3, changes: [gone('/pods/b')] })
  assert.equal(pods.seen, [
    { revision: 2, changes: [gone('/pods/a')] },
    { revision: 3, changes: [gone('/pods/b')] },
  ])
  assert.equal(late.seen, [{ revision: 3, changes: [gone('/pods/b')] }])
  assert.equal(
    all.seen.map(({ changes }) => changes.length),
    [2, 1],
  )
})

test('a quiet watcher hears of progress at once, and then now and then', () => {
  const clock = new ManualClock()
  const live = fanOut(clock)
  const quiet = watcher(1)
  const remove = live.add('/quiet/', quiet)
  for (let revision = 2; revision < 100; revision++) live.publish({ revision, changes: [gone('/pods/a')] })
  assert.equal(quiet.seen, [{ revision: 2, changes: [] }])
  clock.advance(1000)
  assert.equal(quiet.seen, [
    { revision: 2, changes: [] },
    { revision: 99, changes: [] },
  ])
  live.publish({ revision: 100, changes: [gone('/quiet/a')] })
  live.publish({ revision: 101, changes: [gone('/pods/a')] })
  assert.is(quiet.seen.length, 3)
  remove()
  assert.is(clock.next, undefined, 'nothing is left behind')
  live.publish({ revision: 102, changes: [gone('/quiet/a')] })
  assert.is(quiet.seen.length, 3)
})

test('watchers may come and go while they are told', () => {
  const live = fanOut(new ManualClock())
  const second = watcher(1)
  const first = { cursor: 1, next: () => removeSecond() }
  live.add('/', first)
  const removeSecond = live.add('/', second)
  live.publish({ revision: 2, changes: [gone('/a')] })
  assert.equal(second.seen, [])
})

test.run()
