import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { LocalMesos } from '../../../mesos/local/index.ts'
import { defaultTiming } from '../../../mesos/local/timing.ts'
import type { InverseOffer, MachineID, MaintenanceWindow } from '../../../mesos/protocol/messages.gen.ts'
import { eventually } from '../../support/eventually.ts'
import { operate } from './operator-calls.ts'
import { executor, type TestScheduler, task } from './scheduler.ts'
import { withMesos } from './with-mesos.ts'

/** Offers come, and lost agents are noticed, without a wait. */
const quick = { agents: 2, timing: { ...defaultTiming, allocation: 20, agentPing: 50 } }

const first: MachineID = { hostname: 'agent1.local', ip: '127.0.0.1' }
const unavailability = { start: { nanoseconds: 2e18 }, duration: { nanoseconds: 3_600e9 } }

const schedule = ({ masterUrl }: LocalMesos, ...windows: MaintenanceWindow[]) =>
  operate(masterUrl, {
    type: 'UPDATE_MAINTENANCE_SCHEDULE',
    update_maintenance_schedule: { schedule: { windows } },
  })

const statusOf = async ({ masterUrl }: LocalMesos) =>
  (await operate(masterUrl, { type: 'GET_MAINTENANCE_STATUS' })).get_maintenance_status?.status

const inverseOffers = (scheduler: TestScheduler): readonly InverseOffer[] =>
  scheduler.events.flatMap(({ inverse_offers }) => inverse_offers?.inverse_offers ?? [])

const inverseOffer = (scheduler: TestScheduler, after = 0) =>
  eventually('an inverse offer', () => inverseOffers(scheduler)[after])

/** Runs a task on the first agent. */
const run = async (mesos: LocalMesos, scheduler: TestScheduler) => {
  const offer = await scheduler.offer(mesos.agents[0]?.id)
  await scheduler.accept(offer, [task('t1', offer, executor('e1'))])
  await scheduler.status('t1', 'TASK_RUNNING')
}

test('a schedule is told in offers, which come anew, and in inverse offers to those who have something there', () =>
  withMesos(quick, async (mesos, scheduler) => {
    const [ours, other] = mesos.agents
    const before = await scheduler.offer(ours?.id)
    await schedule(mesos, { machine_ids: [first], unavailability })
    await eventually('rescinded', () =>
      scheduler.events.some(({ rescind }) => rescind?.offer_id.value === before.id.value),
    )
    assert.equal((await scheduler.offer(ours?.id)).unavailability, unavailability)
    assert.is((await scheduler.offer(other?.id)).unavailability, undefined)
    const asked = await inverseOffer(scheduler)
    assert.is(asked.agent_id?.value, ours?.id)
    assert.equal(asked.unavailability, unavailability)
    assert.is(asked.framework_id.value, scheduler.frameworkId)
    assert.equal((await statusOf(mesos))?.draining_machines, [{ id: first }])
    const { get_maintenance_schedule } = await operate(mesos.masterUrl, { type: 'GET_MAINTENANCE_SCHEDULE' })
    assert.equal(get_maintenance_schedule?.schedule.windows, [{ machine_ids: [first], unavailability }])

    await schedule(mesos)
    await eventually('taken back', () =>
      scheduler.events.some(
        ({ rescind_inverse_offer }) => rescind_inverse_offer?.inverse_offer_id.value === asked.id.value,
      ),
    )
    await eventually('an offer without it', async () => !(await scheduler.offer(ours?.id)).unavailability)
    assert.equal(await statusOf(mesos), {})
  }))

test('answers are told to operators; who has answered is asked again after the time that it names', () =>
  withMesos(quick, async (mesos, scheduler) => {
    await run(mesos, scheduler)
    await schedule(mesos, { machine_ids: [first], unavailability })
    const { id } = await inverseOffer(scheduler)
    const declined = { inverse_offer_ids: [id], filters: { refuse_seconds: 0 } }
    await scheduler.call({ type: 'DECLINE_INVERSE_OFFERS', decline_inverse_offers: declined })
    const answer = async () => (await statusOf(mesos))?.draining_machines?.[0]?.statuses?.[0]?.status
    assert.is(await answer(), 'DECLINE')
    const again = await inverseOffer(scheduler, 1)
    const accepted = { inverse_offer_ids: [again.id], filters: { refuse_seconds: 3_600 } }
    await scheduler.call({ type: 'ACCEPT_INVERSE_OFFERS', accept_inverse_offers: accepted })
    assert.is(await answer(), 'ACCEPT')
    // Answered already: nothing changes.
    await scheduler.call({ type: 'DECLINE_INVERSE_OFFERS', decline_inverse_offers: accepted })
    assert.is(await answer(), 'ACCEPT')
    assert.is(inverseOffers(scheduler).length, 2)
    // A new schedule is a new question.
    await schedule(mesos, { machine_ids: [first], unavailability: { start: { nanoseconds: 3e18 } } })
    assert.equal((await inverseOffer(scheduler, 2)).unavailability, { start: { nanoseconds: 3e18 } })
    assert.is(await answer(), undefined)
  }))

test('a machine that is taken down loses its agent and tasks; brought up, it has a new agent', () =>
  withMesos(quick, async (mesos, scheduler) => {
    await run(mesos, scheduler)
    const before = mesos.agents[0]?.id
    const machines = [first]
    await schedule(mesos, { machine_ids: machines, unavailability })
    await operate(mesos.masterUrl, { type: 'START_MAINTENANCE', start_maintenance: { machines } })
    const gone = await scheduler.status('t1', 'TASK_GONE_BY_OPERATOR')
    assert.equal(
      [gone.reason, gone.source, gone.message],
      ['REASON_AGENT_REMOVED_BY_OPERATOR', 'SOURCE_MASTER', "Operator initiated 'Machine DOWN'"],
    )
    await eventually('FAILURE', () =>
      scheduler.events.some(
        ({ failure }) => failure && !failure.executor_id && failure.agent_id?.value === before,
      ),
    )
    assert.equal(await statusOf(mesos), { down_machines: [first] })
    const kept = await schedule(mesos).then(
      () => 'taken',
      error => `${error.message}`,
    )
    assert.match(kept, /^400 Machine '.*' is deactivated and cannot be removed from the schedule$/)

    await operate(mesos.masterUrl, { type: 'STOP_MAINTENANCE', stop_maintenance: { machines } })
    assert.equal(await statusOf(mesos), {})
    const offer = await eventually('an offer of the new agent', () =>
      scheduler.events
        .flatMap(({ offers }) => offers?.offers ?? [])
        .find(({ hostname, agent_id }) => hostname === first.hostname && agent_id.value !== before),
    )
    await eventually('the agent knows', () => mesos.agents[0]?.id === offer.agent_id.value)
    assert.is(offer.unavailability, undefined)
  }))

test('a schedule that makes no sense is refused, and so are machines that are not in it', () =>
  withMesos(quick, async mesos => {
    const window = { machine_ids: [first], unavailability }
    const cases = [
      [schedule(mesos, { unavailability }), /machines in the maintenance window is empty/],
      [schedule(mesos, window, window), /appears more than once/],
      [schedule(mesos, { machine_ids: [{}], unavailability }), /Both 'hostname' and 'ip'/],
      [
        schedule(mesos, {
          ...window,
          unavailability: { ...unavailability, duration: { nanoseconds: -1 } },
        }),
        /'duration' is negative/,
      ],
      [
        operate(mesos.masterUrl, { type: 'START_MAINTENANCE', start_maintenance: { machines: [first] } }),
        /is not part of a maintenance schedule/,
      ],
      [
        operate(mesos.masterUrl, { type: 'STOP_MAINTENANCE', stop_maintenance: { machines: [] } }),
        /List of machines is empty/,
      ],
    ] as const
    for (const [call, why] of cases) {
      const answer = await call.then(
        () => 'taken',
        error => `${error.message}`,
      )
      assert.match(answer, why)
      assert.match(answer, /^400 /)
    }
    await schedule(mesos, window)
    const up = await operate(mesos.masterUrl, {
      type: 'STOP_MAINTENANCE',
      stop_maintenance: { machines: [first] },
    }).then(
      () => 'taken',
      error => `${error.message}`,
    )
    assert.match(up, /is not in DOWN mode and cannot be brought up/)
  }))

test.run()
