import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { localElection } from '../../../../mesos/local/election.ts'
import type { MasterMessage, Registration } from '../../../../mesos/local/link.ts'
import { startMaster } from '../../../../mesos/local/master/master.ts'
import { newRegistry } from '../../../../mesos/local/master/registry.ts'
import { parseAttributes, parseResources } from '../../../../mesos/local/resource-text.ts'
import { defaultTiming } from '../../../../mesos/local/timing.ts'
import type { SchedulerEvent, TaskStatus } from '../../../../mesos/protocol/messages.gen.ts'
import { silent } from '../../../../util/logger.ts'
import { eventually } from '../../../support/eventually.ts'
import { ManualClock } from '../../../support/manual-clock.ts'
import { executor, task, testScheduler } from '../scheduler.ts'

const recording: readonly { event?: SchedulerEvent }[] = JSON.parse(
  readFileSync('test/fixtures/mesos/agent-lost/exchange.json', 'utf8'),
)

/** State, message, reason and field names of what the recorded master said of the task. */
const essence = ({ state, message, reason, source, ...rest }: TaskStatus) => ({
  state,
  message,
  reason,
  source,
  fields: Object.keys(rest)
    // The recorded task is a command task, of which the master names no executor.
    .filter(name => name !== 'executor_id')
    .sort(),
})

test('an agent that is gone for long makes its tasks unreachable, and its return is told', async () => {
  const clock = new ManualClock()
  const master = await startMaster({
    address: '127.0.0.1',
    ports: [0],
    clock,
    election: localElection(),
    registry: newRegistry(),
    save: async () => {},
    elected: () => {},
    logger: silent,
    timing: { ...defaultTiming, heartbeat: 1e9 },
  })
  const received: MasterMessage[] = []
  const registration: Registration = {
    agent: {
      hostname: 'agent2.local',
      port: 5052,
      resources: parseResources('cpus:8;mem:8192'),
      attributes: parseAttributes('rack:r2'),
    },
    frameworks: [],
    executors: [],
    tasks: [],
  }
  const first = master.connect({ receive: message => received.push(message), closed: () => {} })
  first.send({ type: 'REGISTER', registration })
  master.open()
  const scheduler = await testScheduler(`http://127.0.0.1:${master.port}`)
  try {
    clock.advance(0)
    const offer = await scheduler.offer()
    const info = executor('e1')
    await scheduler.accept(offer, [task('lost-1', offer, info)])
    const run = await eventually('RUN', () => received.find(message => message.type === 'RUN'))
    assert.is(run.type, 'RUN')
    const launched = run.type === 'RUN' ? run.tasks[0] : undefined
    assert.ok(launched)
    const status: TaskStatus = {
      task_id: launched.task_id,
      state: 'TASK_RUNNING',
      source: 'SOURCE_EXECUTOR',
      agent_id: offer.agent_id,
      timestamp: 1,
      container_status: { container_id: { value: 'c' } },
    }
    first.send({ type: 'UPDATE', framework: scheduler.frameworkId, status, latest: 'TASK_RUNNING' })
    await scheduler.status('lost-1', 'TASK_RUNNING')
    clock.advance(0)
    const open = await scheduler.offer()

    first.close()
    const rescinded = await eventually('RESCIND', () => scheduler.events.find(({ rescind }) => rescind))
    assert.equal(rescinded.rescind?.offer_id, open.id)
    const reconcile = () =>
      scheduler.call({
        type: 'RECONCILE',
        reconcile: { tasks: [{ task_id: { value: 'lost-1' }, agent_id: offer.agent_id }] },
      })
    clock.advance(defaultTiming.agentReregistration)
    await reconcile()
    await eventually('unreachable, told twice', () => scheduler.statuses('lost-1').length === 3)

    const second = master.connect({ receive: () => {}, closed: () => {} })
    second.send({
      type: 'REGISTER',
      registration: {
        ...registration,
        agent: { ...registration.agent, id: offer.agent_id },
        executors: launched.executor ? [{ framework: scheduler.frameworkId, info: launched.executor }] : [],
        tasks: [{ framework: scheduler.frameworkId, info: launched, state: 'TASK_RUNNING', status }],
      },
    })
    await eventually('back', () => scheduler.statuses('lost-1').length === 4)
    await reconcile()
    await eventually('reconciled', () => scheduler.statuses('lost-1').length === 5)
    clock.advance(0)
    const again = await scheduler.offer(offer.agent_id.value)
    assert.is(again.resources?.find(({ name }) => name === 'cpus')?.scalar?.value, 7.8)

    const wanted = recording.flatMap(({ event }) => (event?.update ? [essence(event.update.status)] : []))
    const fromMaster = ({ source }: { source: unknown }) => source === 'SOURCE_MASTER'
    assert.equal(scheduler.statuses('lost-1').map(essence).filter(fromMaster), wanted.filter(fromMaster))
    const failure = scheduler.events.find(event => event.failure)?.failure
    assert.equal(failure, { agent_id: offer.agent_id })
    second.close()
  } finally {
    scheduler.close()
    await master.close()
  }
})

test.run()
