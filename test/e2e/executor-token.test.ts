import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startLocalMesos } from '../../mesos/local/index.ts'
import { silent } from '../../util/logger.ts'
import { Cluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { tempDir } from '../support/temp.ts'

test('agents that authenticate executors know ours, before and after a restart', async () => {
  const workDir = tempDir('mesos')
  const mesos = await startLocalMesos({
    workDir,
    resources: 'cpus:4;mem:4096;disk:1000;ports:[31000-31999]',
    executorSecret: 'a key',
    logger: silent,
  })
  try {
    const cluster = await new Cluster([`-mesos_master=${mesos.master}`, '-executor_logv=4']).start()
    await cluster.create(cluster.sleeper('before'))
    await cluster.running('before')
    await mesos.agents[0]?.kill()
    await mesos.agents[0]?.restart()
    await cluster.create(cluster.sleeper('after'))
    await cluster.running('after')
    const [before] = cluster.starts
    assert.equal(
      cluster.starts.map(({ pod }) => pod),
      ['before', 'after'],
    )
    const environment = readFileSync(`/proc/${before?.pid}/environ`, 'utf8')
    assert.not.match(environment, /MESOS_EXECUTOR|eyJ/)
    const logs = readdirSync(workDir, { recursive: true, encoding: 'utf8' }).filter(path =>
      /runs\/[^/]+\/std(out|err)$/.test(path),
    )
    const log = logs.map(path => readFileSync(join(workDir, path), 'utf8')).join('')
    assert.match(log, 'subscribed')
    assert.not.match(log, 'eyJ')
    await cluster.stop()
    await eventually('no pod is left', async () => cluster.starts.length === 2)
  } finally {
    await mesos.close()
  }
})

test.run()
