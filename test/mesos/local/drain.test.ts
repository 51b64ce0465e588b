import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { LocalMesos } from '../../../mesos/local/index.ts'
import { eventually } from '../../support/eventually.ts'
import { operate } from './operator-calls.ts'
import { executor, scalar, type TestScheduler, task } from './scheduler.ts'
import { withMesos } from './with-mesos.ts'

/** Runs a task and answers its agent. */
const run = async (scheduler: TestScheduler, id: string, agent?: string) => {
  const offer = await scheduler.offer(agent)
  await scheduler.accept(offer, [task(id, offer, executor('e1'))])
  await scheduler.status(id, 'TASK_RUNNING')
  return offer.agent_id
}

const describe = async ({ masterUrl }: LocalMesos, id: string) => {
  const { get_agents } = await operate(masterUrl, { type: 'GET_AGENTS' })
  return get_agents?.agents?.find(({ agent_info }) => agent_info.id?.value === id)
}

const isRejected = async (call: Promise<unknown>, why: RegExp) => {
  const answer = await call.then(
    () => 'taken',
    error => `${error.message}`,
  )
  assert.match(answer, why)
}

test('a drained agent kills its tasks, gets no offers, and works again when it is reactivated', () =>
  withMesos({ agents: 2 }, async (mesos, scheduler) => {
    const agent_id = await run(scheduler, 't1')
    const open = await scheduler.offer(agent_id.value)
    await operate(mesos.masterUrl, { type: 'DRAIN_AGENT', drain_agent: { agent_id } })
    const killed = await scheduler.status('t1', 'TASK_KILLED')
    assert.is(killed.reason, 'REASON_AGENT_DRAINING')
    assert.is(killed.source, 'SOURCE_EXECUTOR')
    await eventually('rescinded', () =>
      scheduler.events.some(({ rescind }) => rescind?.offer_id.value === open.id.value),
    )
    const drained = await eventually('drained', async () => {
      const agent = await describe(mesos, agent_id.value)
      return agent?.drain_info?.state === 'DRAINED' && agent
    })
    assert.equal([drained.deactivated, drained.active], [true, false])

    await scheduler.call({
      type: 'SHUTDOWN',
      shutdown: { agent_id, executor_id: { value: 'e1' } },
    })
    await eventually('the executor is gone', () => scheduler.events.some(({ failure }) => failure))
    await operate(mesos.masterUrl, { type: 'REACTIVATE_AGENT', reactivate_agent: { agent_id } })
    await run(scheduler, 't2', agent_id.value)
    assert.not.ok((await describe(mesos, agent_id.value))?.drain_info)
  }))

test('as long as an executor lives, a reactivated agent drops new tasks', () =>
  withMesos({ agents: 1 }, async (mesos, scheduler) => {
    const agent_id = await run(scheduler, 't1')
    await operate(mesos.masterUrl, { type: 'DRAIN_AGENT', drain_agent: { agent_id } })
    await eventually(
      'drained',
      async () => (await describe(mesos, agent_id.value))?.drain_info?.state === 'DRAINED',
    )
    await operate(mesos.masterUrl, { type: 'REACTIVATE_AGENT', reactivate_agent: { agent_id } })
    const offer = await scheduler.offer(agent_id.value)
    await scheduler.accept(offer, [task('t2', offer, executor('e1'))])
    const dropped = await scheduler.status('t2', 'TASK_DROPPED')
    assert.is(dropped.reason, 'REASON_AGENT_DRAINING')
    assert.is(dropped.message, 'Task was received while agent was already draining')
  }))

test('an agent that is drained to be gone ends its tasks so, and is gone after them', () =>
  withMesos({ agents: 2 }, async (mesos, scheduler) => {
    const agent_id = await run(scheduler, 't1')
    const drain_agent = { agent_id, mark_gone: true, max_grace_period: { seconds: 5 } }
    await operate(mesos.masterUrl, { type: 'DRAIN_AGENT', drain_agent })
    const gone = await scheduler.status('t1', 'TASK_GONE_BY_OPERATOR')
    assert.is(gone.reason, 'REASON_AGENT_DRAINING')
    await eventually('the agent is gone', async () => !(await describe(mesos, agent_id.value)))
    const failure = await eventually('FAILURE', () => scheduler.events.find(event => event.failure))
    assert.equal(failure.failure?.agent_id, agent_id)
  }))

test('an agent that is marked gone takes its tasks with it, for good', () =>
  withMesos({ agents: 2 }, async (mesos, scheduler) => {
    const agent_id = await run(scheduler, 't1')
    const gone = { type: 'MARK_AGENT_GONE', mark_agent_gone: { agent_id } } as const
    await operate(mesos.masterUrl, gone)
    const status = await scheduler.status('t1', 'TASK_GONE_BY_OPERATOR')
    assert.is(status.reason, 'REASON_AGENT_REMOVED_BY_OPERATOR')
    assert.is(status.message, 'Agent has been marked gone')
    assert.is(status.source, 'SOURCE_MASTER')
    assert.is(status.uuid, undefined)
    await operate(mesos.masterUrl, gone)
    const asked = { task_id: { value: 't1' }, agent_id }
    await scheduler.call({ type: 'RECONCILE', reconcile: { tasks: [asked] } })
    await eventually('reconciled', () =>
      scheduler.statuses('t1').some(({ message }) => message === 'Reconciliation: Task is gone'),
    )
  }))

test('what cannot be done to an agent is refused', () =>
  withMesos({ agents: 1 }, async ({ masterUrl, agents }) => {
    const nobody = { agent_id: { value: 'nobody' } }
    const known = { agent_id: { value: agents[0]?.id ?? '' } }
    await isRejected(operate(masterUrl, { type: 'DRAIN_AGENT', drain_agent: nobody }), /^400 Unknown agent$/)
    await isRejected(
      operate(masterUrl, { type: 'MARK_AGENT_GONE', mark_agent_gone: nobody }),
      /^404 Agent 'nobody' not found$/,
    )
    await isRejected(
      operate(masterUrl, { type: 'REACTIVATE_AGENT', reactivate_agent: known }),
      /^400 Agent is not deactivated$/,
    )
  }))

test('quotas and weights are set and told; a quota that makes no sense is refused', () =>
  withMesos({ agents: 1 }, async ({ masterUrl }, scheduler) => {
    const offer = await scheduler.offer()
    await scheduler.accept(offer, [
      { ...task('t1', offer, executor('e1')), resources: [scalar('cpus', 2), scalar('mem', 32)] },
    ])
    await scheduler.status('t1', 'TASK_RUNNING')
    const config = { role: 'a', guarantees: { cpus: { value: 1 } }, limits: { cpus: { value: 2 } } }
    const update_quota = { quota_configs: [config] }
    await operate(masterUrl, { type: 'UPDATE_QUOTA', update_quota })
    const { get_quota } = await operate(masterUrl, { type: 'GET_QUOTA' })
    assert.equal(get_quota?.status.configs, [config])
    const weight_infos = [{ role: 'a', weight: 2.5 }]
    await operate(masterUrl, { type: 'UPDATE_WEIGHTS', update_weights: { weight_infos } })
    const { get_roles } = await operate(masterUrl, { type: 'GET_ROLES' })
    assert.equal(
      get_roles?.roles?.map(({ name, weight }) => [name, weight]),
      [
        ['*', 1],
        ['a', 2.5],
      ],
    )
    const over = { role: 'a', guarantees: { cpus: { value: 3 } }, limits: { cpus: { value: 2 } } }
    await isRejected(
      operate(masterUrl, { type: 'UPDATE_QUOTA', update_quota: { quota_configs: [over] } }),
      /^400 Invalid QuotaConfig/,
    )
    await isRejected(
      operate(masterUrl, { type: 'UPDATE_QUOTA', update_quota: { quota_configs: [{ role: 'a/b' }] } }),
      /^400 Updating quota on nested role 'a\/b' is not supported yet$/,
    )
  }))

test.run()
