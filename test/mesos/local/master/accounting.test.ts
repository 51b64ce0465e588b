import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { MasterMessage } from '../../../../mesos/local/link.ts'
import { accept, decline } from '../../../../mesos/local/master/accept.ts'
import { type AgentSession, agentSession } from '../../../../mesos/local/master/agents.ts'
import { allocator } from '../../../../mesos/local/master/allocator.ts'
import type { MasterContext } from '../../../../mesos/local/master/context.ts'
import {
  disconnected,
  frameworkFor,
  removeFramework,
  subscribe,
} from '../../../../mesos/local/master/frameworks.ts'
import { inverseOffers } from '../../../../mesos/local/master/inverse-offers.ts'
import { freeOn } from '../../../../mesos/local/master/offers.ts'
import { quantitiesOf } from '../../../../mesos/local/master/shares.ts'
import { type Framework, newMasterState, usedOn } from '../../../../mesos/local/master/state.ts'
import { updateTask } from '../../../../mesos/local/master/tasks.ts'
import { parseResources } from '../../../../mesos/local/resource-text.ts'
import { defaultTiming } from '../../../../mesos/local/timing.ts'
import type { Offer, SchedulerEvent } from '../../../../mesos/protocol/messages.gen.ts'
import { addResources, noResources, type resourcesOf } from '../../../../mesos/protocol/resources.ts'
import { silent } from '../../../../util/logger.ts'
import { ManualClock } from '../../../support/manual-clock.ts'
import { executor, framework as info, scalar, task } from '../scheduler.ts'

/** A master without its HTTP, two agents that do nothing, and a scheduler that remembers its offers. */
const setUp = () => {
  const clock = new ManualClock()
  const state = newMasterState({ id: 'm', ip: 0, port: 5050 }, clock.now())
  const cx: MasterContext = {
    state,
    allocator: allocator({ state, clock, interval: defaultTiming.allocation }),
    inverseOffers: inverseOffers({ state, clock, interval: defaultTiming.allocation }),
    clock,
    logger: silent,
    timing: defaultTiming,
    credentials: undefined,
    save: async () => {},
  }
  const told: MasterMessage[] = []
  const sessions = [1, 2].map(number => {
    const session: AgentSession = agentSession(
      cx,
      message => {
        told.push(message)
        if (message.type === 'PING') session.receive({ type: 'PONG' })
      },
      () => {},
    )
    const resources = parseResources('cpus:8;mem:4096;disk:1000;ports:[31000-31009]')
    const agent = { hostname: `agent${number}.local`, port: 5050 + number, resources }
    session.receive({ type: 'REGISTER', registration: { agent, frameworks: [], executors: [], tasks: [] } })
    return session
  })
  let number = 0
  const connect = (known?: Framework) => {
    const framework_info = known ? known.info : info
    const framework = frameworkFor(cx, { framework_info })
    const streamId = `stream-${number++}`
    const events = { send: (event: SchedulerEvent) => void seen.push(event), end: () => {} }
    subscribe(cx, framework, { framework_info }, { streamId, events })
    return framework
  }
  const seen: SchedulerEvent[] = []
  return { clock, cx, state, sessions, connect, seen }
}

const check = ({ state }: ReturnType<typeof setUp>): void => {
  for (const agent of state.agents.values()) {
    const offers = [...state.offers.values()].filter(offer => offer.agent === agent.id)
    const offered = offers.map(({ resources }) => resources).reduce(addResources, noResources)
    assert.equal(agent.offered, offered, 'what is offered is what the open offers say')
    assert.equal(agent.used, usedOn(state, agent), 'what is used is what tasks and executors have')
    const sum = addResources(addResources(agent.used, agent.offered), freeOn(agent))
    assert.equal(resourceMap(sum), resourceMap(agent.total), 'nothing is lost, nothing is given twice')
  }
  const held = [...state.agents.values()].map(({ used, offered }) => addResources(used, offered))
  const wanted = quantitiesOf(held.reduce(addResources, noResources))
  for (const [name, value] of state.shares.held)
    assert.is(value, wanted.get(name) ?? 0, `${name} is shared out`)
}

/** Independent of the order in which the parts were added. */
const resourceMap = (resources: ReturnType<typeof resourcesOf>) =>
  Object.fromEntries(
    [...resources].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, { amount }]) => [key, amount]),
  )

const port = (number: number) => ({
  name: 'ports',
  type: 'RANGES' as const,
  ranges: { range: [{ begin: number, end: number }] },
  allocation_info: { role: '*' },
})

const commands = fc.array(
  fc.record({
    what: fc.constantFrom(
      'accept',
      'accept',
      'accept',
      'decline',
      'end',
      'exit',
      'reconnect',
      'drop',
      'wait',
    ),
    pick: fc.nat({ max: 100 }),
    cpus: fc.integer({ min: 1, max: 4000 }).map(thousandths => thousandths / 1000),
    port: fc.integer({ min: 31_000, max: 31_012 }),
    tasks: fc.integer({ min: 0, max: 4 }),
    refuse: fc.constantFrom(0, 1, 5),
  }),
  { maxLength: 40 },
)

const pickFrom = <T>(items: readonly T[], pick: number): T | undefined =>
  items[pick % Math.max(items.length, 1)]

test('offered, used and free are always all that an agent has', () => {
  fc.assert(
    fc.property(commands, steps => {
      const world = setUp()
      const { clock, cx, state, sessions, connect } = world
      let framework = connect()
      let count = 0
      for (const step of steps) {
        const open = pickFrom([...state.offers.values()], step.pick)
        const running = pickFrom([...framework.tasks.values()], step.pick)
        const agents = [...state.agents.values()]
        const agent = pickFrom(agents, step.pick)
        if (step.what === 'accept' && open) {
          const same = [...state.offers.values()].filter(other => other.agent === open.agent)
          const make = (offer: Offer) => ({
            ...task(`t${count++}`, offer, executor(`e${count % 3}`)),
            resources: [scalar('cpus', step.cpus), ...(step.port % 2 ? [port(step.port)] : [])],
          })
          accept(cx, framework, {
            offer_ids: same.map(({ offer }) => offer.id),
            operations: [
              {
                type: 'LAUNCH',
                launch: { task_infos: Array.from({ length: step.tasks }, () => make(open.offer)) },
              },
            ],
            filters: { refuse_seconds: step.refuse },
          })
        }
        if (step.what === 'decline' && open) {
          decline(cx, framework, { offer_ids: [open.offer.id], filters: { refuse_seconds: step.refuse } })
        }
        if (step.what === 'end' && running) {
          const status = { task_id: running.info.task_id, state: 'TASK_FINISHED', uuid: 'u' } as const
          updateTask(cx, framework.id, status, 'TASK_FINISHED')
        }
        if (step.what === 'exit' && agent) {
          const [entry] = agent.executors.values()
          const name = entry?.info.executor_id.value ?? 'unknown'
          sessions[agents.indexOf(agent)]?.receive({
            type: 'EXITED',
            framework: framework.id,
            executor: name,
            status: 0,
          })
        }
        if (step.what === 'reconnect') framework = connect(framework)
        if (step.what === 'drop') disconnected(cx, framework, framework.subscription?.streamId ?? '')
        if (step.what === 'drop' && step.pick % 4 === 0) {
          removeFramework(cx, framework)
          framework = connect()
        }
        if (step.what === 'wait') clock.advance(step.pick * 50)
        check(world)
        clock.advance(0)
        check(world)
      }
    }),
    { numRuns: 200 },
  )
})

test('what is left of an accepted offer comes again after the filter, or at once without one', () => {
  for (const refuse of [0, 5]) {
    const { clock, cx, state, connect, seen } = setUp()
    const framework = connect()
    clock.advance(0)
    const [open] = state.offers.values()
    assert.ok(open)
    seen.length = 0
    const launch = { task_infos: [task('t1', open.offer, executor('e1'))] }
    accept(cx, framework, {
      offer_ids: [open.offer.id],
      operations: [{ type: 'LAUNCH', launch }],
      filters: { refuse_seconds: refuse },
    })
    clock.advance(refuse * 1000 - 1)
    if (refuse > 0) assert.equal(seen, [])
    clock.advance(1)
    clock.advance(0)
    const [again] = seen.flatMap(({ offers }) => offers?.offers ?? [])
    assert.is(again?.resources?.find(({ name }) => name === 'cpus')?.scalar?.value, 7.8)
    assert.equal(again?.executor_ids, [{ value: 'e1' }])
  }
})

test('a decline without a filter does not turn in a circle', () => {
  const { clock, cx, state, connect, seen } = setUp()
  const framework = connect()
  clock.advance(0)
  seen.length = 0
  decline(cx, framework, {
    offer_ids: [...state.offers.values()].map(({ offer }) => offer.id),
    filters: { refuse_seconds: 0 },
  })
  clock.advance(defaultTiming.allocation - 1)
  assert.equal(seen, [])
  clock.advance(1)
  assert.is(seen.flatMap(({ offers }) => offers?.offers ?? []).length, 2)
})

test.run()
