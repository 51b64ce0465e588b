import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { unavailable } from '../../../api/errors.ts'
import { Lease } from '../../../api/kinds/index.ts'
import { whileLeading } from '../../../controllers/runtime/index.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { memoryClient } from '../../support/memory-client.ts'

const lease = { namespace: 'kube-system', name: 'controllers' }

const setUp = () => {
  const clock = new ManualClock()
  const leading: string[] = []
  let most = 0
  /** True: the API can not be asked by this candidate. */
  const cut = new Set<string>()
  const client = memoryClient({ clock })
  const candidate = (identity: string) => {
    const before = { ...client }
    for (const verb of ['get', 'update', 'create'] as const) {
      before[verb] = (async (...args: never[]) => {
        if (cut.has(identity)) throw unavailable('cut off')
        return (client[verb] as (...args: never[]) => unknown)(...args)
      }) as never
    }
    return whileLeading({ client: before, logger: silent, clock, lease, identity }, async () => {
      leading.push(identity)
      most = Math.max(most, leading.length)
      return {
        async stop() {
          leading.splice(leading.indexOf(identity), 1)
        },
      }
    })
  }
  /** Turns the clock until something is so. */
  const soon = (what: string, so: () => boolean, step = 500) =>
    eventually(what, () => {
      if (so()) return true
      clock.advance(step)
      return so()
    })
  /** Turns the clock on for so long, a tick at a time, so that everybody has its turns. */
  const pass = async (ms: number) => {
    for (let gone = 0; gone < ms; gone += 500) {
      clock.advance(500)
      for (let turn = 0; turn < 10; turn++) await new Promise(resolve => setImmediate(resolve))
    }
  }
  return { clock, client, leading, cut, candidate, soon, pass, most: () => most }
}

test('one of two leads, and hands on when it stops', async () => {
  const { client, leading, candidate, soon, pass, most } = setUp()
  const a = candidate('a')
  await soon('a leads', () => leading.includes('a'))
  const b = candidate('b')
  await pass(60_000)
  assert.equal(leading, ['a'], 'the lease is renewed')
  assert.is((await client.get(Lease, lease)).spec?.leaseTransitions, 1)
  const stopped = a.stop()
  await soon('b leads', () => leading.includes('b'))
  await stopped
  assert.equal(leading, ['b'])
  assert.is((await client.get(Lease, lease)).spec?.leaseTransitions, 2)
  await b.stop()
  assert.equal(leading, [])
  assert.is(most(), 1)
})

test('a leader that is cut off stops before another one begins', async () => {
  const { leading, cut, candidate, soon, pass, most } = setUp()
  const a = candidate('a')
  await soon('a leads', () => leading.includes('a'))
  const b = candidate('b')
  await pass(5_000)
  cut.add('a')
  await soon('b leads', () => leading.includes('b'))
  assert.equal(leading, ['b'])
  cut.delete('a')
  await pass(30_000)
  assert.equal(leading, ['b'], 'the first one waits for its turn')
  await Promise.all([a.stop(), b.stop()])
  assert.is(most(), 1)
})

test('one that is started again under its old name goes on at once', async () => {
  const { clock, client, leading, candidate, soon } = setUp()
  await client.create(Lease, { metadata: lease, spec: { holderIdentity: 'a', leaseTransitions: 3 } })
  const before = clock.now()
  const a = candidate('a')
  await soon('it leads', () => leading.includes('a'), 0)
  assert.is(clock.now(), before)
  assert.is((await client.get(Lease, lease)).spec?.leaseTransitions, 3)
  await a.stop()
})

test('what fails to begin is tried again', async () => {
  const { clock, client } = setUp()
  let tries = 0
  const one = whileLeading({ client, logger: silent, clock, lease, identity: 'a' }, async () => {
    if (++tries < 3) throw new Error('not yet')
    return { async stop() {} }
  })
  await eventually('the third try', () => {
    clock.advance(500)
    return tries === 3
  })
  await one.stop()
})

test.run()
