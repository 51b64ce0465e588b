import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startLocalMesos } from '../../../mesos/local/index.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { tempDir } from '../../support/temp.ts'
import { executor, task, testScheduler } from './scheduler.ts'

const resources = 'cpus:4;mem:4096;disk:1000;ports:[31000-31999]'

const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

test('a task is launched, runs, and is killed', async () => {
  const mesos = await startLocalMesos({ workDir: tempDir('mesos'), resources, logger: silent })
  const scheduler = await testScheduler(mesos.masterUrl)
  try {
    const offer = await scheduler.offer()
    const info = executor('e1')
    await scheduler.accept(offer, [task('t1', offer, info), task('t2', offer, info, 'finish')])
    const running = await scheduler.status('t1', 'TASK_RUNNING')
    assert.equal(running.agent_id, offer.agent_id)
    assert.is(running.container_status?.network_infos?.[0]?.ip_addresses?.[0]?.ip_address, '127.0.0.1')
    assert.ok(isAlive(running.container_status?.executor_pid ?? 0))
    await scheduler.status('t2', 'TASK_FINISHED')
    await scheduler.call({ type: 'KILL', kill: { task_id: { value: 't1' }, agent_id: offer.agent_id } })
    await scheduler.status('t1', 'TASK_KILLED')

    const data = Buffer.from('hello').toString('base64')
    const target = { agent_id: offer.agent_id, executor_id: info.executor_id }
    await scheduler.call({ type: 'MESSAGE', message: { ...target, data } })
    const message = await eventually('the echo', () => scheduler.events.find(event => event.message))
    assert.equal(message.message, { ...target, data })

    await scheduler.call({ type: 'SHUTDOWN', shutdown: target })
    const failure = await eventually('the exit', () => scheduler.events.find(event => event.failure))
    assert.equal(failure.failure, { ...target, status: 0 })
  } finally {
    scheduler.close()
    await mesos.close()
  }
})

test('an executor that dies takes its tasks and all its processes with it', async () => {
  const workDir = tempDir('mesos')
  const mesos = await startLocalMesos({ workDir, resources, logger: silent })
  const scheduler = await testScheduler(mesos.masterUrl)
  try {
    const offer = await scheduler.offer()
    const info = executor('e1')
    await scheduler.accept(offer, [task('t1', offer, info), task('t2', offer, info, 'child')])
    const failed = await scheduler.status('t1', 'TASK_FAILED')
    assert.is(failed.reason, 'REASON_EXECUTOR_TERMINATED')
    assert.is(failed.message, 'Executor terminated')
    assert.is(failed.source, 'SOURCE_AGENT')
    assert.is(failed.container_status, undefined)
    const order = scheduler.events.map(({ type, update }) => update?.status.state ?? type)
    assert.ok(order.indexOf('FAILURE') < order.indexOf('TASK_FAILED'), 'the failure is told first')
    assert.is(scheduler.events.find(({ failure }) => failure)?.failure?.status, 3 << 8)
    const run = join(
      ...[workDir, 'agent1/slaves', offer.agent_id.value],
      ...['frameworks', scheduler.frameworkId, 'executors/e1/runs/latest'],
    )
    assert.not.ok(isAlive(Number(readFileSync(join(run, 'child'), 'utf8'))), 'the detached child is gone too')
    assert.is(
      readFileSync(join(run, 'events'), 'utf8')
        .split('\n')
        .filter(line => line.startsWith('LAUNCH')).length,
      2,
    )
  } finally {
    scheduler.close()
    await mesos.close()
  }
})

test.run()
