import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Detected } from '../../../../mesos/scheduler/detection/detected.ts'
import { detectMasters } from '../../../../mesos/scheduler/detection/index.ts'
import { systemClock } from '../../../../util/clock.ts'
import { silent } from '../../../../util/logger.ts'
import { freePort } from '../../../support/etcd.ts'
import { eventually } from '../../../support/eventually.ts'
import { ManualClock } from '../../../support/manual-clock.ts'
import { Election } from '../../../support/mesos-election.ts'
import { ZooKeeper } from '../../../support/zookeeper.ts'

const recorded = (
  JSON.parse(readFileSync('test/fixtures/mesos/operator/exchange.json', 'utf8')) as {
    zookeeper: { data_in_order: { address: { port: number } }[] }
  }
).zookeeper.data_in_order

/** What a master writes, on another port. */
const masterInfo = (port: number): Buffer =>
  Buffer.from(JSON.stringify({ ...recorded[0], port, address: { ...recorded[0]?.address, port } }))

interface Context {
  zk: ZooKeeper
  masters: Election
  close: (() => unknown)[]
}

const test = suite<Context>('masters in ZooKeeper')

test.before(async context => {
  context.zk = await ZooKeeper.start()
})
test.after(async context => {
  await context.zk.stop()
})
test.before.each(async context => {
  context.close = []
  context.masters = await Election.join(context.zk.server)
  context.close.push(() => context.masters.leave())
})
test.after.each(context => {
  for (const close of context.close.splice(0).reverse()) close()
})

const detect = (
  { zk, close }: Pick<Context, 'close'> & { zk: { server: string } },
  path: string,
  more = {},
) => {
  const told: Detected[] = []
  const options = { masters: `zk://${zk.server}${path}`, logger: silent, clock: systemClock, ...more }
  const subscription = detectMasters(options).subscribe(detected => told.push(detected))
  close.push(() => subscription.unsubscribe())
  const last = (): string | undefined => {
    const detected = told.at(-1)
    return detected && ('masters' in detected ? detected.masters.map(String).join() : detected.nobody)
  }
  return {
    told,
    until: (pattern: RegExp) => eventually(`${pattern} detected`, () => pattern.test(last() ?? '')),
  }
}

test('the candidate with the smallest sequence leads; the next one follows it', async context => {
  const { masters } = context
  const first = await masters.enter('/mesos', masterInfo(5050))
  const second = await masters.enter('/mesos', masterInfo(5051))
  await masters.create('/mesos/log_replicas')
  const { told, until } = detect(context, '/mesos')
  await until(/^http:\/\/127\.0\.0\.1:5050\/api\/v1\/scheduler$/)
  await masters.remove(first)
  await until(/:5051/)
  await masters.enter('/mesos', masterInfo(5050))
  await masters.remove(second)
  await until(/:5050/)
  assert.is(told.length, 3)
})

test('before the first election there is nobody, then somebody', async context => {
  const { until } = detect(context, '/later')
  await until(/\/later: the candidates cannot be read: .*NO_NODE/)
  const only = await context.masters.enter('/later', masterInfo(5050))
  await until(/:5050/)
  await context.masters.remove(only)
  await until(/no master has been elected/)
})

test('masters that speak TLS are called by the name on their certificate', async context => {
  await context.masters.enter('/tls', masterInfo(5050))
  const { until } = detect(context, '/tls', { tls: true })
  await until(/^https:\/\/127\.0\.0\.1:5050\//)
})

test('a node that is no MasterInfo is told of, until it is one', async context => {
  const broken = await context.masters.enter('/broken', Buffer.from('{'))
  const { until } = detect(context, '/broken')
  await until(/the leader is no MasterInfo/)
  await context.masters.enter('/broken', masterInfo(5052))
  await context.masters.remove(broken)
  await until(/:5052/)
})

test('a ZooKeeper that crashed and came back goes on telling', async context => {
  const { zk, masters } = context
  const first = await masters.enter('/crash', masterInfo(5050))
  await masters.enter('/crash', masterInfo(5051))
  const { until } = detect(context, '/crash')
  await until(/:5050/)
  await zk.kill()
  await zk.start()
  // Its own client, too, has to find the way back.
  await eventually('the candidate is gone', () => masters.remove(first).then(() => true))
  await until(/:5051/)
})

test('an ensemble that does not answer is told of after a while', async context => {
  const clock = new ManualClock()
  const { told } = detect({ ...context, zk: { server: `127.0.0.1:${await freePort()}` } }, '/mesos', {
    clock,
  })
  const due = await eventually('it waits', () => clock.next)
  clock.advance(due)
  assert.match(told.map(each => ('nobody' in each ? each.nobody : '')).join(), /does not answer$/)
})

test.run()
