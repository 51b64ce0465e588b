import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Pod } from '../../../api/kinds/index.ts'
import { slowStart } from '../../../controllers/replication/slow-start.ts'
import { victims } from '../../../controllers/replication/victims.ts'

const pod = (
  name: string,
  nodeName: string | undefined,
  phase: string,
  ready: boolean,
  created: string,
): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, uid: name, resourceVersion: '1', creationTimestamp: `2014-10-17T${created}:00Z` },
  spec: { nodeName, containers: [] },
  status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
})

test('the pods that are missed least go first', () => {
  const worst = [
    pod('unassigned-new', undefined, 'Pending', false, '09:00'),
    pod('unassigned-old', undefined, 'Pending', false, '01:00'),
    pod('pending', 'host', 'Pending', false, '02:00'),
    pod('unknown', 'host', 'Unknown', true, '03:00'),
    pod('unready', 'host', 'Running', false, '04:00'),
    pod('ready-new', 'host', 'Running', true, '08:00'),
    pod('ready-old', 'host', 'Running', true, '05:00'),
  ]
  const names = (pods: readonly Pod[]) => pods.map(({ metadata }) => metadata.name)
  assert.equal(names(victims(worst.toReversed(), 7)), names(worst))
  assert.equal(names(victims(worst, 2)), names(worst.slice(0, 2)))
})

test('a slow start doubles its batches, and stops with the one that fails', async () => {
  const batches: number[] = []
  let tries = 0
  const counted = (fails: (n: number) => boolean) => async () => {
    if (tries++ === 0 || batches.length === 0) batches.push(0)
    batches[batches.length - 1] = (batches.at(-1) ?? 0) + 1
    const n = tries
    await new Promise(setImmediate)
    if (batches.at(-1) !== 0) batches.push(0)
    if (fails(n)) throw new Error(`no ${n}`)
  }
  assert.equal(
    await slowStart(
      9,
      counted(() => false),
    ),
    { succeeded: 9, failure: undefined },
  )
  assert.equal(batches.filter(Boolean), [1, 2, 4, 2])
  tries = 0
  batches.length = 0
  const { succeeded, failure } = await slowStart(
    100,
    counted(n => n > 2),
  )
  assert.is(succeeded, 2)
  assert.match(String(failure), /no 3/)
  assert.is(tries, 3)
})

test.run()
