import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Codec } from '../../../mesos/protocol/codec.ts'
import type {
  ExecutorInfo,
  FrameworkInfo,
  MaintenanceWindow,
  Offer,
  Resource,
  TaskInfo,
} from '../../../mesos/protocol/messages.gen.ts'
import { countRanges } from '../../../mesos/protocol/ranges.ts'
import { sandboxTail } from '../../../mesos/scheduler/sandbox.ts'
import { systemClock } from '../../../util/clock.ts'
import { eventually } from '../../support/eventually.ts'
import { operate } from '../local/operator-calls.ts'
import { framework, scalar, type TestScheduler, task, testScheduler } from '../local/scheduler.ts'

export interface ContractOptions {
  /** `http://host:port` of the leading master; at least two agents, of which nobody else uses much. */
  readonly masterUrl: string
  readonly codec: Codec
  /** The user that executors run as. */
  readonly user: string
  /** Whether agents may be drained and scheduled for maintenance: nobody else may use them. */
  readonly operator: boolean
  /** The tests' executor, to be fetched by any agent. */
  executor(id: string): ExecutorInfo
}

/** Agents of a real cluster fetch our Node, and masters allocate once in a second: longest time for most, milliseconds. */
const patience = 60_000

interface Context {
  open: TestScheduler[]
}

/**
 * What this project expects of a Mesos, of whatever make. Every test is a framework of its own and leaves nothing
 * behind. Expectations are those of the recordings of Apache Mesos 1.12.
 */
export const mesosContract = (name: string, options: ContractOptions) => {
  const { masterUrl, codec } = options
  const test = suite<Context>(name, { open: [] })

  test.after.each(async context => {
    for (const scheduler of context.open.splice(0)) {
      await scheduler.call({ type: 'TEARDOWN' }).catch(() => {})
      scheduler.close()
    }
  })

  const info = (more: Partial<FrameworkInfo> = {}): FrameworkInfo => ({
    ...framework,
    name: 'contract of kubernetes-mesos',
    user: options.user,
    ...more,
  })

  const subscribe = async (
    context: Context,
    more: Partial<FrameworkInfo> = {},
    acknowledge = true,
  ): Promise<TestScheduler> => {
    const scheduler = await testScheduler(masterUrl, { info: info(more), codec, acknowledge, patience })
    context.open.push(scheduler)
    return scheduler
  }

  /** A task that runs on an executor of its own, and the offer that it was launched from. */
  const running = async (scheduler: TestScheduler, id = 't1') => {
    const offer = await scheduler.offer()
    const executor = options.executor('e1')
    await scheduler.accept(offer, [task(id, offer, executor)])
    const status = await scheduler.status(id, 'TASK_RUNNING')
    return { offer, executor, status, agent: offer.agent_id.value }
  }

  const kill = (scheduler: TestScheduler, id: string, agent?: string) =>
    scheduler.call({
      type: 'KILL',
      kill: { task_id: { value: id }, ...(agent !== undefined && { agent_id: { value: agent } }) },
    })

  const offersOf = (scheduler: TestScheduler): Offer[] =>
    scheduler.events.flatMap(({ offers }) => offers?.offers ?? [])

  test('SUBSCRIBE is answered by a stream id, SUBSCRIBED and heartbeats', async context => {
    const scheduler = await subscribe(context)
    assert.ok(scheduler.streamId)
    const [first] = scheduler.events
    assert.is(first?.type, 'SUBSCRIBED')
    assert.ok(first?.subscribed?.framework_id.value)
    assert.ok((first?.subscribed?.heartbeat_interval_seconds ?? 0) > 0)
    await eventually('a heartbeat', () => scheduler.events.some(({ type }) => type === 'HEARTBEAT'), patience)
  })

  test('every agent is offered whole, each resource allocated to our role', async context => {
    const scheduler = await subscribe(context)
    const offers = await eventually(
      'offers of two agents',
      () => {
        const all = offersOf(scheduler)
        return new Set(all.map(({ agent_id }) => agent_id.value)).size >= 2 && all
      },
      patience,
    )
    for (const { id, framework_id, hostname, resources = [], allocation_info } of offers) {
      assert.ok(id.value && hostname)
      assert.is(framework_id.value, scheduler.frameworkId)
      assert.is(allocation_info?.role, '*')
      assert.ok(['cpus', 'mem', 'ports'].every(name => resources.some(resource => resource.name === name)))
      assert.ok(resources.every(resource => resource.allocation_info?.role === '*'))
    }
  })

  test('a task runs on a fetched executor, finishes, and tells both by updates that want an answer', async context => {
    const scheduler = await subscribe(context)
    const offer = await scheduler.offer()
    const executor = options.executor('e1')
    await scheduler.accept(offer, [task('long', offer, executor), task('short', offer, executor, 'finish')])
    const status = await scheduler.status('long', 'TASK_RUNNING')
    assert.equal(status.agent_id, offer.agent_id)
    assert.equal(status.executor_id, executor.executor_id)
    assert.is(status.source, 'SOURCE_EXECUTOR')
    assert.is(Buffer.from(status.uuid ?? '', 'base64').length, 16)
    await scheduler.status('short', 'TASK_FINISHED')
    const states = scheduler.statuses('short').map(({ state }) => state)
    assert.ok(states.indexOf('TASK_RUNNING') < states.indexOf('TASK_FINISHED'), 'in order')
  })

  test('an update is sent again until it is acknowledged', async context => {
    const scheduler = await subscribe(context, {}, false)
    const { status } = await running(scheduler)
    await eventually(
      'the same update again',
      () => scheduler.statuses('t1').filter(({ uuid }) => uuid === status.uuid).length > 1,
      patience,
    )
  })

  test('an executor that runs is listed in offers of its agent and takes more tasks', async context => {
    const scheduler = await subscribe(context)
    const { executor, agent } = await running(scheduler)
    const offer = await scheduler.offer(agent)
    assert.ok(offer.executor_ids?.some(({ value }) => value === 'e1'))
    await scheduler.accept(offer, [task('t2', offer, executor)])
    await scheduler.status('t2', 'TASK_RUNNING')
    const subscriptions = scheduler
      .statuses('t2')
      .map(({ container_status }) => container_status?.container_id)
    assert.equal(
      subscriptions[0],
      scheduler.statuses('t1').find(({ state }) => state === 'TASK_RUNNING')?.container_status?.container_id,
    )
  })

  test('another executor runs beside it; another configuration of the same one is refused', async context => {
    const scheduler = await subscribe(context)
    const { executor, agent } = await running(scheduler)
    const second = await scheduler.offer(agent)
    await scheduler.accept(second, [task('beside', second, options.executor('e2'))])
    await scheduler.status('beside', 'TASK_RUNNING')
    const third = await scheduler.offer(agent)
    const changed = { ...executor, name: 'changed' }
    await scheduler.accept(third, [task('changed', third, changed)])
    const refused = await scheduler.status('changed', 'TASK_ERROR')
    assert.is(refused.reason, 'REASON_TASK_INVALID')
    assert.is(refused.source, 'SOURCE_MASTER')
  })

  test('KILL ends a task; of one that nobody knows it answers TASK_UNKNOWN', async context => {
    const scheduler = await subscribe(context)
    const { agent } = await running(scheduler)
    await kill(scheduler, 't1', agent)
    await scheduler.status('t1', 'TASK_KILLED')
    await kill(scheduler, 'nobody')
    const { source, uuid } = await scheduler.status('nobody', 'TASK_UNKNOWN')
    assert.equal([source, uuid], ['SOURCE_MASTER', undefined])
  })

  test('an executor that dies fails its tasks, and its failure is told', async context => {
    const scheduler = await subscribe(context)
    const { executor, agent } = await running(scheduler)
    const offer = await scheduler.offer(agent)
    await scheduler.accept(offer, [task('fatal', offer, executor, 'exit')])
    for (const id of ['t1', 'fatal']) {
      const failed = await scheduler.status(id, 'TASK_FAILED')
      assert.equal([failed.reason, failed.source], ['REASON_EXECUTOR_TERMINATED', 'SOURCE_AGENT'])
    }
    const failure = await eventually('FAILURE', () => scheduler.events.find(event => event.failure)?.failure)
    assert.equal([failure.agent_id?.value, failure.executor_id?.value], [agent, 'e1'])
  })

  test('SHUTDOWN ends an executor with its tasks', async context => {
    const scheduler = await subscribe(context)
    const { agent } = await running(scheduler)
    await scheduler.call({
      type: 'SHUTDOWN',
      shutdown: { executor_id: { value: 'e1' }, agent_id: { value: agent } },
    })
    await scheduler.status('t1', 'TASK_FAILED')
    const failure = await eventually('FAILURE', () => scheduler.events.find(event => event.failure)?.failure)
    assert.is(failure.executor_id?.value, 'e1')
  })

  test('an executor that cannot be fetched fails the launch, with the reason', async context => {
    const scheduler = await subscribe(context)
    const offer = await scheduler.offer()
    const executor = options.executor('e1')
    const [uri] = executor.command?.uris ?? []
    const absent = { ...uri, value: `${uri?.value}/absent` }
    const broken = { ...executor, command: { ...executor.command, uris: [absent] } }
    await scheduler.accept(offer, [task('t1', offer, broken)])
    const failed = await scheduler.status('t1', 'TASK_FAILED')
    assert.match(failed.reason ?? '', /REASON_(CONTAINER_LAUNCH_FAILED|EXECUTOR_TERMINATED)/)
    assert.match(failed.message ?? '', /fetch/i)
    const failure = await eventually('FAILURE', () => scheduler.events.find(event => event.failure)?.failure)
    assert.is(failure.executor_id?.value, 'e1')
    if (!offer.url) throw new Error('the offer does not tell where the agent is')
    const place = { agent: offer.url, frameworkId: scheduler.frameworkId, executorId: 'e1' }
    const tail = (file: 'stdout' | 'stderr', bytes: number) =>
      sandboxTail({ ...place, codec, clock: systemClock }, file, bytes)
    const whole = await tail('stderr', 60_000)
    assert.match(whole, 'absent')
    assert.is(await tail('stderr', 20), whole.slice(-20))
    await tail('stdout', 20)
  })

  test('of a sandbox that is not there nothing is read', async context => {
    const scheduler = await subscribe(context)
    const { url } = await scheduler.offer()
    if (!url) throw new Error('the offer does not tell where the agent is')
    for (const executorId of ['nobody', '../../../..']) {
      const place = { agent: url, frameworkId: scheduler.frameworkId, executorId }
      assert.is(await sandboxTail({ ...place, codec, clock: systemClock }, 'stderr', 20), '')
    }
  })

  test('an offer that is used up drops the task, too many resources make it an error', async context => {
    const scheduler = await subscribe(context)
    const offer = await scheduler.offer()
    await scheduler.accept(offer, [])
    await scheduler.accept(offer, [task('late', offer, options.executor('e1'))])
    const dropped = await scheduler.status('late', 'TASK_DROPPED')
    assert.equal([dropped.reason, dropped.source], ['REASON_INVALID_OFFERS', 'SOURCE_MASTER'])
    const next = await scheduler.offer()
    const greedy: TaskInfo = {
      ...task('greedy', next, options.executor('e1')),
      resources: [scalar('cpus', 1e6)],
    }
    await scheduler.accept(next, [greedy])
    const error = await scheduler.status('greedy', 'TASK_ERROR')
    assert.equal([error.reason, error.source], ['REASON_TASK_INVALID', 'SOURCE_MASTER'])
  })

  test('offers of two agents do not go into one ACCEPT', async context => {
    const scheduler = await subscribe(context)
    const first = await scheduler.offer()
    const other = await eventually(
      'an offer of another agent',
      () => offersOf(scheduler).find(({ agent_id }) => agent_id.value !== first.agent_id.value),
      patience,
    )
    await scheduler.call({
      type: 'ACCEPT',
      accept: {
        offer_ids: [first.id, other.id],
        operations: [{ type: 'LAUNCH', launch: { task_infos: [task('t1', first, options.executor('e1'))] } }],
      },
    })
    const dropped = await scheduler.status('t1', 'TASK_DROPPED')
    assert.is(dropped.reason, 'REASON_INVALID_OFFERS')
  })

  test('several offers of one agent go into one ACCEPT', async context => {
    const scheduler = await subscribe(context)
    const { agent, offer } = await running(scheduler)
    const rest = await scheduler.offer(agent)
    await kill(scheduler, 't1', agent)
    await scheduler.status('t1', 'TASK_KILLED')
    // What the task had comes as an offer beside the rest, or the rest comes anew with it.
    const freed = await eventually(
      'what came free',
      () =>
        offersOf(scheduler).find(
          ({ id, agent_id }) =>
            agent_id.value === agent && ![rest, offer].some(known => known.id.value === id.value),
        ),
      patience,
    )
    const cpus = ({ resources = [] }: Offer): number =>
      resources.find(({ name }) => name === 'cpus')?.scalar?.value ?? 0
    const both = task('both', rest, options.executor('e1'))
    const wish: Resource[] = [scalar('cpus', cpus(rest) + cpus(freed) - 0.05), scalar('mem', 32)]
    await scheduler.call({
      type: 'ACCEPT',
      accept: {
        offer_ids: [rest.id, freed.id],
        operations: [{ type: 'LAUNCH', launch: { task_infos: [{ ...both, resources: wish }] } }],
      },
    })
    await scheduler.status('both', 'TASK_RUNNING')
  })

  test('ports are given once', async context => {
    const scheduler = await subscribe(context)
    const offer = await scheduler.offer()
    const ports = offer.resources?.find(({ name }) => name === 'ports')
    const begin = ports?.ranges?.range?.[0]?.begin ?? 0
    const one: Resource = {
      ...ports,
      name: 'ports',
      type: 'RANGES',
      ranges: { range: [{ begin, end: begin }] },
    }
    const info = task('t1', offer, options.executor('e1'))
    await scheduler.accept(offer, [{ ...info, resources: [...(info.resources ?? []), one] }])
    await scheduler.status('t1', 'TASK_RUNNING')
    const next = await scheduler.offer(offer.agent_id.value)
    const left = next.resources?.find(({ name }) => name === 'ports')?.ranges?.range ?? []
    assert.is(countRanges(left), countRanges(ports?.ranges?.range ?? []) - 1)
    assert.not.ok(left.some(range => range.begin <= begin && begin <= range.end))
  })

  test('what is declined with a filter stays away until REVIVE', async context => {
    const scheduler = await subscribe(context)
    const declined = await scheduler.offer()
    const agent = declined.agent_id.value
    await scheduler.accept(declined, [], 3600)
    const before = offersOf(scheduler).length
    // The other agents go round: had this one not been filtered, it would have come with them.
    const other = await eventually('another agent', () =>
      offersOf(scheduler).find(({ agent_id }) => agent_id.value !== agent),
    )
    await scheduler.accept(other, [], 0)
    await eventually('the other one again', () => offersOf(scheduler).length > before, patience)
    assert.not.ok(
      offersOf(scheduler)
        .slice(before)
        .some(({ agent_id }) => agent_id.value === agent),
    )
    await scheduler.call({ type: 'REVIVE' })
    await eventually(
      'the declined one again',
      () =>
        offersOf(scheduler)
          .slice(before)
          .some(({ agent_id }) => agent_id.value === agent),
      patience,
    )
  })

  test('SUPPRESS ends the offers, REVIVE brings them back', async context => {
    const scheduler = await subscribe(context)
    const { agent } = await running(scheduler)
    await scheduler.call({ type: 'SUPPRESS' })
    const open = await scheduler.offer()
    await scheduler.accept(open, [], 0)
    const before = offersOf(scheduler).length
    // Its resources come free while nothing is offered; the status says that the master knows.
    await kill(scheduler, 't1', agent)
    await scheduler.status('t1', 'TASK_KILLED')
    await scheduler.call({ type: 'REVIVE' })
    await eventually('offers', () => offersOf(scheduler).length > before, patience)
  })

  test('reconciliation tells of all tasks, or of those that are named', async context => {
    const scheduler = await subscribe(context)
    const { agent } = await running(scheduler)
    const reconcile = (...tasks: { task_id: { value: string }; agent_id?: { value: string } }[]) =>
      scheduler.call({ type: 'RECONCILE', reconcile: { tasks } })
    const told = () => scheduler.statuses('t1').filter(({ reason }) => reason === 'REASON_RECONCILIATION')
    await reconcile()
    await eventually('all', () => told().length === 1, patience)
    await reconcile(
      { task_id: { value: 't1' }, agent_id: { value: agent } },
      { task_id: { value: 'gone' }, agent_id: { value: agent } },
      { task_id: { value: 'unknown' } },
    )
    await eventually('by name', () => told().length === 2, patience)
    assert.ok(told().every(({ state, uuid }) => state === 'TASK_RUNNING' && uuid === undefined))
    await scheduler.status('gone', 'TASK_GONE')
    await scheduler.status('unknown', 'TASK_UNKNOWN')
  })

  test('calls of one connection are handled in their order, also those that do not wait for answers', async context => {
    const scheduler = await subscribe(context)
    const offer = await scheduler.offer()
    // It comes in many pieces: the call behind it is there as soon as it is.
    const long = {
      ...task('t1', offer, options.executor('e1')),
      labels: { labels: [{ key: 'x'.repeat(300_000) }] },
    }
    const known = { task_id: { value: 't1' }, agent_id: offer.agent_id }
    await Promise.all([
      scheduler.accept(offer, [long]),
      scheduler.call({ type: 'RECONCILE', reconcile: { tasks: [known] } }),
    ])
    await scheduler.status('t1', 'TASK_RUNNING')
    const states = scheduler.statuses('t1').map(({ state }) => state)
    assert.not(states.includes('TASK_GONE') || states.includes('TASK_UNKNOWN'), states.join())
  })

  test('a call with a wrong stream id is refused', async context => {
    const scheduler = await subscribe(context)
    const call = { type: 'SUPPRESS', framework_id: { value: scheduler.frameworkId } } as const
    const response = await fetch(new URL('/api/v1/scheduler', masterUrl), {
      method: 'POST',
      headers: {
        'content-type': codec.contentType,
        'mesos-stream-id': 'c5bd5b5d-0000-4000-8000-000000000000',
      },
      body: Buffer.from(codec.encode('mesos.v1.scheduler.Call', call)),
    })
    assert.is(response.status, 400)
    assert.match(await response.text(), /stream ID/)
  })

  test('a second subscription takes over: the first is told, tasks go on, updates come to the second', async context => {
    const first = await subscribe(context, {}, false)
    const { agent, status } = await running(first)
    const second = await subscribe(context, { id: { value: first.frameworkId } })
    const error = await eventually('ERROR', () => first.events.find(event => event.error)?.error, patience)
    assert.is(error.message, 'Framework failed over')
    await first.ended
    // Still unacknowledged.
    const again = await second.status('t1', 'TASK_RUNNING')
    assert.is(again.uuid, status.uuid)
    await kill(second, 't1', agent)
    await second.status('t1', 'TASK_KILLED')
    context.open.splice(context.open.indexOf(first), 1)
    first.close()
  })

  const known = async (agent: string) => {
    const { get_agents } = await operate(masterUrl, { type: 'GET_AGENTS' })
    return get_agents?.agents?.find(({ agent_info }) => agent_info.id?.value === agent)
  }

  const whenOperator: typeof test | typeof test.skip = options.operator ? test : test.skip

  whenOperator(
    'a drained agent kills its tasks, and takes new ones when its executors have ended',
    async context => {
      const scheduler = await subscribe(context)
      const { agent } = await running(scheduler)
      const agent_id = { value: agent }
      await operate(masterUrl, { type: 'DRAIN_AGENT', drain_agent: { agent_id } })
      const killed = await scheduler.status('t1', 'TASK_KILLED')
      assert.is(killed.reason, 'REASON_AGENT_DRAINING')
      const drained = await eventually(
        'drained',
        async () => {
          const each = await known(agent)
          return each?.drain_info?.state === 'DRAINED' && each
        },
        patience,
      )
      assert.equal([drained.deactivated, drained.active], [true, false])
      await operate(masterUrl, { type: 'REACTIVATE_AGENT', reactivate_agent: { agent_id } })
      const early = await scheduler.offer(agent)
      await scheduler.accept(early, [task('early', early, options.executor('e1'))])
      const dropped = await scheduler.status('early', 'TASK_DROPPED')
      assert.equal([dropped.reason, dropped.executor_id?.value], ['REASON_AGENT_DRAINING', 'e1'])
      await scheduler.call({ type: 'SHUTDOWN', shutdown: { executor_id: { value: 'e1' }, agent_id } })
      await eventually(
        'FAILURE',
        () => scheduler.events.some(({ failure }) => failure?.executor_id),
        patience,
      )
      const late = await scheduler.offer(agent)
      await scheduler.accept(late, [task('late', late, options.executor('e1'))])
      await scheduler.status('late', 'TASK_RUNNING')
    },
  )

  whenOperator(
    'maintenance is told in offers and inverse offers, which come again until they are answered',
    async context => {
      const scheduler = await subscribe(context)
      const { offer, agent } = await running(scheduler)
      const machine = { hostname: offer.hostname, ip: offer.url?.address.ip ?? '' }
      const unavailability = { start: { nanoseconds: 2e18 }, duration: { nanoseconds: 60e9 } }
      const schedule = (...windows: MaintenanceWindow[]) =>
        operate(masterUrl, {
          type: 'UPDATE_MAINTENANCE_SCHEDULE',
          update_maintenance_schedule: { schedule: { windows } },
        })
      const asked = () =>
        scheduler.events.flatMap(({ inverse_offers }) => inverse_offers?.inverse_offers ?? [])
      const answers = async () => {
        const answer = await operate(masterUrl, { type: 'GET_MAINTENANCE_STATUS' })
        const [draining] = answer.get_maintenance_status?.status.draining_machines ?? []
        assert.equal(draining?.id, machine)
        return draining?.statuses?.map(({ status }) => status)
      }
      await scheduler.offer(agent)
      const before = offersOf(scheduler).length
      await schedule({ machine_ids: [machine], unavailability })
      try {
        const first = await eventually('an inverse offer', () => asked()[0], patience)
        assert.equal([first.agent_id?.value, first.framework_id.value], [agent, scheduler.frameworkId])
        assert.equal(first.unavailability, unavailability)
        const anew = await eventually(
          'an offer that tells it',
          () =>
            offersOf(scheduler)
              .slice(before)
              .find(({ agent_id }) => agent_id.value === agent),
          patience,
        )
        assert.equal(anew.unavailability, unavailability)
        const decline = { inverse_offer_ids: [first.id], filters: { refuse_seconds: 0 } }
        await scheduler.call({ type: 'DECLINE_INVERSE_OFFERS', decline_inverse_offers: decline })
        await eventually('the answer', async () => (await answers())?.[0] === 'DECLINE', patience)
        const second = await eventually('another one', () => asked()[1], patience)
        const accept = { inverse_offer_ids: [second.id], filters: { refuse_seconds: 3600 } }
        await scheduler.call({ type: 'ACCEPT_INVERSE_OFFERS', accept_inverse_offers: accept })
        await eventually('the other answer', async () => (await answers())?.[0] === 'ACCEPT', patience)
      } finally {
        await schedule()
      }
      const status = await operate(masterUrl, { type: 'GET_MAINTENANCE_STATUS' })
      assert.is(status.get_maintenance_status?.status.draining_machines, undefined)
    },
  )

  test('TEARDOWN ends the framework for good', async context => {
    const scheduler = await subscribe(context)
    await running(scheduler)
    await scheduler.call({ type: 'TEARDOWN' })
    await scheduler.ended
    const late = await subscribe(context, { id: { value: scheduler.frameworkId } })
    const error = await eventually('ERROR', () => late.events.find(event => event.error)?.error, patience)
    assert.match(error.message, /has been removed/)
  })

  return test
}
