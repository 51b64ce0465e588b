import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startLocalMesos } from '../../../../mesos/local/index.ts'
import { silent } from '../../../../util/logger.ts'
import { tempDir } from '../../../support/temp.ts'
import { executor, task, testScheduler } from '../scheduler.ts'

test('with a secret, only executors that show their own token are heard', async () => {
  const workDir = tempDir('mesos')
  const mesos = await startLocalMesos({
    workDir,
    resources: 'cpus:4;mem:4096;disk:1000;ports:[31000-31999]',
    executorSecret: 'a key',
    logger: silent,
  })
  const scheduler = await testScheduler(mesos.masterUrl)
  try {
    const offer = await scheduler.offer()
    const tasks = ['e1', 'e2'].map(id => task(`t-${id}`, offer, executor(id)))
    await scheduler.accept(offer, tasks)
    const tokens: string[] = []
    for (const id of ['e1', 'e2']) {
      await scheduler.status(`t-${id}`, 'TASK_RUNNING')
      const run = join(
        ...[workDir, 'agent1/slaves', offer.agent_id.value],
        ...['frameworks', scheduler.frameworkId, 'executors', id, 'runs/latest'],
      )
      const { environment } = JSON.parse(readFileSync(join(run, 'subscribed.json'), 'utf8'))
      tokens.push(environment.MESOS_EXECUTOR_AUTHENTICATION_TOKEN)
    }
    const [own = '', other = ''] = tokens
    const claims = JSON.parse(Buffer.from(own.split('.')[1] ?? '', 'base64url').toString())
    assert.equal([claims.fid, claims.eid], [scheduler.frameworkId, 'e1'])

    const post = async (authorization?: string) => {
      const answer = await fetch(`${mesos.agents[0]?.url}/api/v1/executor`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
        body: JSON.stringify({
          type: 'MESSAGE',
          message: { data: '' },
          framework_id: { value: scheduler.frameworkId },
          executor_id: { value: 'e1' },
        }),
      })
      return [answer.status, answer.headers.get('www-authenticate') ?? (await answer.text())]
    }
    const realm = 'Bearer realm="mesos-agent-executor"'
    const invalid = (why: string) => [401, `${realm}, error="invalid_token", error_description="${why}"`]
    assert.equal(await post(`Bearer ${own}`), [202, ''])
    assert.equal(await post(), [401, realm])
    assert.equal(await post(`Basic ${own}`), invalid("Scheme 'Basic' unsupported"))
    assert.equal(await post(own), invalid("Malformed 'Authorization' header"))
    const forged = `${own.split('.').slice(0, 2).join('.')}.${other.split('.')[2]}`
    assert.is((await post(`Bearer ${forged}`))[0], 401)
    const unsigned = `${own.split('.').slice(0, 2).join('.')}.`
    assert.is((await post(`Bearer ${unsigned}`))[0], 401)
    const [status, text] = await post(`Bearer ${other}`)
    assert.is(status, 403)
    assert.match(String(text), "does not contain an 'eid' claim with the executor ID e1")
  } finally {
    await scheduler.call({ type: 'TEARDOWN' })
    await scheduler.ended
    scheduler.close()
    await mesos.close()
  }
})

test.run()
