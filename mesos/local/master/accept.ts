import type {
  Filters,
  OfferOperation,
  SchedulerCallAccept,
  SchedulerCallDecline,
  TaskInfo,
} from '../../protocol/messages.gen.ts'
import {
  addResources,
  allocatedTo,
  noResources,
  type Resources,
  resourcesOf,
  subtractResources,
} from '../../protocol/resources.ts'
import type { MasterContext } from './context.ts'
import { addExecutor, addTask } from './holdings.ts'
import { removeOffer } from './offers.ts'
import {
  executorKey,
  type Framework,
  hasCapability,
  type MasterAgent,
  type MasterState,
  type OpenOffer,
} from './state.ts'
import { sendStatus } from './statuses.ts'
import { required, validateTask } from './validate-task.ts'

const defaultRefuseSeconds = 5

/** Gives resources that were not used back, and keeps them from the framework for as long as it wishes. */
const giveBack = (
  { allocator }: MasterContext,
  from: Pick<OpenOffer, 'framework' | 'role' | 'agent'>,
  resources: Resources,
  filters: Filters | undefined,
  progress: boolean,
): void => {
  const wished = filters?.refuse_seconds ?? defaultRefuseSeconds
  const seconds = wished >= 0 ? wished : defaultRefuseSeconds
  if (seconds > 0 && resources.size > 0) allocator.refuse(from, resources, seconds)
  // Others may want it at once; the same framework only gets it in a circle if it makes progress every time.
  if (seconds > 0 || progress) allocator.soon(from.agent)
  else allocator.later(from.agent)
}

const openOffers = ({ state }: MasterContext, framework: Framework, ids: readonly { value: string }[]) =>
  ids.map(({ value }) => {
    const open = state.offers.get(value)
    return open?.framework === framework.id ? open : undefined
  })

/** Why the offers cannot be accepted together, in Mesos' words. */
const invalidOffers = (
  ids: readonly { value: string }[],
  open: readonly (OpenOffer | undefined)[],
): string | undefined => {
  if (ids.length === 0) return 'No offers specified'
  const names = ids.map(({ value }) => value)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) return `Duplicate offer ${twice} in offer list`
  const gone = names.find((_, index) => open[index] === undefined)
  if (gone !== undefined) return `Offer ${gone} is no longer valid`
  const stranger = open.find(offer => offer?.role !== open[0]?.role)
  if (stranger) {
    return `Aggregated offers must be allocated to the same role. Offer ${stranger.offer.id.value} uses role '${stranger.role} but another is using role '${open[0]?.role}`
  }
  const other = open.find(offer => offer?.agent !== open[0]?.agent)
  if (other) {
    return `Aggregated offers must belong to one single agent. Offer ${other.offer.id.value} uses agent ${other.agent} and agent ${open[0]?.agent}`
  }
  return undefined
}

/** Frameworks that know one role only leave the allocation out; everything of theirs is of that role. */
const withAllocation = (framework: Framework, task: TaskInfo): TaskInfo => {
  const id = { value: framework.id }
  const multiRole = hasCapability(framework.info, 'MULTI_ROLE')
  const role = framework.info.role ?? '*'
  const allocate = <T extends Pick<TaskInfo, 'resources'>>(part: T): T =>
    multiRole || !part.resources
      ? part
      : { ...part, resources: part.resources.map(one => ({ ...one, allocation_info: { role } })) }
  const executor =
    task.executor && allocate({ ...task.executor, framework_id: task.executor.framework_id ?? id })
  return allocate(executor ? { ...task, executor } : task)
}

const tasksIn = ({ launch, launch_group }: OfferOperation): readonly TaskInfo[] =>
  launch?.task_infos ?? launch_group?.task_group.tasks ?? []

/** The offered resources as the tasks must name them. */
const asOffered = (framework: Framework, open: readonly OpenOffer[]): Resources =>
  open
    .map(({ offer, resources }) =>
      hasCapability(framework.info, 'MULTI_ROLE')
        ? resourcesOf(offer.resources ?? [])
        : allocatedTo(resources, framework.info.role ?? '*'),
    )
    .reduce(addResources, noResources)

const refuse = (
  cx: MasterContext,
  framework: Framework,
  task: TaskInfo,
  why: { state: 'TASK_DROPPED' | 'TASK_ERROR'; message: string },
): void => {
  const reason = why.state === 'TASK_DROPPED' ? 'REASON_INVALID_OFFERS' : 'REASON_TASK_INVALID'
  sendStatus(cx, framework, { ...why, task: task.task_id, agent: task.agent_id, reason })
}

/** Counts the task and, if it is a new one, its executor; answers whether the executor is new. */
const place = (state: MasterState, framework: Framework, agent: MasterAgent, task: TaskInfo): boolean => {
  const { executor } = task
  const key = executorKey(framework.id, executor?.executor_id.value ?? '')
  const starts = executor !== undefined && !agent.executors.has(key)
  addTask(state, framework, {
    framework: framework.id,
    agent: agent.id,
    info: task,
    state: 'TASK_STAGING',
    status: undefined,
    unreachableSince: undefined,
  })
  if (executor && starts) addExecutor(state, agent, framework.id, executor)
  return starts
}

const launchAll = (
  cx: MasterContext,
  framework: Framework,
  agent: MasterAgent,
  offered: Resources,
  tasks: readonly TaskInfo[],
) => {
  let remaining = offered
  const launched: TaskInfo[] = []
  const newExecutors: string[] = []
  for (const task of tasks) {
    const message = validateTask(task, { framework, agent, remaining })
    if (message !== undefined) {
      refuse(cx, framework, task, { state: 'TASK_ERROR', message })
      continue
    }
    remaining = subtractResources(remaining, required(task, agent, framework.id))
    if (place(cx.state, framework, agent, task) && task.executor)
      newExecutors.push(task.executor.executor_id.value)
    launched.push(task)
  }
  if (launched.length > 0) {
    agent.send?.({ type: 'RUN', framework: framework.info, tasks: launched, newExecutors })
  }
  return { remaining, launched: launched.length }
}

export const accept = (
  cx: MasterContext,
  framework: Framework,
  { offer_ids = [], operations = [], filters }: SchedulerCallAccept,
): void => {
  const { state } = cx
  const found = openOffers(cx, framework, offer_ids)
  const open = [...new Set(found.filter(offer => offer !== undefined))]
  const tasks = operations.flatMap(tasksIn).map(task => withAllocation(framework, task))
  const invalid = invalidOffers(offer_ids, found)
  const agent = state.agents.get(open[0]?.agent ?? '')
  const offered = asOffered(framework, open)
  for (const offer of open) removeOffer(state, offer)

  if (invalid !== undefined || !agent) {
    const message = `Task launched with invalid offers: ${invalid ?? 'Agent is gone'}`
    for (const task of tasks) refuse(cx, framework, task, { state: 'TASK_DROPPED', message })
    for (const offer of open) cx.allocator.later(offer.agent)
    return
  }
  const { remaining, launched } = launchAll(cx, framework, agent, offered, tasks)
  const left = allocatedTo(remaining, undefined)
  giveBack(
    cx,
    { framework: framework.id, role: open[0]?.role ?? '*', agent: agent.id },
    left,
    filters,
    launched > 0,
  )
}

export const decline = (
  cx: MasterContext,
  framework: Framework,
  { offer_ids = [], filters }: SchedulerCallDecline,
): void => {
  for (const open of openOffers(cx, framework, offer_ids)) {
    if (!open) continue
    removeOffer(cx.state, open)
    giveBack(cx, open, open.resources, filters, false)
  }
}
