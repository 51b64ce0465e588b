import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startLocalMesos } from '../../../mesos/local/index.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { tempDir } from '../../support/temp.ts'
import { executor, framework, task, testScheduler } from './scheduler.ts'

test('a living executor that does not find its agent again is killed and reported', async () => {
  const workDir = tempDir('mesos')
  const options = { workDir, resources: 'cpus:4;mem:1024', logger: silent }
  const first = await startLocalMesos(options)
  const before = await testScheduler(first.masterUrl)
  const offer = await before.offer()
  await before.accept(offer, [task('t1', offer, executor('mute', 'exec sleep 1000'))])
  const journal = join(workDir, 'agent1/journal')
  const pid = await eventually('a process', () => {
    const found = /"process":\{"pid":(\d+)/.exec(readFileSync(journal, 'utf8'))
    return found ? Number(found[1]) : undefined
  })
  await first.close()
  before.close()
  assert.ok(process.kill(pid, 0), 'closing kills nothing')

  const second = await startLocalMesos({ ...options, timing: { executorReregistration: 100 } })
  const info = { ...framework, id: { value: before.frameworkId } }
  const after = await testScheduler(second.masterUrl, { info })
  try {
    const failed = await after.status('t1', 'TASK_FAILED')
    assert.is(failed.reason, 'REASON_EXECUTOR_REREGISTRATION_TIMEOUT')
    assert.throws(() => process.kill(pid, 0), /ESRCH/)
  } finally {
    after.close()
    await second.close()
  }
})

test('a framework that does not come back within its time is removed, and its executors with it', async () => {
  const mesos = await startLocalMesos({
    workDir: tempDir('mesos'),
    resources: 'cpus:4;mem:1024',
    logger: silent,
    timing: { executorShutdown: 100 },
  })
  try {
    const before = await testScheduler(mesos.masterUrl, { info: { ...framework, failover_timeout: 0.1 } })
    const offer = await before.offer()
    await before.accept(offer, [task('t1', offer, executor('e1'))])
    const running = await before.status('t1', 'TASK_RUNNING')
    before.close()
    await eventually('the executor is gone', () => {
      try {
        return !process.kill(running.container_status?.executor_pid ?? 0, 0)
      } catch {
        return true
      }
    })
    const info = { ...framework, id: { value: before.frameworkId } }
    const after = await testScheduler(mesos.masterUrl, { info })
    await after.ended
    assert.equal(after.events, [{ type: 'ERROR', error: { message: 'Framework has been removed' } }])
  } finally {
    await mesos.close()
  }
})

test.run()
