import type { FrameworkInfo, SchedulerCallSubscribe, SchedulerEvent } from '../../protocol/messages.gen.ts'
import { afterLong } from '../long-timer.ts'
import { checkDrained } from './agent-removal.ts'
import type { MasterContext } from './context.ts'
import { removeExecutor, removeTask } from './holdings.ts'
import { removeOffer, rescindOffers } from './offers.ts'
import { complete, type Framework, rolesOf, type Subscription } from './state.ts'

/** Takes all offers of the framework back without a word: nobody reads its stream any more. */
const recoverOffers = ({ state, allocator, inverseOffers }: MasterContext, framework: Framework): void => {
  for (const open of [...state.offers.values()]) {
    if (open.framework === framework.id) removeOffer(state, open)
  }
  inverseOffers.forget(framework.id)
  allocator.soon()
}

/** Ends a framework: its executors are shut down, and its id is never taken again. */
export const removeFramework = (cx: MasterContext, framework: Framework): void => {
  const { state, allocator, clock } = cx
  framework.cancelFailover()
  allocator.clearFilters(framework.id)
  recoverOffers(cx, framework)
  for (const task of [...framework.tasks.values()]) removeTask(state, task)
  for (const agent of [...state.agents.values()]) {
    for (const executor of [...agent.executors.values()]) {
      if (executor.framework !== framework.id) continue
      removeExecutor(state, agent, framework.id, executor.info.executor_id.value)
    }
    agent.send?.({ type: 'SHUTDOWN_FRAMEWORK', framework: framework.id })
    checkDrained(cx, agent)
  }
  framework.unreachable.clear()
  state.frameworks.delete(framework.id)
  complete(state, framework, clock.now())
  const { subscription } = framework
  framework.subscription = undefined
  subscription?.events.end()
}

const startFailover = (cx: MasterContext, framework: Framework): void => {
  framework.cancelFailover()
  const seconds = framework.info.failover_timeout ?? 0
  framework.cancelFailover = afterLong(cx.clock, seconds * 1000, () => {
    cx.logger.info('framework did not come back', { framework: framework.id, seconds })
    removeFramework(cx, framework)
  })
}

/** A stream has ended; nothing happens if the framework has another by now. */
export const disconnected = (cx: MasterContext, framework: Framework, streamId: string): void => {
  if (framework.subscription?.streamId !== streamId) return
  framework.subscription = undefined
  cx.allocator.clearFilters(framework.id)
  recoverOffers(cx, framework)
  startFailover(cx, framework)
}

const addFramework = ({ state, clock }: MasterContext, id: string, info: FrameworkInfo): Framework => {
  const now = clock.now()
  const framework: Framework = {
    id,
    info: { ...info, id: { value: id } },
    subscription: undefined,
    recovered: false,
    suppressedRoles: new Set(),
    registered: now,
    reregistered: now,
    tasks: new Map(),
    unreachable: new Map(),
    cancelFailover: () => {},
  }
  state.frameworks.set(id, framework)
  return framework
}

/** A framework that an agent still works for, and that has not subscribed with this master yet. */
export const recoverFramework = (cx: MasterContext, info: FrameworkInfo): void => {
  const id = info.id?.value ?? ''
  const framework = addFramework(cx, id, info)
  framework.recovered = true
  startFailover(cx, framework)
}

/** The framework that subscribes; an id that no master of this life has seen is taken as it is. */
export const frameworkFor = (cx: MasterContext, { framework_info }: SchedulerCallSubscribe): Framework => {
  const { state } = cx
  const id = framework_info.id?.value
  if (id) return state.frameworks.get(id) ?? addFramework(cx, id, framework_info)
  const number = String(state.nextFramework++).padStart(4, '0')
  return addFramework(cx, `${state.info.id}-${number}`, framework_info)
}

const failedOver: SchedulerEvent = { type: 'ERROR', error: { message: 'Framework failed over' } }

/** Makes the stream the framework's only one, and greets it. */
export const subscribe = (
  cx: MasterContext,
  framework: Framework,
  { framework_info, suppressed_roles = [] }: SchedulerCallSubscribe,
  subscription: Subscription,
): void => {
  const { state, allocator, clock, timing } = cx
  const before = framework.subscription
  framework.cancelFailover()
  // First the new one: the end of the old stream must not count as a disconnection.
  framework.subscription = subscription
  before?.events.send(failedOver)
  before?.events.end()
  framework.info = { ...framework_info, id: { value: framework.id } }
  framework.suppressedRoles = new Set(suppressed_roles)
  framework.recovered = false
  framework.reregistered = clock.now()
  allocator.clearFilters(framework.id)
  recoverOffers(cx, framework)
  subscription.events.send({
    type: 'SUBSCRIBED',
    subscribed: {
      framework_id: { value: framework.id },
      heartbeat_interval_seconds: timing.heartbeat / 1000,
      master_info: state.info,
    },
  })
  subscription.events.send({ type: 'HEARTBEAT' })
  // The agents send again what the scheduler has not acknowledged.
  for (const agent of state.agents.values()) {
    agent.send?.({ type: 'UPDATE_FRAMEWORK', framework: framework.info })
  }
}

/** No more offers for these roles; for all when none is named. Open offers stay valid. */
export const suppress = (framework: Framework, roles: readonly string[]): void => {
  const more = roles.length > 0 ? roles : rolesOf(framework.info)
  framework.suppressedRoles = new Set([...framework.suppressedRoles, ...more])
}

/** Offers for these roles again, those that were refused too. */
export const revive = (
  { allocator }: MasterContext,
  framework: Framework,
  roles: readonly string[],
): void => {
  const revived = roles.length > 0 ? roles : rolesOf(framework.info)
  framework.suppressedRoles = new Set([...framework.suppressedRoles].filter(role => !revived.includes(role)))
  allocator.clearFilters(framework.id, revived)
  allocator.soon()
}

/** New roles or capabilities without a new stream. */
export const updateFramework = (
  cx: MasterContext,
  framework: Framework,
  call: SchedulerCallSubscribe,
): void => {
  framework.info = { ...call.framework_info, id: { value: framework.id } }
  framework.suppressedRoles = new Set(call.suppressed_roles ?? [])
  rescindOffers(cx.state, open => open.framework === framework.id && !offersTo(framework, open.offer))
  cx.allocator.soon()
}

const offersTo = (
  { info }: Framework,
  { allocation_info }: { readonly allocation_info?: { readonly role?: string } },
): boolean => allocation_info?.role === undefined || rolesOf(info).includes(allocation_info.role)
