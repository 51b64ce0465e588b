import type {
  SchedulerCallAcknowledge,
  SchedulerCallKill,
  SchedulerCallReconcileTask,
  TaskState,
  TaskStatus,
} from '../../protocol/messages.gen.ts'
import { isTerminal } from '../task-state.ts'
import { checkDrained } from './agent-removal.ts'
import type { MasterContext } from './context.ts'
import { endTask, removeTask } from './holdings.ts'
import type { Framework } from './state.ts'
import { lasting, sendStatus, unreachableTime } from './statuses.ts'

/** An agent's update: the task's resources are free as soon as its latest state is terminal. */
export const updateTask = (
  cx: MasterContext,
  frameworkId: string,
  status: TaskStatus,
  latest: TaskState,
): void => {
  const framework = cx.state.frameworks.get(frameworkId)
  const task = framework?.tasks.get(status.task_id.value)
  if (task) {
    if (!isTerminal(task.state) && isTerminal(latest)) {
      endTask(cx.state, task)
      cx.allocator.soon(task.agent)
    }
    task.state = latest
    task.status = status
  }
  framework?.subscription?.events.send({ type: 'UPDATE', update: { status } })
}

/** A terminal update that is acknowledged is the end of its task. */
export const acknowledgeTask = (
  cx: MasterContext,
  framework: Framework,
  { agent_id, task_id, uuid }: SchedulerCallAcknowledge,
): void => {
  const { state, logger } = cx
  const task = framework.tasks.get(task_id.value)
  if (task?.status?.uuid === uuid && isTerminal(task.status.state)) {
    removeTask(state, task)
    checkDrained(cx, state.agents.get(task.agent))
  }
  const agent = state.agents.get(agent_id.value)
  if (!agent?.send) {
    logger.verbose(2, 'acknowledgement for an agent that is not here', { agent: agent_id.value })
    return
  }
  agent.send({ type: 'ACKNOWLEDGE', framework: framework.id, task: task_id.value, uuid })
}

const reconcileTask = (
  cx: MasterContext,
  framework: Framework,
  { task_id, agent_id }: SchedulerCallReconcileTask,
): void => {
  const about = { task: task_id, reason: 'REASON_RECONCILIATION' } as const
  const known = framework.tasks.get(task_id.value)
  const lost = framework.unreachable.get(task_id.value)
  if (known) {
    const agent = known.info.agent_id
    // What the scheduler was told last, not what it will be told when it has acknowledged that.
    const state = known.status?.state ?? known.state
    const message = 'Reconciliation: Latest task state'
    sendStatus(cx, framework, { ...about, agent, state, message }, lasting(known))
  } else if (lost) {
    const agent = lost.info.agent_id
    const message = 'Reconciliation: Task is unreachable'
    sendStatus(cx, framework, { ...about, agent, state: 'TASK_UNREACHABLE', message }, unreachableTime(lost))
  } else if (agent_id && cx.state.agents.has(agent_id.value)) {
    const message = 'Reconciliation: Task is unknown to the agent'
    sendStatus(cx, framework, { ...about, agent: agent_id, state: 'TASK_GONE', message })
  } else if (agent_id && cx.state.admitted.has(agent_id.value)) {
    // The master before this one knew the agent. Until it has registered again nobody can tell.
    cx.logger.verbose(2, 'reconciliation has to wait for an agent', { agent: agent_id.value })
  } else if (agent_id && cx.state.unreachable.has(agent_id.value)) {
    const message = 'Reconciliation: Task is unreachable'
    const unreachableSince = cx.state.unreachable.get(agent_id.value)?.since
    const time = unreachableTime({ unreachableSince })
    sendStatus(cx, framework, { ...about, agent: agent_id, state: 'TASK_UNREACHABLE', message }, time)
  } else if (agent_id && cx.state.gone.has(agent_id.value)) {
    const message = 'Reconciliation: Task is gone'
    sendStatus(cx, framework, { ...about, agent: agent_id, state: 'TASK_GONE_BY_OPERATOR', message })
  } else {
    const message = 'Reconciliation: Task is unknown'
    sendStatus(cx, framework, { ...about, agent: agent_id, state: 'TASK_UNKNOWN', message })
  }
}

/** Answers for the tasks that are asked for; for all that are known when none is. */
export const reconcile = (
  cx: MasterContext,
  framework: Framework,
  tasks: readonly SchedulerCallReconcileTask[],
): void => {
  const asked =
    tasks.length > 0 ? tasks : [...framework.tasks.values()].map(({ info }) => ({ task_id: info.task_id }))
  for (const task of asked) reconcileTask(cx, framework, task)
}

export const killTask = (
  cx: MasterContext,
  framework: Framework,
  { task_id, agent_id, kill_policy }: SchedulerCallKill,
): void => {
  const task = framework.tasks.get(task_id.value)
  if (!task) reconcileTask(cx, framework, { task_id, ...(agent_id && { agent_id }) })
  const agent = cx.state.agents.get(task?.agent ?? '')
  // A disconnected agent misses this; schedulers repeat their kills.
  agent?.send?.({ type: 'KILL', framework: framework.id, task: task_id.value, policy: kill_policy })
}
