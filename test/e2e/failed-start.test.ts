import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Event } from '../../api/kinds/index.ts'
import { condition } from '../../api/pod-phase.ts'
import { startLocalMesos } from '../../mesos/local/index.ts'
import { silent } from '../../util/logger.ts'
import { Cluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { tempDir } from '../support/temp.ts'

test('an agent that cannot start the executor is told of by the pod, and is not hammered', async () => {
  const broken = join(tempDir('executor'), 'broken.mjs')
  writeFileSync(broken, 'console.error("nothing goes here"); process.exitCode = 3')
  const cluster = await new Cluster([`-executor_path=${broken}`]).start()
  try {
    await cluster.create(cluster.sleeper('a'))
    const { status } = await eventually('the reason is told', async () => {
      const pod = await cluster.pod('a')
      return pod.status?.reason !== undefined && pod
    })
    assert.equal([status?.phase, status?.reason], ['Pending', 'ExecutorTerminated'])
    assert.match(status?.message ?? '', 'its exit code is 3; its stderr ends: nothing goes here')
    const waiting = await eventually('the agent is spared', async () => {
      const { message } = condition((await cluster.pod('a')).status, 'PodScheduled') ?? {}
      return message?.includes('the executor did not start') && message
    })
    assert.match(waiting, 'no agent of 1 fits')
    const { items } = await cluster.client.list(Event)
    assert.ok(
      items.some(({ reason, message }) => reason === 'ExecutorTerminated' && message?.includes('goes here')),
    )
  } finally {
    await cluster.stop()
  }
})

test('where agents ask who reads, its stderr is told to those who may, and to others what is missing', async () => {
  const folder = tempDir('executor')
  const broken = join(folder, 'broken.mjs')
  writeFileSync(broken, 'console.error("nothing goes here"); process.exitCode = 3')
  const secret = join(folder, 'secret')
  writeFileSync(secret, 'of a reader\n')
  const mesos = await startLocalMesos({
    workDir: join(folder, 'mesos'),
    readers: new Map([['reader', 'of a reader']]),
    logger: silent,
  })
  const messageWith = async (...flags: string[]): Promise<string> => {
    const cluster = await new Cluster([
      `-mesos_master=${mesos.master}`,
      `-executor_path=${broken}`,
      ...flags,
    ]).start()
    try {
      await cluster.create(cluster.sleeper('a'))
      return await eventually('the reason is told', async () => (await cluster.pod('a')).status?.message)
    } finally {
      await cluster.stop()
    }
  }
  try {
    assert.match(await messageWith(), '401 Unauthorized.; it wants credentials for agents')
    const told = await messageWith('-mesos_agent_principal=reader', `-mesos_agent_secret_file=${secret}`)
    assert.match(told, 'its stderr ends: nothing goes here')
  } finally {
    await mesos.close()
  }
})

test('an executor that never takes its pods is killed after -launch_timeout', async () => {
  const deaf = join(tempDir('executor'), 'deaf.mjs')
  writeFileSync(deaf, 'setInterval(() => {}, 1000)')
  const cluster = await new Cluster([`-executor_path=${deaf}`, '-launch_timeout=1']).start()
  try {
    await cluster.create(cluster.sleeper('a'))
    const { status } = await eventually('the reason is told', async () => {
      const pod = await cluster.pod('a')
      return pod.status?.reason !== undefined && pod
    })
    assert.equal([status?.phase, status?.reason], ['Pending', 'LaunchTimeout'])
    assert.match(status?.message ?? '', 'did not take the pod within 1 s (-launch_timeout)')
  } finally {
    await cluster.stop()
  }
})

test.run()
