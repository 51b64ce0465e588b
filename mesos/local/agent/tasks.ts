import type {
  ExecutorEvent,
  FrameworkInfo,
  KillPolicy,
  TaskInfo,
  TaskStatusReason,
} from '../../protocol/messages.gen.ts'
import { isTerminal } from '../task-state.ts'
import type { AgentContext } from './context.ts'
import { shutdownExecutor, startExecutor } from './executors.ts'
import { agentStatus, droppedState, report } from './report.ts'
import {
  type AgentTask,
  type Executor,
  forgetFramework,
  forgetTask,
  keyOf,
  saveFramework,
  saveTask,
  tasksOf,
} from './state.ts'

/** Hands the executor the tasks that wait for it. */
export const deliver = ({ state }: AgentContext, executor: Executor): void => {
  if (!executor.stream || executor.phase !== 'running') return
  for (const task of tasksOf(state, executor)) {
    if (task.delivery !== 'queued') continue
    task.delivery = 'sent'
    executor.stream.send({ type: 'LAUNCH', launch: { task: task.info } })
  }
}

const drop = (
  cx: AgentContext,
  framework: string,
  task: TaskInfo,
  why: { readonly reason: TaskStatusReason; readonly message: string },
): Promise<void> =>
  report(cx, framework, agentStatus(cx, task, { state: droppedState(cx, framework), ...why }))

const draining = {
  reason: 'REASON_AGENT_DRAINING',
  message: 'Task was received while agent was already draining',
} as const

const withoutExecutor = (executor: Executor | undefined) => ({
  reason: 'REASON_EXECUTOR_TERMINATED' as const,
  message: executor ? 'Executor terminating' : 'No executor is expected to start',
})

/** Takes tasks on. `newExecutors` are started; a task for another one that is not there is dropped. */
export const runTasks = async (
  cx: AgentContext,
  framework: FrameworkInfo,
  tasks: readonly TaskInfo[],
  newExecutors: ReadonlySet<string>,
): Promise<void> => {
  const { state } = cx
  const id = framework.id?.value ?? ''
  saveFramework(state, framework)
  const taken: { readonly task: AgentTask; readonly executor: Executor }[] = []
  const dropped: Promise<void>[] = []
  for (const info of tasks) {
    if (!info.executor) continue
    if (state.drain) {
      dropped.push(drop(cx, id, info, draining))
      continue
    }
    const name = info.executor.executor_id.value
    let executor = state.executors.get(keyOf(id, name))
    if (!executor && newExecutors.has(name)) executor = startExecutor(cx, id, info.executor)
    if (!executor || executor.phase === 'terminating') {
      dropped.push(drop(cx, id, info, withoutExecutor(executor)))
      continue
    }
    const task: AgentTask = {
      framework: id,
      info,
      state: 'TASK_STAGING',
      status: undefined,
      delivery: 'saving',
    }
    saveTask(state, task)
    taken.push({ task, executor })
  }
  await Promise.all([state.journal.synced(), ...dropped])
  for (const { task } of taken) task.delivery = 'queued'
  for (const executor of new Set(taken.map(entry => entry.executor))) deliver(cx, executor)
}

export const killTask = async (
  cx: AgentContext,
  framework: string,
  taskId: string,
  policy: KillPolicy | undefined,
): Promise<void> => {
  const { state, logger } = cx
  const task = state.tasks.get(keyOf(framework, taskId))
  const executor = state.executors.get(keyOf(framework, task?.info.executor?.executor_id.value ?? ''))
  if (!task || !executor) {
    logger.verbose(2, 'kill of a task that is not here', { task: taskId })
    return
  }
  if (task.delivery === 'sent') {
    const event: ExecutorEvent = {
      type: 'KILL',
      kill: { task_id: task.info.task_id, ...(policy && { kill_policy: policy }) },
    }
    if (executor.stream) executor.stream.send(event)
    else executor.kills.set(taskId, event)
    return
  }
  const killed = agentStatus(cx, task.info, {
    state: 'TASK_KILLED',
    reason: 'REASON_TASK_KILLED_DURING_LAUNCH',
    message: 'Killed before delivery to the executor',
  })
  const reported = report(cx, framework, killed)
  // An executor that never got a task has nothing to wait for.
  if (executor.phase === 'registering' && tasksOf(state, executor).length === 0)
    shutdownExecutor(cx, executor)
  await reported
}

export const acknowledge = async (
  cx: AgentContext,
  framework: string,
  taskId: string,
  uuid: string,
): Promise<void> => {
  const { state, updates } = cx
  const update = updates.acknowledge(framework, taskId, uuid)
  if (update && isTerminal(update.state)) forgetTask(state, framework, taskId)
  await state.journal.synced()
}

export const shutdownFramework = async (cx: AgentContext, framework: string): Promise<void> => {
  const { state, updates } = cx
  forgetFramework(state, framework)
  updates.drop(framework)
  for (const task of [...state.tasks.values()]) {
    if (task.framework === framework) forgetTask(state, framework, task.info.task_id.value)
  }
  for (const executor of state.executors.values()) {
    if (executor.framework === framework) shutdownExecutor(cx, executor)
  }
  await state.journal.synced()
}
