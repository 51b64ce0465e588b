import { filter, firstValueFrom } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startLocalMesos } from '../../../mesos/local/index.ts'
import { zooKeeperElection } from '../../../mesos/local/zookeeper-election.ts'
import { detectMasters } from '../../../mesos/scheduler/detection/index.ts'
import { systemClock } from '../../../util/clock.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { tempDir } from '../../support/temp.ts'
import { ZooKeeper } from '../../support/zookeeper.ts'
import { framework, testScheduler } from './scheduler.ts'

test('masters elect their leader in ZooKeeper, where frameworks find it, before and after its death', async () => {
  const zookeeper = await ZooKeeper.start()
  const mesos = await startLocalMesos({
    workDir: tempDir('mesos'),
    masters: 2,
    election: zooKeeperElection({ servers: zookeeper.server, path: '/some/mesos', logger: silent }),
    fakeExecutors: { delay: 0 },
    logger: silent,
  })
  try {
    const [first, second] = mesos.masters
    assert.ok(first && second)
    const masters = `zk://${zookeeper.server}/some/mesos`
    const detected$ = detectMasters({ masters, logger: silent, clock: systemClock })
    const leads = (url: string) =>
      firstValueFrom(detected$.pipe(filter(found => 'masters' in found && found.masters[0].origin === url)))
    await leads(first.url)
    const before = await testScheduler(first.url)
    await before.offer()
    await first.kill()
    await leads(second.url)
    await eventually('the second leads', () => second.isLeading())
    const info = { ...framework, id: { value: before.frameworkId } }
    const after = await testScheduler(second.url, { info })
    await after.offer()
    after.close()
  } finally {
    await mesos.close()
    await zookeeper.stop()
  }
})

test.run()
