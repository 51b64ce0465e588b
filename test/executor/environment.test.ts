import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { agentEnvironment, NotUnderMesos, parseDuration } from '../../executor/environment.ts'

const recorded = JSON.parse(readFileSync('test/fixtures/mesos/executor/executor-side.json', 'utf8'))[0].env

test('the recorded environment is understood', () => {
  const { endpoint, ...rest } = agentEnvironment(recorded)
  assert.is(endpoint.href, 'http://127.0.0.1:5051/api/v1/executor')
  assert.equal(rest, {
    frameworkId: '02c25cfc-0510-451f-a06b-0d25cdb7041c-0002',
    executorId: 'rec-1',
    sandbox: recorded.MESOS_SANDBOX,
    checkpoint: true,
    recoveryTimeout: 900_000,
    subscriptionBackoffMax: 2000,
    shutdownGrace: 5000,
    hostIP: '127.0.0.1',
    token: undefined,
  })
})

test('without checkpointing an agent sets neither MESOS_CHECKPOINT nor the times of recovery', () => {
  const { MESOS_CHECKPOINT, MESOS_RECOVERY_TIMEOUT, MESOS_SUBSCRIPTION_BACKOFF_MAX, ...env } = recorded
  assert.is(agentEnvironment(env).checkpoint, false)
})

test('the address of the host is that of the agent process', () => {
  assert.is(agentEnvironment({ ...recorded, MESOS_SLAVE_PID: 'slave(1)@10.1.2.3:5051' }).hostIP, '10.1.2.3')
  assert.is(
    agentEnvironment({ ...recorded, MESOS_SLAVE_PID: '', LIBPROCESS_IP: '10.1.2.4' }).hostIP,
    '10.1.2.4',
  )
  const { MESOS_SLAVE_PID, LIBPROCESS_IP, ...env } = recorded
  assert.is(agentEnvironment({ ...env, MESOS_AGENT_ENDPOINT: '10.1.2.5:5051' }).hostIP, '10.1.2.5')
})

test('a missing or malformed variable is named', () => {
  const named = (env: object, name: RegExp) =>
    assert.throws(
      () => agentEnvironment({ ...recorded, ...env }),
      (error: unknown) => error instanceof NotUnderMesos && name.test(error.message),
    )
  named({ MESOS_FRAMEWORK_ID: undefined }, /MESOS_FRAMEWORK_ID is not set/)
  named({ MESOS_RECOVERY_TIMEOUT: 'soon' }, /MESOS_RECOVERY_TIMEOUT is no duration: soon/)
})

test('durations as Mesos writes them', () => {
  assert.is(parseDuration('5secs'), 5000)
  assert.is(parseDuration('1.5mins'), 90_000)
  assert.is(parseDuration('250ms'), 250)
  assert.is(parseDuration('2hrs'), 7_200_000)
  assert.is(parseDuration('1weeks'), 604_800_000)
  assert.is(parseDuration('5000000ns'), 5)
  assert.is(parseDuration('5'), undefined)
  assert.is(parseDuration('5 secs'), undefined)
  assert.is(parseDuration('secs'), undefined)
})

test.run()
